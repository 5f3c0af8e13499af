import { LatchkeyError } from '../errors.ts';

/** Where a page of an index ended: the order is by score, then by the bytes of the member. */
export interface Place {
  readonly member: string;
  readonly score: number;
}

/** The cursor after `entries`, a page of at most `n`; null when the page is not full, which means there is no more. */
export function cursorOf(entries: readonly Place[], n: number): string | null {
  const last = entries.at(-1);
  return last === undefined || entries.length < n ? null : JSON.stringify([last.score, last.member]);
}

/** Reads what `cursorOf` wrote. @throws LatchkeyError `latchkey_store_cursor` when it did not. */
export function placeOf(cursor: string | null): Place | null {
  if (cursor === null) return null;
  try {
    const [score, member]: readonly unknown[] = JSON.parse(cursor);
    if (typeof score === 'number' && typeof member === 'string') return { score, member };
  } catch {
    // Said below, as for every other cursor that is none.
  }
  throw new LatchkeyError('latchkey_store_cursor', 'defect', 'a scan was given a cursor that no page had');
}

/** Orders entries as both engines do within a partition: by score, then by the bytes of the member (SQLite's BINARY, Redis's memcmp). */
export const byPlace = (a: Place, b: Place): number => a.score - b.score || Buffer.compare(Buffer.from(a.member), Buffer.from(b.member));
