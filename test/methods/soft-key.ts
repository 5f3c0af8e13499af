import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { certificate } from './soft-key-certificate.ts';

/** What a soft key does otherwise than a good one. */
export interface Whims {
  /** Leaves the person unverified: no PIN, no fingerprint. */
  readonly unverified?: boolean;
  /** Nobody touched it. */
  readonly absent?: boolean;
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  /** How it attests its model: not at all, by its own new key, or by a certificate. */
  readonly attests?: 'none' | 'self' | 'certificate';
  /** The model it says it is; by a certificate of another, where that is not the one. */
  readonly aaguid?: string;
  /** The counter it tells, in place of the next. */
  readonly counter?: number;
  /** Tells no user handle, as a key does that keeps no account; or another one. */
  readonly userHandle?: string | null;
}

interface Made {
  readonly id: string;
  readonly key: KeyObject;
  counter: number;
  readonly userHandle: string;
}

/**
 * A security key without hardware or browser: ES256 over what CTAP2 and WebAuthn Level 3 say, written by hand. It signs what it is told to, so
 * that each thing a server must check can be wrong by itself.
 */
export class SoftKey {
  readonly #made: Made[] = [];
  readonly #origin: string;

  /** @param origin the site the browser would name */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The same key twice, as a thief who read it out would have it. */
  copy(): SoftKey {
    const copy = new SoftKey(this.#origin);
    copy.#made.push(...this.#made.map((each) => ({ ...each })));
    return copy;
  }

  /** Makes a credential. @param options as the page gives them. @returns what the browser would send */
  create(options: string, whims: Whims = {}): string {
    const asked = JSON.parse(options) as { challenge: string; rp: { id: string }; user: { id: string } };
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const made: Made = { id: randomBytes(32).toString('base64url'), key: privateKey, counter: 0, userHandle: asked.user.id };
    this.#made.push(made);
    const clientData = clientDataOf('webauthn.create', asked.challenge, this.#origin, whims);
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // COSE_Key (RFC 9052 7): kty EC2, alg ES256, crv P-256, x, y.
    const cose = map([
      [1, int(2)],
      [3, int(-7)],
      [-1, int(1)],
      [-2, bytes(Buffer.from(x, 'base64url'))],
      [-3, bytes(Buffer.from(y, 'base64url'))],
    ]);
    const id = Buffer.from(made.id, 'base64url');
    const aaguid = Buffer.from((whims.aaguid ?? '00000000-0000-0000-0000-000000000000').replaceAll('-', ''), 'hex');
    made.counter = whims.counter ?? 1;
    const attested = Buffer.concat([aaguid, u16(id.length), id, cose]);
    const authData = Buffer.concat([head(whims.rpId ?? asked.rp.id, flagsOf(whims) | 0x40, made.counter), attested]);
    const signed = Buffer.concat([authData, sha256(clientData)]);
    const attestation = text3(
      'fmt',
      this.#format(whims),
      'attStmt',
      this.#statement(whims, privateKey, signed),
      'authData',
      bytes(authData),
    );
    return JSON.stringify({
      id: made.id,
      rawId: made.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['usb'],
      },
    });
  }

  /** Signs for the first credential the page allows that this key made; null for a key that knows none: the browser asks on. */
  get(options: string, whims: Whims = {}): string | null {
    const asked = JSON.parse(options) as { challenge: string; rpId: string; allowCredentials: { id: string }[] };
    const made = this.#made.find(({ id }) => asked.allowCredentials.some((allowed) => allowed.id === id));
    return made === undefined ? null : this.#sign(made, asked, whims);
  }

  /** Signs whether it was allowed or not: what no browser does. */
  force(options: string, whims: Whims = {}): string {
    const asked = JSON.parse(options) as { challenge: string; rpId: string };
    const made = this.#made.at(-1);
    if (made === undefined) throw new Error('this key made nothing');
    return this.#sign(made, asked, whims);
  }

  #sign(made: Made, asked: { readonly challenge: string; readonly rpId: string }, whims: Whims): string {
    made.counter = whims.counter ?? made.counter + 1;
    const clientData = clientDataOf('webauthn.get', asked.challenge, this.#origin, whims);
    const authData = head(whims.rpId ?? asked.rpId, flagsOf(whims), made.counter);
    const signature = sign(made.key, Buffer.concat([authData, sha256(clientData)]));
    const userHandle = whims.userHandle === undefined ? made.userHandle : whims.userHandle;
    return JSON.stringify({
      id: made.id,
      rawId: made.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        ...(userHandle !== null && { userHandle }),
      },
    });
  }

  #format({ attests = 'none' }: Whims): Buffer {
    return text(attests === 'none' ? 'none' : 'packed');
  }

  #statement({ attests = 'none' }: Whims, own: KeyObject, signed: Buffer): Buffer {
    if (attests === 'none') return Buffer.from([0xa0]);
    const by = attests === 'self' ? own : certificate.key;
    const parts = [text('alg'), int(-7), text('sig'), bytes(sign(by, signed))];
    if (attests === 'self') return Buffer.concat([Buffer.from([0xa2]), ...parts]);
    return Buffer.concat([Buffer.from([0xa3]), ...parts, text('x5c'), Buffer.from([0x81]), bytes(certificate.der)]);
  }
}

function clientDataOf(type: string, challenge: string, site: string, whims: Whims): Buffer {
  const { origin = site } = whims;
  return Buffer.from(JSON.stringify({ type: whims.type ?? type, challenge: whims.challenge ?? challenge, origin, crossOrigin: false }));
}

/** User present 0x01, user verified 0x04. */
const flagsOf = ({ absent = false, unverified = false }: Whims): number => (absent ? 0 : 0x01) | (unverified ? 0 : 0x04);

const head = (rpId: string, flags: number, counter: number): Buffer =>
  Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), u32(counter)]);

const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest();
const sign = (key: KeyObject, data: Buffer): Buffer => createSign('SHA256').update(data).sign(key);

function u16(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(value);
  return out;
}

function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}

/** CBOR (RFC 8949): an item's head; lengths up to 65535. */
function item(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  return value < 256 ? Buffer.from([(major << 5) | 24, value]) : Buffer.concat([Buffer.from([(major << 5) | 25]), u16(value)]);
}
const int = (value: number): Buffer => (value >= 0 ? item(0, value) : item(1, -1 - value));
const bytes = (value: Buffer): Buffer => Buffer.concat([item(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([item(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (entries: readonly (readonly [number, Buffer])[]): Buffer =>
  Buffer.concat([item(5, entries.length), ...entries.flatMap(([key, value]) => [int(key), value])]);
const text3 = (...parts: readonly [string, Buffer, string, Buffer, string, Buffer]): Buffer =>
  Buffer.concat([item(5, 3), text(parts[0]), parts[1], text(parts[2]), parts[3], text(parts[4]), parts[5]]);
