import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { manyBlocked, readBlocked, withBlocked, type Blocked } from '../../src/desk/blocked.ts';
import { counted, readTally, unusual, type Tally } from '../../src/desk/tally.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday at half past eight, UTC. */
const now = Date.UTC(2026, 10, 30, 8, 30);

/** So many at the same hour on each of these days ago, and so many now. */
function tallyOf(before: Readonly<Record<number, number>>, today: number): Tally {
  const days = Object.entries(before).map(([ago, count]) => [now - Number(ago) * day, count] as const);
  let tally: Tally = readTally(null, now - 14 * day);
  for (const [at, count] of [...days, [now, today] as const])
    for (let each = 0; each < count; each += 1) tally = counted(tally, `${at}-${each}`, at);
  return tally;
}
const everyDay = (count: number) => Object.fromEntries(Array.from({ length: 14 }, (_, ago) => [ago + 1, count]));

describe('R35: more than five times the usual hour', () => {
  test.each([
    [4, 20, false],
    [4, 21, true],
    [100, 500, false],
    [100, 501, true],
  ])('usual %i, now %i: %s', (usual, count, alarms) => {
    const found = unusual(tallyOf(everyDay(usual), count), now);
    expect(found).toEqual(alarms ? { count, usual, since: now - 30 * 60_000 } : null);
  });

  test('a quiet company is not alarmed by three, nor by ten', () => {
    for (const count of [3, 10]) expect(unusual(tallyOf({}, count), now)).toBeNull();
    expect(unusual(tallyOf({}, 11), now)).toMatchObject({ count: 11, usual: 0 });
  });

  test('one day under attack does not make the next one usual', () => {
    expect(unusual(tallyOf({ ...everyDay(2), 1: 400 }, 40), now)).toMatchObject({ usual: 2 });
  });

  test('a Monday is measured by the Monday before it', () => {
    expect(unusual(tallyOf({ ...everyDay(2), 7: 30 }, 100), now)).toBeNull();
  });

  test('other hours of the day say nothing of this one', () => {
    let tally = tallyOf({}, 11);
    for (let each = 0; each < 200; each += 1) tally = counted(tally, `before-${each}`, now - hour);
    expect(unusual(tally, now)).toMatchObject({ count: 11, usual: 0 });
  });

  test('as long as no week is known it takes fifty', () => {
    const known = { since: now - 6 * day, ids: [] };
    expect(unusual({ ...known, hours: [{ hour: Math.floor(now / hour), count: 50 }] }, now)).toBeNull();
    expect(unusual({ ...known, hours: [{ hour: Math.floor(now / hour), count: 51 }] }, now)).toMatchObject({ count: 51 });
  });
});

test('the same thing counts once', () => {
  const once = counted(readTally(null, now), 'a', now);
  expect(counted(once, 'a', now)).toBe(once);
});

test('two weeks are kept, and no more', () => {
  const old = counted(readTally(null, now - 40 * day), 'a', now - 40 * day);
  expect(readTally(old, now).hours).toEqual([]);
});

describe('R35: ten accounts blocked within 60 minutes', () => {
  const blocked = (...each: readonly (readonly [account: string, at: number])[]): Blocked =>
    each.reduce<Blocked>((all, [account, at]) => withBlocked(readBlocked(all, at), account, at), { accounts: [] });

  test('nine are not, ten are', () => {
    const nine = Array.from({ length: 9 }, (_, index) => [`a${index}`, now + index] as const);
    expect(manyBlocked(blocked(...nine))).toBeNull();
    expect(manyBlocked(blocked(...nine, ['a9', now + 9]))).toEqual({ count: 10, since: now });
  });

  test('ten within no hour are not; neither is one account ten times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 60 }), (accounts) => {
        expect(manyBlocked(blocked(...accounts.map((account, index) => [`a${account}`, now + index] as const)))).toBeNull();
      }),
    );
    const slow = Array.from({ length: 30 }, (_, index) => [`a${index}`, now + index * 7 * 60_000] as const);
    expect(manyBlocked(blocked(...slow))).toBeNull();
  });
});
