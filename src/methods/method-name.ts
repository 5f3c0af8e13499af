import type { EffectTable } from '../../dialogs/effects.ts';

export type NameReason = EffectTable['nameMethod']['results']['name.rejected']['reason'];

const mostSigns = 40;
/** Signs as readers count them. */
const signs = new Intl.Segmenter('en');

/** Letters and digits of any script, spaces, and the signs that people put in names; nothing that hides, turns the text round or marks it up. */
const plain = /^[\p{L}\p{M}\p{N} .,'’&+/()#!–-]+$/u;
/** Marks heaped upon one letter reach into the lines above and below. */
const heaped = /\p{M}{3}/u;
/** Clients make a link of what looks like one, whatever stands around it. */
const link = /[\p{L}\p{N}]\.\p{L}{2}|\/\//u;
/** A number or a code must not stand open where its method is masked. */
const mostDigits = 5;

/**
 * Reads a name that a person gives a method: plain text of 1 to 40 signs, in Unicode's composed form (NFC), spaces joined. A link, an
 * address, or as many digits as a code or a number has, makes no name.
 */
export function readName(
  typed: string,
): { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: NameReason } {
  const name = typed.normalize('NFC').replaceAll(/ +/g, ' ').trim();
  if ([...signs.segment(name)].length > mostSigns) return { ok: false, reason: 'too-long' };
  const digits = name.match(/\p{N}/gu)?.length ?? 0;
  const isPlain = plain.test(name) && /[\p{L}\p{N}]/u.test(name) && !heaped.test(name) && !link.test(name) && digits <= mostDigits;
  return isPlain ? { ok: true, name } : { ok: false, reason: 'form' };
}

/** What two names have in common that a reader takes for the same. */
export const sameName = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (name: string): string => name.normalize('NFKC').toLowerCase();
