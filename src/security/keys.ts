import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { LatchkeyError } from '../errors.ts';
import type { Random } from '../ports.ts';

/** One sealing key of `SEAL_KEYS`: its name and its 32 bytes. */
export interface SealKey {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Keeps secrets at rest and makes keyed hashes. The first key seals, all open; every use derives a key of its own (HKDF-SHA256,
 * RFC 5869), so that no key serves two purposes.
 */
export class Keys {
  readonly #keys: readonly SealKey[];
  readonly #first: SealKey;
  readonly #random: Random;

  /** @throws LatchkeyError `latchkey_security_no_key` when `keys` is empty. */
  constructor(keys: readonly SealKey[], random: Random) {
    const [first] = keys;
    if (first === undefined) throw new LatchkeyError('latchkey_security_no_key', 'configuration', 'SEAL_KEYS holds no key');
    this.#first = first;
    this.#keys = keys;
    this.#random = random;
  }

  /** The names of all keys, the sealing one first. */
  get names(): readonly string[] {
    return this.#keys.map((key) => key.name);
  }

  /**
   * Seals `secret` with AES-256-GCM. The key's name and `place` (the row and field it will stand in) are associated data: moved to
   * another row, it does not open.
   * @returns `<key name>.<base64url of nonce, ciphertext and tag>`
   */
  seal(place: string, secret: string): string {
    const key = this.#first;
    const nonce = this.#random.bytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#derive(key, 'seal'), nonce);
    cipher.setAAD(Buffer.from(`${key.name}\n${place}`));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${key.name}.${sealed.toString('base64url')}`;
  }

  /** Opens what `seal` made for the same place. @throws LatchkeyError `latchkey_security_unsealable` when it cannot. */
  open(place: string, sealed: string): string {
    const dot = sealed.lastIndexOf('.');
    const key = this.#named(sealed.slice(0, dot));
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#derive(key, 'seal'), bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(`${key.name}\n${place}`));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new LatchkeyError('latchkey_security_unsealable', 'defect', 'a sealed value does not open', cause);
    }
  }

  /**
   * HMAC-SHA256 of `text` under a key derived for `use`.
   * @returns `<key name>.<base64url>`, so that `matches` finds the key again after a rotation
   */
  mac(use: string, text: string): string {
    const key = this.#first;
    return `${key.name}.${this.#hmac(key, use, text).toString('base64url')}`;
  }

  /** Whether `mac` is the mac of `text` for `use`, compared in constant time (R9). An unknown key is a mismatch. */
  matches(use: string, text: string, mac: string): boolean {
    const dot = mac.lastIndexOf('.');
    const name = mac.slice(0, dot);
    const key = this.#keys.find((candidate) => candidate.name === name);
    if (key === undefined) return false;
    const given = Buffer.from(mac.slice(dot + 1), 'base64url');
    const right = this.#hmac(key, use, text);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  /** The 32 bytes derived from the key called `name` (default: the first) for `use`: for tokens that must be made again, not stored. */
  derived(use: string, text: string, name: string = this.#first.name): { readonly key: string; readonly bytes: Buffer } {
    return { key: name, bytes: this.#hmac(this.#named(name), use, text) };
  }

  #named(name: string): SealKey {
    const key = this.#keys.find((candidate) => candidate.name === name);
    if (key === undefined) throw new LatchkeyError('latchkey_security_key_missing', 'configuration', `SEAL_KEYS lacks the key "${name}"`);
    return key;
  }

  #derive(key: SealKey, use: string): Buffer {
    return Buffer.from(hkdfSync('sha256', key.bytes, 'latchkey', use, 32));
  }

  #hmac(key: SealKey, use: string, text: string): Buffer {
    return createHmac('sha256', this.#derive(key, `mac:${use}`))
      .update(text)
      .digest();
  }
}
