/**
 * The running code of an authenticator app, computed as a phone would from its `otpauth:` address (RFC 6238 over RFC 4226, by WebCrypto).
 *
 * @typedef {{ key: CryptoKey, digits: number, period: number }} App
 */

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const hashes = new Map([
  ['SHA1', 'SHA-1'],
  ['SHA256', 'SHA-256'],
  ['SHA512', 'SHA-512'],
]);

/**
 * @param {string} otpauth
 * @returns {Promise<App>}
 */
export async function readApp(otpauth) {
  const { searchParams } = new URL(otpauth);
  const hash = hashes.get((searchParams.get('algorithm') ?? 'SHA1').toUpperCase()) ?? 'SHA-1';
  const key = await crypto.subtle.importKey('raw', bytesOf(searchParams.get('secret') ?? ''), { name: 'HMAC', hash }, false, ['sign']);
  return { key, digits: Number(searchParams.get('digits') ?? 6), period: Number(searchParams.get('period') ?? 30) };
}

/**
 * @param {App} app
 * @param {number} now epoch ms
 * @returns {Promise<{ code: string, secondsLeft: number }>}
 */
export async function codeAt(app, now) {
  const seconds = Math.floor(now / 1000);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / app.period)));
  const mac = new DataView(await crypto.subtle.sign('HMAC', app.key, counter));
  const offset = mac.getUint8(mac.byteLength - 1) & 15;
  const number = (mac.getUint32(offset) & 0x7fffffff) % 10 ** app.digits;
  return { code: String(number).padStart(app.digits, '0'), secondsLeft: app.period - (seconds % app.period) };
}

/** @param {string} secret base32, RFC 4648 */
function bytesOf(secret) {
  const bits = Array.from(secret.toUpperCase().replaceAll(/[^A-Z2-7]/g, ''))
    .map((sign) => base32.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  return new Uint8Array((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
