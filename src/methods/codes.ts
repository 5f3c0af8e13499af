import type { Random } from '../ports.ts';
import { randomDigits } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';

/** What a code is bound to, so that it is worthless anywhere else (I7, R7). */
export interface CodeBinding {
  readonly challenge: string;
  readonly account: string;
  readonly purpose: string;
  readonly conversation: string;
}

const use = 'one-time-code';

/** Six random digits; leading zeros count (I7, R2, R10). */
export const newCode = (random: Random): string => randomDigits(random, 6);

/**
 * What a person typed as a code: spaces, hyphens and full-width digits are understood, leading zeros kept.
 * @returns six digits, or null when it is none
 */
export function readCode(typed: string): string | null {
  // A code is short: what is long is no code, and is not worth normalising.
  if (typed.length > 64) return null;
  const digits = typed.normalize('NFKC').replaceAll(/[\s\u200B-\u200D\u2060\uFEFF-]/gu, '');
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}

/** The keyed hash by which a code is remembered (I7, R11). */
export const hashCode = (keys: Keys, binding: CodeBinding, code: string): string => keys.mac(use, bound(binding, code));

/** Whether a code is the one remembered, compared in constant time (R9). */
export const codeMatches = (keys: Keys, binding: CodeBinding, code: string, mac: string): boolean =>
  keys.matches(use, bound(binding, code), mac);

const bound = ({ challenge, account, purpose, conversation }: CodeBinding, code: string): string =>
  JSON.stringify([challenge, account, purpose, conversation, code]);

/** Letters that are not taken for one another, nor for digits. */
const markLetters = 'ACEFHKMPRTXY';

/** Two letters that tell one message from another (I7); unlike every mark of `others`. */
export function newMark(random: Random, others: readonly string[] = []): string {
  for (;;) {
    let mark = '';
    while (mark.length < 2) {
      for (const byte of random.bytes(4)) {
        // 252 is the largest multiple of 12 in a byte: bytes above would favour some letters.
        if (byte < 252 && mark.length < 2) mark += markLetters[byte % markLetters.length];
      }
    }
    if (!others.includes(mark)) return mark;
  }
}
