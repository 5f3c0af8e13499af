import { indexes, partitionOfKey } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import { cursorOf } from '../store/scan-cursor.ts';
import { readCase, type CaseRecord } from './case-record.ts';

/** The first `n` cases of an index, in its order: one page of it, and one read a partition. */
export async function casesOf(store: Store, index: string, n: number, now: number): Promise<readonly CaseRecord[]> {
  const { entries } = await store.scan(index, null, n);
  return readAll(
    store,
    entries.map(({ member }) => member),
    now,
  );
}

/** The cases of an index whose score is at least `from`, `n` at most. */
export async function casesSince(store: Store, index: string, from: number, n: number, now: number): Promise<readonly CaseRecord[]> {
  const { entries } = await store.scan(index, cursorOf([{ member: '', score: from }], 1), n);
  return readAll(
    store,
    entries.map(({ member }) => member),
    now,
  );
}

/** How many an index holds, counted up to `most`. */
export async function countOf(store: Store, index: string, most: number): Promise<number> {
  return (await store.scan(index, null, most)).entries.length;
}

/** The case of a number; null where there is none. */
export async function caseOfNumber(store: Store, number: string, now: number): Promise<CaseRecord | null> {
  const [found = null] = await casesOf(store, indexes.caseNumber(number), 1, now);
  return found;
}

async function readAll(store: Store, members: readonly Key[], now: number): Promise<readonly CaseRecord[]> {
  const byPartition = Map.groupBy(members, partitionOfKey);
  const read = await Promise.all(
    [...byPartition.values()].map(
      async ([first = '', ...others]) => (await store.open({ key: first, owner: null, alsoRead: others, now })).rows,
    ),
  );
  const rows = new Map(read.flatMap((each) => [...each]));
  return members.flatMap((member) => {
    const row = rows.get(member) ?? null;
    return row === null ? [] : [readCase(row.value)];
  });
}
