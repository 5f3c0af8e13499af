import { generate } from 'otplib';

/** The code that stands first in a text or mail; empty where there is none. */
export const codeIn = (text: string): string => /(?<!\d)\d{6}(?!\d)/u.exec(text)?.[0] ?? '';

/** The code an app shows at `now` for a key typed by hand, or for an `otpauth:` address. */
export const appCode = (key: string, now: number): Promise<string> =>
  generate({ secret: key.startsWith('otpauth:') ? seedOf(key) : key, epoch: Math.floor(now / 1000) });

/** The seed in an `otpauth:` address. */
export const seedOf = (otpauth: string): string => new URL(otpauth).searchParams.get('secret') ?? '';
