import type { Keys } from '../security/keys.ts';

const use = 'place';

/** The keyed hash that stands for a number or address where its account must not be told by it; under the present first key. */
export const placeHash = (seals: Keys, place: string): string => hashUnder(seals, place, seals.names[0] ?? '');

/** The same under every key, the first first: what was written before a rotation is found again. */
export const placeHashes = (seals: Keys, place: string): readonly string[] => seals.names.map((name) => hashUnder(seals, place, name));

function hashUnder(seals: Keys, place: string, name: string): string {
  const { key, bytes } = seals.derived(use, place.toLowerCase(), name);
  return `${key}.${bytes.toString('base64url')}`;
}
