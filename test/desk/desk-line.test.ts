import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeskLine, type DeskLineNeeds } from '../../src/desk/desk-line.ts';
import type { NotPosted } from '../../src/desk/desk-post.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { indexes, keys } from '../../src/store/keys.ts';
import type { Key } from '../../src/store/port.ts';
import { flatRandom } from '../delivery/still-time.ts';
import { DeskWorld } from './desk-world.ts';

const member = (index: number): Key => keys.case(`p0${index}-case`);
const away: NotPosted = { ok: false, reason: 'unavailable' };

let world: DeskWorld;
let posted: Key[];
let doubted: Key[];
/** What a post answers; a fault ends its process. */
let answer: (key: Key) => NotPosted | null;
beforeEach(async () => {
  world = new DeskWorld();
  [posted, doubted] = [[], []];
  answer = () => null;
  for (let each = 1; each <= 5; each += 1)
    await world.store.commit({ index: [{ index: indexes.undelivered, member: member(each), score: each }] });
});
afterEach(() => world.end());

function line(owner: string, more: Partial<DeskLineNeeds> = {}): DeskLine {
  const { store, clock } = world;
  return new DeskLine({
    store,
    clock,
    random: flatRandom(0),
    owner,
    post: async (key) => {
      posted.push(key);
      const missed = answer(key);
      if (missed === null) await store.commit({ index: [{ index: indexes.undelivered, member: key, score: null }] });
      return missed;
    },
    doubt: async (key) => void doubted.push(key),
    ...more,
  });
}

describe('R42, R45: the line of cases whose card is not there yet', () => {
  test('is posted in order to its end, by however many ask for it', async () => {
    const one = line('one');
    await Promise.all([one.drain(), one.drain(), one.drain()]);
    expect(posted).toEqual([1, 2, 3, 4, 5].map(member));
  });

  test('fails closed and backs off: of many that wait one is tried, and less and less often', async () => {
    answer = () => away;
    const one = line('one');
    const waits: (number | undefined)[] = [];
    for (let each = 0; each < 8; each += 1) {
      const missed = await one.drain();
      waits.push(missed?.retryAfterMs);
      expect(await one.drain()).toMatchObject({ reason: 'unavailable' });
      world.clock.forward(missed?.retryAfterMs ?? 0);
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]);
    // The first in line five times, and then the second too: perhaps it is the card.
    expect(posted.filter((key) => key === member(1))).toHaveLength(8);
    expect(posted.filter((key) => key !== member(1) && key !== member(2))).toEqual([]);
  });

  test('waits for as long as the channel asks', async () => {
    answer = () => ({ ...away, retryAfterMs: 120_000 });
    expect(await line('one').drain()).toEqual({ ...away, retryAfterMs: 120_000 });
  });

  test('is held by one process at a time; the other asks again in a second', async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const slow = line('one', {
      post: async (key) => {
        posted.push(key);
        await held;
        await world.store.commit({ index: [{ index: indexes.undelivered, member: key, score: null }] });
        return null;
      },
    }).drain();
    while (posted.length === 0) await new Promise(setImmediate);
    expect(await line('other').drain()).toEqual({ ok: false, reason: 'unavailable', retryAfterMs: 1_000 });
    letGo();
    expect(await slow).toBeNull();
    expect(posted).toEqual([1, 2, 3, 4, 5].map(member));
  });

  test('a post of which nobody knows how it ended is doubted, by whoever comes next', async () => {
    answer = (key) => {
      if (key === member(2)) throw new LatchkeyError('latchkey_store_unavailable', 'unavailable', 'the store went away');
      return null;
    };
    await expect(line('one').drain()).rejects.toThrow('the store went away');
    answer = () => null;
    expect(await line('other').drain()).toBeNull();
    expect(doubted).toEqual([member(2)]);
    expect(posted).toEqual([1, 2, 2, 3, 4, 5].map(member));
  });

  test('what was doubtful is doubted at once, and tried again', async () => {
    answer = () => ({ ok: false, reason: 'doubtful' });
    const one = line('one');
    await one.drain();
    expect(doubted).toEqual([member(1)]);
    answer = () => null;
    world.clock.forward(60_000);
    expect(await one.drain()).toBeNull();
    expect(posted).toEqual([1, 1, 2, 3, 4, 5].map(member));
  });
});
