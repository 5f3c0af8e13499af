import { crockford } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';

/** How many signs each of two people reads out: 25 bits, so that a code has 50. */
const signsInHalf = 5;

/**
 * Half of a start code (I12), in Crockford's base32. It is made of the code's id, which is random, whenever it is shown, and stored nowhere: the case
 * holds the whole code's keyed hash alone.
 */
export function startCodeHalf(keys: Keys, code: string, half: 1 | 2): string {
  // A byte's five low bits are as random as the byte.
  const { bytes } = keys.derived('start-code-half', JSON.stringify([code, half]));
  return [...bytes.subarray(0, signsInHalf)].map((byte) => crockford[byte & 31]).join('');
}

/**
 * What a person typed as a start code, in the order in which the halves were heard: small letters, spaces, hyphens of any kind and full-width signs are
 * understood, and what is taken for another sign (O for 0, I and L for 1).
 * @returns ten signs, or null when it is none
 */
export function readStartCode(typed: string): string | null {
  // A code is short: what is long is no code, and is not worth normalising.
  if (typed.length > 64) return null;
  const signs = typed
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}\u200B-\u200D\u2060\uFEFF]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{10}$/.test(signs) ? signs : null;
}

/** The keyed hash by which a start code is remembered, bound to its id and its account. */
export const hashStartCode = (keys: Keys, bound: StartCodeBinding): string =>
  keys.mac(use, binding(bound, startCodeHalf(keys, bound.code, 1) + startCodeHalf(keys, bound.code, 2)));

/** Whether what was read is this code, compared in constant time (R9). */
export const startCodeMatches = (keys: Keys, bound: StartCodeBinding, signs: string, mac: string): boolean => {
  // Whoever heard the second half first has the same two halves: both orders are compared, whichever was right.
  const turned = signs.slice(signsInHalf) + signs.slice(0, signsInHalf);
  return [signs, turned].map((each) => keys.matches(use, binding(bound, each), mac)).includes(true);
};

interface StartCodeBinding {
  readonly code: string;
  readonly account: string;
}

const use = 'start-code';
const binding = ({ code, account }: StartCodeBinding, signs: string): string => JSON.stringify([code, account, signs]);
