import { timingSafeEqual } from 'node:crypto';
import type { PageLinks } from '../conversation/port.ts';
import type { Keys } from '../security/keys.ts';

const addressForm = /^(p(?:0\d|1[0-5])-[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;

/** What a page's address says once its token was proved. */
export interface ProvedAddress {
  readonly pageId: string;
  /** The sealing key the token was made with: the page number beside it was made with the same. */
  readonly key: string;
}

/** Addresses and page numbers are made of the page's id whenever they are shown, and stored nowhere (I21). */
export class PageAddresses implements PageLinks {
  readonly #keys: Keys;
  readonly #publicUrl: string;

  /** @param publicUrl configured, never from a request (R29); without a slash at the end */
  constructor(keys: Keys, publicUrl: string) {
    this.#keys = keys;
    this.#publicUrl = publicUrl;
  }

  /** The https address, with a token of 128 bits, and the four-digit page number. */
  of(pageId: string): { readonly url: string; readonly number: string } {
    return { url: `${this.#publicUrl}/page/${pageId}.${this.#token(pageId).toString('base64url')}`, number: this.#number(pageId) };
  }

  /** Reads `<page id>.<token>`; null unless the token is the page's own, under any sealing key (R9: compared in constant time). */
  prove(address: string): ProvedAddress | null {
    const [, pageId, token] = addressForm.exec(address) ?? [];
    if (pageId === undefined || token === undefined) return null;
    const given = Buffer.from(token, 'base64url');
    // 22 signs hold four bits more than the token: one address, not sixteen.
    if (given.toString('base64url') !== token) return null;
    const key = this.#keys.names.find((name) => timingSafeEqual(this.#token(pageId, name), given));
    return key === undefined ? null : { pageId, key };
  }

  /** Whether these four digits are the page's number. */
  isNumber(address: ProvedAddress, digits: string): boolean {
    const right = Buffer.from(this.#number(address.pageId, address.key));
    const given = Buffer.from(digits);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  #token(pageId: string, key?: string): Buffer {
    return this.#keys.derived('page-token', pageId, key).bytes.subarray(0, 16);
  }

  #number(pageId: string, key?: string): string {
    const value = this.#keys.derived('page-number', pageId, key).bytes.readUIntBE(0, 6);
    return String(value % 10_000).padStart(4, '0');
  }
}
