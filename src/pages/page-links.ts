import { timingSafeEqual } from 'node:crypto';
import type { PageLinks } from '../conversation/port.ts';
import type { Keys } from '../security/keys.ts';
import { proveAddress, tokenAddress } from '../security/token-address.ts';

const use = 'page-token';

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
    return { url: `${this.#publicUrl}/page/${tokenAddress(this.#keys, use, pageId)}`, number: this.#number(pageId) };
  }

  /** Reads `<page id>.<token>`; null unless the token is the page's own. */
  prove(address: string): ProvedAddress | null {
    const proved = proveAddress(this.#keys, use, address);
    return proved === null ? null : { pageId: proved.id, key: proved.key };
  }

  /** Whether these four digits are the page's number. */
  isNumber(address: ProvedAddress, digits: string): boolean {
    const right = Buffer.from(this.#number(address.pageId, address.key));
    const given = Buffer.from(digits);
    return given.length === right.length && timingSafeEqual(given, right);
  }

  #number(pageId: string, key?: string): string {
    const value = this.#keys.derived('page-number', pageId, key).bytes.readUIntBE(0, 6);
    return String(value % 10_000).padStart(4, '0');
  }
}
