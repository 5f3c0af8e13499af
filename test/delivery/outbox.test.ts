import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { backOffMs, mostTries } from '../../src/delivery/back-off.ts';
import { OutboxDispatcher, type CaseBrought, type Lost } from '../../src/delivery/dispatcher.ts';
import { outboxRow, type Owed } from '../../src/delivery/outbox.ts';
import type { Delivered, Parcel } from '../../src/delivery/port.ts';
import type { Json } from '../../src/ports.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import type { Commit, Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { flatRandom, StillClock, testKeys } from './still-time.ts';
import { noCarriers } from './no-carriers.ts';

const account = 'd4c7f0b2-58a1-4e6d-8b39-06f1a2c3e401';
const partition = partitionOf(account);
const notice: Owed = { kind: 'notice', parcel: { kind: 'sms', to: '+46701740605', text: 'Your password was changed.' } };
const caseMail: Owed = { kind: 'case-mail', parcel: { kind: 'mail', to: 'it@example.org', subject: 'LK-1001', text: 'A case.' } };
const casePost: Owed = { kind: 'case-post', case: `${partition}-a-case` };

let folder: string;
let store: Store;
let clock: StillClock;
const seals = testKeys();
let delivered: Parcel[];
let posted: string[];
let lost: Lost[];
/** What the other side answers; the last one stays. */
let answers: (Delivered | 'killed')[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-outbox-'));
  store = openSqlite({ folder, serve: true });
  clock = new StillClock();
  [delivered, posted, lost] = [[], [], []];
  answers = [{ ok: true, providerId: null }];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A dispatcher as a process starts it. `killed` as an answer is a process that ends between the call and its outcome. */
function dispatcher(over: Store = store): OutboxDispatcher {
  const next = (): Delivered => {
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { ok: true, providerId: null };
    if (answer === 'killed') throw new Error('killed');
    return answer;
  };
  return new OutboxDispatcher({
    store: over,
    seals,
    clock,
    random: flatRandom(128),
    delivery: {
      deliver: async (parcel) => {
        delivered.push(parcel);
        return next();
      },
    },
    cases: {
      bring: async (_kind, caseId): Promise<CaseBrought> => {
        posted.push(caseId);
        return next();
      },
    },
    carriers: noCarriers,
    onLost: (what) => lost.push(what),
  });
}

const owe = (owed: Owed, id = 'thing'): Promise<unknown> => store.commit(outboxRow(seals, account, id, owed, clock.now()));

/** Hands everything that is due to `to`, as the due loop does. */
async function pay(to = dispatcher()): Promise<number> {
  const due = await store.due(clock.now(), 10);
  for (const entry of due) await to.deliverDue(entry).catch(() => {});
  return due.length;
}

/** The process ends: what it had leased is free again, and a new one starts on the same store. */
async function restart(): Promise<void> {
  await store.close();
  store = openSqlite({ folder, serve: true });
}

async function row(id = 'thing'): Promise<Record<string, Json> | null> {
  const key = keys.outbox(partition, id);
  return ((await store.open({ key, owner: null, now: clock.now() })).rows.get(key)?.value ?? null) as Record<string, Json> | null;
}

describe('outbox', () => {
  test('a notice that did not arrive after all is written down and told once, and not sent again', async () => {
    await owe(notice);
    await pay();
    const pays = dispatcher();
    await Promise.all(Array.from({ length: 5 }, async () => pays.notArrived(account, 'thing')));
    expect(lost).toEqual([{ id: 'thing', kind: 'notice', state: 'rejected', tries: 1 }]);
    expect(await row()).toMatchObject({ state: 'rejected', what: '' });
    clock.forward(3_600_000);
    expect(await pay()).toBe(0);
    expect(delivered).toHaveLength(1);
    await pays.notArrived(account, 'nobody-knows');
    await owe(caseMail, 'mail');
    await pays.notArrived(account, 'mail');
    expect(await row('mail')).toMatchObject({ state: 'owed' });
  });

  test('what is owed is brought once, under its own id, and is due no more', async () => {
    await owe(notice);
    await pay();
    clock.forward(3_600_000);
    expect(await pay()).toBe(0);
    expect(delivered).toEqual([
      { kind: 'sms', id: 'thing', to: '+46701740605', text: 'Your password was changed.', about: { account, what: 'notice' } },
    ]);
    expect(await row()).toMatchObject({ state: 'sent', tries: 1 });
  });

  test('R41: no number, address or text stands in a row, before or after', async () => {
    await owe(notice);
    await owe(caseMail, 'mail');
    const before = JSON.stringify([await row(), await row('mail')]);
    await pay();
    const after = JSON.stringify([await row(), await row('mail')]);
    for (const secret of ['4670', '0605', 'example.org', 'password was', 'LK-1001']) expect(before + after).not.toContain(secret);
  });

  test('the row is committed as started before its call', async () => {
    await owe(notice);
    let seen: unknown;
    const watching = new OutboxDispatcher({
      store,
      seals,
      clock,
      random: flatRandom(1),
      delivery: {
        deliver: async () => {
          seen = (await row())?.['state'];
          return { ok: true, providerId: null };
        },
      },
      cases: { bring: async () => ({ ok: true, providerId: null }) },
      carriers: noCarriers,
      onLost: () => {},
    });
    await pay(watching);
    expect(seen).toBe('started');
  });

  test('a notice found started after a kill is doubtful and not sent again', async () => {
    answers = ['killed', { ok: true, providerId: null }];
    await owe(notice);
    await pay();
    await restart();
    await pay();
    expect(delivered).toHaveLength(1);
    expect(await row()).toMatchObject({ state: 'doubtful' });
    expect(lost).toEqual([{ id: 'thing', kind: 'notice', state: 'doubtful', tries: 1 }]);
  });

  test.each([
    ['case mail', caseMail],
    ['case post', casePost],
  ])('a %s found started after a kill is made again: its loss is worse than a double', async (_name, owed) => {
    answers = ['killed', { ok: true, providerId: null }];
    await owe(owed);
    await pay();
    await restart();
    await pay();
    expect([...delivered, ...posted]).toHaveLength(2);
    expect(await row()).toMatchObject({ state: 'sent', tries: 2 });
  });

  test('killed at each commit, before it and after it, nothing is lost unsaid and no notice is doubled', async () => {
    for (const [commit, when] of [
      [1, 'before'],
      [1, 'after'],
      [2, 'before'],
      [2, 'after'],
    ] as const) {
      const id = `killed-${when}-${commit}`;
      [delivered, lost] = [[], []];
      await owe(notice, id);
      await pay(dispatcher(killedAt(commit, when)));
      await restart();
      await pay();
      clock.forward(86_400_000);
      expect(await pay()).toBe(0);
      expect(delivered.length).toBeLessThanOrEqual(1);
      expect({ id, told: lost.length === 1 || (await row(id))?.['state'] === 'sent' }).toEqual({ id, told: true });
    }
  });

  /** The store of a process that ends at its `n`th commit. */
  function killedAt(n: number, when: 'before' | 'after'): Store {
    let count = 0;
    const commit = async (wanted: Commit) => {
      count += 1;
      if (count > n || (count === n && when === 'before')) throw new Error('killed');
      const done = await store.commit(wanted);
      if (count === n) throw new Error('killed');
      return done;
    };
    return {
      open: (request) => store.open(request),
      commit,
      due: (now, many) => store.due(now, many),
      scan: () => Promise.reject(new Error()),
      close: async () => {},
    };
  }

  test('one whose call outlived its lease does not settle what somebody else has taken over', async () => {
    await owe(caseMail);
    let first = true;
    const slow = new OutboxDispatcher({
      store,
      seals,
      clock,
      random: flatRandom(1),
      delivery: {
        deliver: async () => {
          // Its lease runs out, and another process takes the row over and is at its own call when this one comes back.
          if (first) {
            first = false;
            clock.forward(31_000);
            answers = ['killed'];
            await pay();
          }
          return { ok: false, reason: 'rejected' };
        },
      },
      cases: { bring: async () => ({ ok: true, providerId: null }) },
      carriers: noCarriers,
      onLost: (what) => lost.push(what),
    });
    await pay(slow);
    expect(await row()).toMatchObject({ state: 'started', tries: 2 });
    expect(lost).toEqual([]);
  });

  test('unavailable is tried again later, not before Retry-After', async () => {
    answers = [
      { ok: false, reason: 'unavailable', retryAfterMs: 600_000 },
      { ok: true, providerId: null },
    ];
    await owe(notice);
    await pay();
    clock.forward(599_000);
    expect(await pay()).toBe(0);
    clock.forward(1_000);
    expect(await pay()).toBe(1);
    expect(await row()).toMatchObject({ state: 'sent', tries: 2 });
  });

  test('rejected ends at once, with its audit entry and a word to the log that names no address', async () => {
    answers = [{ ok: false, reason: 'rejected' }];
    await owe(notice);
    await pay();
    expect(await row()).toMatchObject({ state: 'rejected', tries: 1 });
    expect(lost).toEqual([{ id: 'thing', kind: 'notice', state: 'rejected', tries: 1 }]);
    const key = keys.auditEntry(partition, 1);
    const entry = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key)?.value;
    expect(entry).toMatchObject({ account, act: 'delivery.notice', reason: 'rejected', actor: 'system' });
  });

  test('R45: doubtful ends a notice, and makes what belongs to a case again', async () => {
    answers = [{ ok: false, reason: 'doubtful' }];
    await owe(notice, 'notice');
    await owe(casePost, 'post');
    await pay();
    expect(await row('notice')).toMatchObject({ state: 'doubtful' });
    expect(await row('post')).toMatchObject({ state: 'owed' });
  });

  test('tries are bounded, and the end is loud', async () => {
    answers = [{ ok: false, reason: 'unavailable' }];
    await owe(caseMail);
    expect(await payDaily()).toBe(mostTries);
    expect(lost).toEqual([{ id: 'thing', kind: 'case-mail', state: 'given-up', tries: mostTries }]);
  });

  test("a case's card is tried for as long as it takes, a minute apart at the most", async () => {
    answers = [{ ok: false, reason: 'unavailable' }];
    await owe(casePost);
    expect(await payDaily()).toBe(100);
    expect(lost).toEqual([]);
    answers = [{ ok: true, providerId: null }];
    clock.forward(75_000);
    await pay();
    expect(await row()).toMatchObject({ state: 'sent' });
  });

  /** A hundred days, each with its try. @returns how many there were */
  async function payDaily(): Promise<number> {
    let paid = 0;
    for (let day = 0; day < 100; day += 1) {
      paid += await pay();
      clock.forward(day === 99 ? 0 : 86_400_000);
    }
    return paid;
  }

  test('R26, I19: one that fails does not stop the others', async () => {
    answers = [
      { ok: false, reason: 'rejected' },
      { ok: true, providerId: null },
    ];
    await owe(notice, 'one');
    await owe(notice, 'other');
    await pay();
    const states = [(await row('one'))?.['state'], (await row('other'))?.['state']];
    expect(new Set(states)).toEqual(new Set(['rejected', 'sent']));
  });

  test('two dispatchers on one store bring a thing once', async () => {
    await owe(notice);
    await Promise.all([pay(dispatcher()), pay(dispatcher())]);
    expect(delivered).toHaveLength(1);
  });
});

describe('back-off', () => {
  test('doubles from five seconds to half an hour, with a quarter of jitter either way', () => {
    for (const [tries, plain] of [
      [1, 5_000],
      [2, 10_000],
      [5, 80_000],
      [24, 1_800_000],
    ] as const) {
      expect(backOffMs(tries, flatRandom(0))).toBe(plain * 0.75);
      expect(backOffMs(tries, flatRandom(128)) / plain).toBeCloseTo(1, 2);
      expect(backOffMs(tries, flatRandom(255))).toBeLessThanOrEqual(plain * 1.25);
    }
  });

  test('what is urgent waits from a second to a minute', () => {
    expect([1, 4, 24].map((tries) => backOffMs(tries, flatRandom(0), 0, true))).toEqual([750, 6_000, 45_000]);
  });

  test('a provider that asks for a day gets an hour', () => {
    expect(backOffMs(1, flatRandom(0), 86_400_000)).toBe(3_600_000);
  });
});
