import { timingSafeEqual } from 'node:crypto';
import type { Keys } from '../security/keys.ts';
import type { PlainRequest } from '../server/route.ts';

/** How long a browser keeps the cookie, seconds; how long the conversation lasts, the server says. */
const keptSeconds = 90 * 24 * 3600;

/**
 * The cookie that holds a conversation at the front door: its id, and a secret made of it under a key of ours. Unreadable for scripts, never sent
 * from another site, and over https bound to this very host (`__Host-`, RFC 6265bis).
 */
export class DoorCookie {
  readonly #seals: Keys;
  readonly #isHttps: boolean;

  constructor(seals: Keys, publicUrl: string) {
    this.#seals = seals;
    this.#isHttps = publicUrl.startsWith('https:');
  }

  /** The conversation that this browser holds; null for none, and for a cookie that is not of ours. */
  read({ cookies }: Pick<PlainRequest, 'cookies'>): string | null {
    const [, conversation, secret] = /^([\w-]{22})\.([\w-]{22})$/.exec(cookies[this.#name] ?? '') ?? [];
    if (conversation === undefined || secret === undefined) return null;
    const given = Buffer.from(secret, 'base64url');
    const isOurs = this.#seals.names.some((name) => timingSafeEqual(this.#secret(conversation, name), given));
    return isOurs ? conversation : null;
  }

  /** The header that gives it to a browser. */
  write(conversation: string): string {
    return [
      `${this.#name}=${conversation}.${this.#secret(conversation).toString('base64url')}`,
      'Path=/',
      `Max-Age=${keptSeconds}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(this.#isHttps ? ['Secure'] : []),
    ].join('; ');
  }

  get #name(): string {
    return this.#isHttps ? '__Host-latchkey-door' : 'latchkey-door';
  }

  #secret(conversation: string, name?: string): Buffer {
    return this.#seals.derived('door-cookie', conversation, name).bytes.subarray(0, 16);
  }
}
