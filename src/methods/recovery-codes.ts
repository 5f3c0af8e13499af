import { z } from 'zod';
import type { Random } from '../ports.ts';
import { crockford, newId } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';
import type { SavedMethod, SpentCheck } from './method.ts';
import { parseDocument } from './parse-document.ts';

/** How many codes a set has. */
const codesInSet = 10;

/** 80 random bits: more than the 64 that make a fast keyed hash enough (R18, NIST SP 800-63B-4 4.2.1.1). */
const signsInCode = 16;

const use = 'recovery-code';

const setSchema = z.strictObject({
  /** Names the set: a hash of one set is nothing in another. */
  set: z.string().min(1),
  codes: z.array(z.strictObject({ mac: z.string(), used: z.boolean() })),
  /** The codes themselves, until the person has confirmed that they keep them; never in a registered method. */
  shown: z.array(z.string()).nullable(),
});

type CodeSet = Readonly<z.infer<typeof setSchema>>;

/** Recovery codes: ten, given once, each of which works once (R18). */
export const recoveryCodes: SavedMethod = {
  kind: 'recovery-codes',
  sends: false,
  take(_answer, { account, random, keys }) {
    const set = newId(random);
    const shown = Array.from({ length: codesInSet }, () => newRecoveryCode(random));
    const codes = shown.map((code) => ({ mac: keys.mac(use, bound(account.id, set, code)), used: false }));
    return { ok: true, secret: JSON.stringify({ set, codes, shown } satisfies CodeSet), masked: leftOf(codes) };
  },
  read: readRecoveryCode,
  spend,
  left: (secret) => readSet(secret).codes.filter(({ used }) => !used).length,
};

/** Sixteen signs of Crockford's base32; a byte's five low bits are as random as the byte. */
export const newRecoveryCode = (random: Random): string => [...random.bytes(signsInCode)].map((byte) => crockford[byte & 31]).join('');

/** A code as a person reads it: four groups of four. */
export const inGroups = (code: string): string => code.match(/.{4}/g)?.join('-') ?? code;

/**
 * What a person typed as a recovery code: small letters, spaces, hyphens of any kind and full-width signs are understood, and what is
 * taken for another sign (O for 0, I and L for 1: Crockford's own rule).
 * @returns sixteen signs, or null when it is none
 */
export function readRecoveryCode(typed: string): string | null {
  // A code is short: what is long is no code, and is not worth normalising.
  if (typed.length > 64) return null;
  const signs = typed
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}\u200B-\u200D\u2060\uFEFF]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(signs) ? signs : null;
}

/** The codes of a set that was not confirmed yet; null for one that was: nobody sees it again. */
export const shownCodes = (secret: string): readonly string[] | null => readSet(secret).shown;

/** The set as it is kept from when it was confirmed: hashes alone. */
export const withoutShown = (secret: string): string => JSON.stringify({ ...readSet(secret), shown: null } satisfies CodeSet);

function spend(secret: string, code: string, { keys, account }: { readonly keys: Keys; readonly account: string }): SpentCheck {
  const kept = readSet(secret);
  // All are compared, whichever was right and whether it was used: the time taken says nothing of which (R9).
  const right = kept.codes.map(({ mac }) => keys.matches(use, bound(account, kept.set, code), mac));
  const found = right.indexOf(true);
  if (found < 0) return { match: 'wrong' };
  if (kept.codes[found]?.used !== false) return { match: 'used' };
  const codes = kept.codes.with(found, { ...kept.codes[found], used: true });
  const left = codes.filter(({ used }) => !used).length;
  return { match: 'right', kept: { secret: JSON.stringify({ ...kept, codes } satisfies CodeSet), masked: leftOf(codes), left } };
}

const bound = (account: string, set: string, code: string): string => JSON.stringify(['recovery-codes', account, set, code]);

/** `7/10`: how many are left, and of how many. */
const leftOf = (codes: CodeSet['codes']): string => `${codes.filter(({ used }) => !used).length}/${codes.length}`;

/** @throws LatchkeyError `latchkey_methods_unreadable` */
const readSet = (secret: string): CodeSet => parseDocument('recovery codes', setSchema, JSON.parse(secret));
