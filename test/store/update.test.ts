import { beforeEach, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { update } from '../../src/store/update.ts';
import { countingStore } from './counting-store.ts';
import { describeEngines } from './engines.ts';
import { stillClock } from './still-clock.ts';

const now = Date.UTC(2026, 0, 15, 8);
const key = 'p03/pace/a';
const other = 'p03/methods/a';

describeEngines('update', (engine) => {
  let store: ReturnType<typeof countingStore>;
  const valueOf = async (wanted: string): Promise<unknown> => (await store.open({ key: wanted, owner: null, now })).rows.get(wanted)?.value;
  beforeEach(async () => {
    store = countingStore((await engine.fresh()).store);
  });

  test('updates of one key in one process stand in line: fifty at once, no conflict, two trips each', async () => {
    const counted = await Promise.all(
      Array.from({ length: 50 }, () =>
        update(store, stillClock(now), key, (row) => {
          const tries = Number(row?.value ?? 0) + 1;
          return { commit: { put: { [key]: tries } }, result: tries };
        }),
      ),
    );
    expect(counted).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(store.counts).toMatchObject({ open: 50, commit: 50 });
  });

  test('invariant 5: fifty guesses at once spend exactly as many tries as there are', async () => {
    const guess = () =>
      update(store, stillClock(now), key, (row) => {
        const spent = Number(row?.value ?? 0);
        return spent >= 5 ? { commit: null, result: 'refused' } : { commit: { put: { [key]: spent + 1 } }, result: 'checked' };
      });
    const results = await Promise.all(Array.from({ length: 50 }, guess));
    expect(results.filter((result) => result === 'checked')).toHaveLength(5);
    expect(await valueOf(key)).toBe(5);
  });

  test('after a conflict the change is asked again on the rows the conflict brought, without another read', async () => {
    await store.commit({ put: { [key]: 'a', [other]: 'b' } });
    store.reset();
    const asked: unknown[] = [];
    let meddled = false;
    await update(
      store,
      stillClock(now),
      key,
      (row, rows) => {
        asked.push([row?.value, rows.get(other)?.value]);
        return { commit: { put: { [key]: 'done' } }, result: null };
      },
      {
        alsoRead: [other],
        async commit(commit) {
          if (!meddled) await store.commit({ put: { [other]: 'B' } });
          meddled = true;
          return store.commit(commit);
        },
      },
    );
    expect(asked).toEqual([
      ['a', 'b'],
      ['a', 'B'],
    ]);
    expect(store.counts).toMatchObject({ open: 1, commit: 3 });
    expect(await valueOf(key)).toBe('done');
  });

  test('a row the change expects by itself is known to it once that was wrong', async () => {
    await store.commit({ put: { [other]: 'seen' } });
    const result = await update(store, stillClock(now), key, (_row, rows) => {
      const version = rows.get(other)?.version ?? 0;
      return { commit: { expect: { [other]: version }, put: { [key]: version } }, result: version };
    });
    expect(result).toBe(1);
  });

  test('at its deadline it gives up with a conflict', async () => {
    const clock = stillClock(now);
    let tries = 0;
    const contended = update(store, clock, key, () => ({ commit: { put: { [key]: 'mine' } }, result: null }), {
      deadlineMs: 1000,
      async commit(commit) {
        tries += 1;
        clock.forward(400);
        await store.commit({ put: { [key]: 'theirs' } });
        return store.commit(commit);
      },
    });
    await expect(contended).rejects.toMatchObject({ code: 'latchkey_store_contended', kind: 'conflict' });
    expect(tries).toBe(3);
    expect(await valueOf(key)).toBe('theirs');
  });

  test('a doubtful fault is passed on and not retried, and the next in line goes on', async () => {
    let commits = 0;
    const doubtful = update(store, stillClock(now), key, () => ({ commit: { put: { [key]: 1 } }, result: null }), {
      commit() {
        commits += 1;
        return Promise.reject(new LatchkeyError('latchkey_store_doubtful', 'doubtful', 'on purpose'));
      },
    });
    const next = update(store, stillClock(now), key, (row) => ({ commit: { put: { [key]: 2 } }, result: row }));
    await expect(doubtful).rejects.toMatchObject({ kind: 'doubtful' });
    expect(commits).toBe(1);
    expect(await next).toBeNull();
    expect(await valueOf(key)).toBe(2);
  });
});
