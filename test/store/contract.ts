import { beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { keys, partitionCount } from '../../src/store/keys.ts';
import type { Commit, DueEntry, Row, Store } from '../../src/store/port.ts';
import { update } from '../../src/store/update.ts';
import { stillClock } from './still-clock.ts';
import type { Engine, Fresh } from './engines.ts';

const now = Date.UTC(2026, 0, 15, 8);
const key = 'p03/stack/a';
const other = 'p03/methods/a';
const partition = (n: number): string => `p${String(n).padStart(2, '0')}`;

/** What every engine owes to those above the port. */
export function storeContract(engine: Engine): void {
  let fresh: Fresh;
  let store: Store;
  beforeEach(async () => {
    fresh = await engine.fresh();
    store = fresh.store;
  });
  const read = async (...wanted: [string, ...string[]]): Promise<(Row | null)[]> => {
    const [first, ...alsoRead] = wanted;
    const { rows } = await store.open({ key: first, owner: null, alsoRead, now });
    return wanted.map((each) => rows.get(each) ?? null);
  };
  const opened = (owner: string | null, at = now) => store.open({ key, owner, now: at, leaseMs: 1000 });

  describe('rows', () => {
    test('a row that is not there reads as null, and each put grows its version by one', async () => {
      expect(await read(key, other)).toEqual([null, null]);
      expect(await store.commit({ put: { [key]: { n: 1 } } })).toEqual({ ok: true, versions: { [key]: 1 } });
      expect(await store.commit({ put: { [key]: { n: 2 }, [other]: [] } })).toEqual({ ok: true, versions: { [key]: 2, [other]: 1 } });
      expect(await read(key, other)).toEqual([
        { version: 2, value: { n: 2 } },
        { version: 1, value: [] },
      ]);
    });

    test('a removed row is absent, with version 0', async () => {
      await store.commit({ put: { [key]: 1 } });
      expect(await store.commit({ expect: { [key]: 1 }, remove: [key] })).toEqual({ ok: true, versions: {} });
      expect(await read(key)).toEqual([null]);
      expect(await store.commit({ expect: { [key]: 0 }, put: { [key]: 2 } })).toMatchObject({ ok: true });
    });

    test('every JSON value comes back as it was', async () => {
      let written = 0;
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (value) => {
          written += 1;
          const id = `${JSON.stringify(value)} ${written}`;
          await store.commit({ put: { [key]: value as never }, append: [{ to: key, id, value: value as never }] });
          const { rows, inbox } = await store.open({ key, owner: null, now });
          const plain: unknown = JSON.parse(JSON.stringify(value));
          expect(rows.get(key)?.value).toEqual(plain);
          expect(inbox).toEqual([{ id, value: plain }]);
          await store.commit({ take: [{ from: key, ids: [id] }] });
        }),
        { numRuns: 60 },
      );
    });

    test('a commit of nothing is done', async () => {
      expect(await store.commit({})).toEqual({ ok: true, versions: {} });
    });
  });

  describe('conflicts', () => {
    test('one wrong version and nothing at all is done; the rows that were not as expected come back', async () => {
      await store.commit({ put: { [key]: 'old', [other]: 'kept' } });
      const held = await opened('me');
      const conflict = await store.commit({
        expect: { [key]: 1, [other]: 7, 'p03/proof/a/1': 3 },
        put: { [key]: 'new', 'p03/draft/a/1': 1 },
        until: { [key]: now },
        remove: [other],
        append: [{ to: key, id: 'i', value: 1 }],
        due: [{ id: 'p03/due/resume/a', at: now }],
        index: [{ index: 'open-cases', member: key, score: 1 }],
        release: { key, owner: 'me' },
      });
      expect(conflict).toEqual({ ok: false, reason: 'conflict', rows: { [other]: { version: 1, value: 'kept' }, 'p03/proof/a/1': null } });
      expect(held.leased).toBe(true);
      expect(await read(key, other, 'p03/draft/a/1')).toEqual([{ version: 1, value: 'old' }, { version: 1, value: 'kept' }, null]);
      expect((await opened(null)).inbox).toEqual([]);
      expect(await store.due(now + 1, 9)).toEqual([]);
      expect((await store.scan('open-cases', null, 9)).entries).toEqual([]);
      expect((await opened('you')).leased).toBe(false);
    });

    test('a guarded commit given twice, as after a doubtful fault, is applied once', async () => {
      const commit: Commit = { expect: { [key]: 0 }, put: { [key]: 'paid' }, append: [{ to: other, id: 'receipt', value: 1 }] };
      expect(await store.commit(commit)).toMatchObject({ ok: true });
      expect(await store.commit(commit)).toEqual({ ok: false, reason: 'conflict', rows: { [key]: { version: 1, value: 'paid' } } });
    });

    test('invariant 5: of many who accept one challenge at once, exactly one does', async () => {
      const stores = [store, await fresh.beside()];
      await store.commit({ put: { 'p03/challenge/a/1': 'open' } });
      const verdicts = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          (stores[n % 2] as Store).commit({
            expect: { 'p03/challenge/a/1': 1 },
            put: { 'p03/challenge/a/1': 'spent', [`p03/proof/a/${n}`]: 1 },
          }),
        ),
      );
      expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1);
      const proofs = await read('p03/challenge/a/1', ...Array.from({ length: 40 }, (_, n) => `p03/proof/a/${n}`));
      expect(proofs.filter((row) => row !== null)).toHaveLength(2);
    });

    test('invariant 5: fifty parallel updates, half of them from another process, count exactly fifty', async () => {
      const beside = await fresh.beside();
      const count = (by: Store): Promise<number> =>
        update(by, stillClock(now), key, (row) => {
          const next = Number(row?.value ?? 0) + 1;
          return { commit: { put: { [key]: next } }, result: next };
        });
      const counted = await Promise.all(Array.from({ length: 50 }, (_, n) => count(n % 2 === 0 ? store : beside)));
      expect(counted.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
      expect(await read(key)).toEqual([{ version: 50, value: 50 }]);
    });
  });

  describe('leases', () => {
    test('one owner at a time; the same owner renews it', async () => {
      await store.commit({ put: { [key]: 1 }, append: [{ to: key, id: 'i', value: 1 }] });
      expect(await opened('me')).toMatchObject({ leased: true, inbox: [{ id: 'i', value: 1 }] });
      expect(await opened('you')).toEqual({ leased: false, rows: new Map(), inbox: [] });
      expect((await opened('me', now + 900)).leased).toBe(true);
      expect((await opened('you', now + 1899)).leased).toBe(false);
    });

    test('it runs out at its time', async () => {
      await opened('me');
      expect((await opened('you', now + 999)).leased).toBe(false);
      expect((await opened('you', now + 1000)).leased).toBe(true);
    });

    test('a read without an owner neither takes nor minds one', async () => {
      await opened('me');
      expect((await opened(null)).leased).toBe(true);
      expect((await opened('you')).leased).toBe(false);
    });

    test('a commit gives it back; one that has passed on is left alone', async () => {
      await opened('me');
      await store.commit({ put: { [key]: 1 }, release: { key, owner: 'me' } });
      expect((await opened('you')).leased).toBe(true);
      await store.commit({ put: { [key]: 2 }, release: { key, owner: 'me' } });
      expect((await opened('me')).leased).toBe(false);
    });

    test('a lease without a time is a defect', async () => {
      await expect(store.open({ key, owner: 'me', now })).rejects.toMatchObject({ code: 'latchkey_store_lease', kind: 'defect' });
    });
  });

  describe('inboxes', () => {
    const append = (...ids: string[]): Commit => ({ append: ids.map((id) => ({ to: key, id, value: `value of ${id}` })) });
    const waiting = async (): Promise<string[]> => (await opened(null)).inbox.map(({ id }) => id);

    test('kept in order, an id once, for a row that may not be there yet', async () => {
      await store.commit(append('b', 'a'));
      await store.commit(append('c', 'a', 'b'));
      expect((await opened(null)).inbox).toEqual(['b', 'a', 'c'].map((id) => ({ id, value: `value of ${id}` })));
      expect(await read(key)).toEqual([null]);
    });

    test('what was taken is gone and stays gone when it is brought again', async () => {
      await store.commit(append('a', 'b', 'c'));
      await store.commit({ take: [{ from: key, ids: ['c', 'a', 'unknown'] }] });
      expect(await waiting()).toEqual(['b']);
      await store.commit(append('a', 'd'));
      expect(await waiting()).toEqual(['b', 'd']);
    });

    test('the last 200 ids are remembered; an entry that waits is kept however many come after it', async () => {
      await store.commit(append(...Array.from({ length: 200 }, (_, n) => `id ${n}`)));
      await store.commit({ take: [{ from: key, ids: Array.from({ length: 199 }, (_, n) => `id ${n + 1}`) }] });
      await store.commit(append('id 1', 'id 199'));
      expect(await waiting()).toEqual(['id 0']);
      await store.commit(append('id 200', 'id 201'));
      await store.commit(append('id 1'));
      expect(await waiting()).toEqual(['id 0', 'id 200', 'id 201', 'id 1']);
    });

    test('an id may hold anything, and is never mistaken for another', async () => {
      const ids = ['"', '",', 'a', 'a"', '\\', 'å\n', '[', '%', '*'];
      await store.commit(append(...ids));
      for (const [n, id] of ids.entries()) {
        await store.commit({ take: [{ from: key, ids: [id] }] });
        expect(await waiting()).toEqual(ids.slice(n + 1));
      }
    });
  });

  describe('what is due', () => {
    const due = (id: string, at: number | null, data?: string): NonNullable<Commit['due']>[number] => ({ id, at, ...(data && { data }) });
    const ids = (entries: readonly DueEntry[]): string[] => entries.map(({ id }) => id);

    test('given out once it is due, hidden for 30 s, then given out again, until it is cleared', async () => {
      await store.commit({ due: [due('p03/due/resume/a', now, 'x'), due('p03/due/resume/b', now + 1)] });
      expect(await store.due(now - 1, 9)).toEqual([]);
      expect(await store.due(now, 9)).toEqual([{ id: 'p03/due/resume/a', at: now, data: 'x' }]);
      expect(await store.due(now + 1, 9)).toEqual([{ id: 'p03/due/resume/b', at: now + 1, data: null }]);
      expect(await store.due(now + 29_999, 9)).toEqual([]);
      expect(ids(await store.due(now + 30_000, 9))).toEqual(['p03/due/resume/a']);
      await store.commit({ due: [due('p03/due/resume/a', null), due('p03/due/resume/b', null)] });
      expect(await store.due(now + 90_000, 9)).toEqual([]);
    });

    test('set anew while it is leased, it counts from then', async () => {
      await store.commit({ due: [due('p03/due/resume/a', now, 'old')] });
      await store.due(now, 9);
      await store.commit({ due: [due('p03/due/resume/a', now + 5, 'new')] });
      expect(await store.due(now + 5, 9)).toEqual([{ id: 'p03/due/resume/a', at: now + 5, data: 'new' }]);
    });

    test('cleared unless something waits: what came in after the stack was opened keeps its due entry', async () => {
      const resume = 'p03/due/resume/a';
      const arrives = (id: string, at: number) => store.commit({ append: [{ to: key, id, value: 1 }], due: [due(resume, at)] });
      const takes = (id: string) => store.commit({ take: [{ from: key, ids: [id] }], due: [{ id: resume, at: null, unlessWaiting: key }] });
      await arrives('first', now);
      await store.due(now, 9);
      await arrives('second', now + 1);
      await takes('first');
      expect(ids(await store.due(now + 1, 9))).toEqual([resume]);
      await takes('second');
      expect(await store.due(now + 90_000, 9)).toEqual([]);
    });

    test('never more than asked for, the longest due first, over all partitions', async () => {
      for (let n = 0; n < partitionCount; n += 1) {
        await store.commit({ due: [due(`${partition(n)}/due/resume/1`, now - n), due(`${partition(n)}/due/resume/2`, now - n - 100)] });
      }
      const all = Array.from({ length: partitionCount }, (_, n) => partition(partitionCount - 1 - n));
      expect(ids(await store.due(now, 3))).toEqual(all.slice(0, 3).map((each) => `${each}/due/resume/2`));
      expect(ids(await store.due(now, 100))).toEqual([
        ...all.slice(3).map((each) => `${each}/due/resume/2`),
        ...all.map((each) => `${each}/due/resume/1`),
      ]);
    });

    test('given to one caller only, however many ask at once', async () => {
      const beside = await fresh.beside();
      await store.commit({ due: Array.from({ length: 30 }, (_, n) => due(`p03/due/resume/${n}`, now)) });
      const given = await Promise.all(Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? store : beside).due(now, 5)));
      const all = ids(given.flat());
      expect(new Set(all).size).toBe(all.length);
      const rest = ids(await store.due(now, 30));
      expect([...all, ...rest].sort()).toEqual(Array.from({ length: 30 }, (_, n) => `p03/due/resume/${n}`).sort());
    });

    test('rows whose time has passed are forgotten; a put without a time keeps its row', async () => {
      await store.commit({
        put: { [key]: 1, [other]: 2, 'p03/draft/a/1': 3 },
        until: { [key]: now, [other]: now, 'p03/draft/a/1': now + 1 },
      });
      await store.commit({ put: { [other]: 4 } });
      expect(await read(key)).not.toEqual([null]);
      await store.due(now, 1);
      expect(await read(key, other, 'p03/draft/a/1')).toEqual([null, { version: 2, value: 4 }, { version: 1, value: 3 }]);
    });

    test('a forgotten row keeps what waits in its inbox', async () => {
      await store.commit({ put: { [key]: 1, [other]: 1 }, until: { [key]: now, [other]: now } });
      await store.commit({ append: [key, other].map((to) => ({ to, id: 'i', value: 1 })), take: [{ from: other, ids: ['i'] }] });
      await store.due(now, 1);
      expect((await opened(null)).inbox).toEqual([{ id: 'i', value: 1 }]);
      expect((await store.open({ key: other, owner: null, now })).inbox).toEqual([]);
    });
  });

  describe('indexes', () => {
    const put = (member: string, score: number | null): Commit => ({ index: [{ index: 'open-cases', member, score }] });

    test('paged in order of score over all partitions, each member once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.tuple(fc.nat(partitionCount - 1), fc.constantFrom('a', 'b', 'B', 'ä', '~'), fc.nat(9)), {
            maxLength: 24,
            selector: ([home, name, score]) => `${home} ${name} ${score}`,
          }),
          fc.integer({ min: 1, max: 7 }),
          async (spots, n) => {
            const members = spots.map(([home, name, number]) => ({
              member: `${partition(home)}/case/${name}${number}`,
              score: number / 2 - 1,
            }));
            for (const { member, score } of members) await store.commit(put(member, score));
            const found: { member: string; score: number }[] = [];
            let from: string | null = null;
            do {
              const page = await store.scan('open-cases', from, n);
              expect(page.entries.length).toBeLessThanOrEqual(n);
              found.push(...page.entries);
              from = page.next;
            } while (from !== null);
            const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
            expect(found).toEqual([...members].sort((a, b) => a.score - b.score || bytes(a.member, b.member)));
            for (const { member } of members) await store.commit(put(member, null));
          },
        ),
        { numRuns: 15 },
      );
    });

    test('a page goes on where the last one ended although that member has left', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await store.commit(put(`p03/case/${name}`, 5));
      const { next } = await store.scan('open-cases', null, 2);
      await store.commit(put('p03/case/b', null));
      await store.commit(put('p03/case/a', 7));
      expect((await store.scan('open-cases', next, 9)).entries.map(({ member }) => member)).toEqual([
        'p03/case/c',
        'p03/case/d',
        'p03/case/a',
      ]);
    });

    test('a member moves when its score does, and indexes do not mix', async () => {
      await store.commit({
        index: [
          { index: 'open-cases', member: key, score: 1 },
          { index: 'local-accounts', member: key, score: 2 },
        ],
      });
      await store.commit(put(key, -0.25));
      expect(await store.scan('open-cases', null, 9)).toEqual({ entries: [{ member: key, score: -0.25 }], next: null });
      expect(await store.scan('nothing', null, 9)).toEqual({ entries: [], next: null });
    });

    test('a cursor that no page had is refused', async () => {
      await expect(store.scan('open-cases', 'p03', 1)).rejects.toMatchObject({ code: 'latchkey_store_cursor' });
    });
  });

  describe('partitions', () => {
    const elsewhere = 'p04/stack/b';
    test.each<[string, Commit]>([
      ['expect', { put: { [key]: 1 }, expect: { [elsewhere]: 0 } }],
      ['put', { put: { [key]: 1, [elsewhere]: 1 } }],
      ['remove', { put: { [key]: 1 }, remove: [elsewhere] }],
      ['append', { put: { [key]: 1 }, append: [{ to: elsewhere, id: 'i', value: 1 }] }],
      ['take', { put: { [key]: 1 }, take: [{ from: elsewhere, ids: [] }] }],
      ['due', { put: { [key]: 1 }, due: [{ id: 'p04/due/resume/b', at: 1 }] }],
      ['unlessWaiting', { put: { [key]: 1 }, due: [{ id: 'p03/due/resume/a', at: null, unlessWaiting: elsewhere }] }],
      ['index', { put: { [key]: 1 }, index: [{ index: 'open-cases', member: elsewhere, score: 1 }] }],
      ['release', { put: { [key]: 1 }, release: { key: elsewhere, owner: 'me' } }],
    ])('a commit that crosses them by "%s" is refused, and nothing is done', async (_part, commit) => {
      await expect(store.commit(commit)).rejects.toMatchObject({ code: 'latchkey_store_partitions', kind: 'defect' });
      expect(await read(key)).toEqual([null]);
    });

    test('so is a read, and a key of no partition', async () => {
      const refusal = { code: 'latchkey_store_partitions', kind: 'defect' };
      await expect(store.open({ key, owner: null, alsoRead: [elsewhere], now })).rejects.toMatchObject(refusal);
      for (const stray of ['stack/a', 'p16/stack/a', 'p3/stack/a', 'p03', '']) {
        await expect(store.commit({ put: { [stray]: 1 } })).rejects.toMatchObject(refusal);
      }
    });

    test.each<[string, Commit]>([
      ['puts and removes one row', { put: { [key]: 1 }, remove: [key] }],
      ['has a time for a row it does not put', { until: { [key]: now } }],
      ['puts undefined', { put: { [key]: undefined as never } }],
      ['has a time that is no whole number', { due: [{ id: keys.due('p03', 'resume', 'a'), at: Number.NaN }] }],
      ['has a score that is no number', { index: [{ index: 'open-cases', member: key, score: Number.POSITIVE_INFINITY }] }],
    ])('a commit that %s is refused', async (_what, commit) => {
      await expect(store.commit(commit)).rejects.toMatchObject({ code: 'latchkey_store_commit', kind: 'defect' });
    });
  });

  test('a closed store says so, and closes twice without a word', async () => {
    await store.close();
    await store.close();
    await expect(store.commit({ put: { [key]: 1 } })).rejects.toMatchObject({ code: 'latchkey_store_unavailable', kind: 'unavailable' });
    await expect(opened('me')).rejects.toMatchObject({ code: 'latchkey_store_unavailable' });
  });
}
