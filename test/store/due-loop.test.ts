import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { type DueHandler, type DueLoop, startDueLoop } from '../../src/store/due-loop.ts';
import type { DueEntry, Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { stillClock } from './still-clock.ts';

const now = Date.UTC(2026, 0, 15, 8);

describe('the due loop', () => {
  let folder: string;
  let store: Store;
  let clock: ReturnType<typeof stillClock>;
  let loop: DueLoop;
  let faults: { readonly fault: unknown; readonly entry: DueEntry | null }[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-due-'));
    store = openSqlite({ folder, serve: true });
    clock = stillClock(now);
    faults = [];
  });
  afterEach(async () => {
    await loop.stop();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (handlers: Record<string, DueHandler>, atOnce?: number, on: Store = store): void => {
    loop = startDueLoop({
      store: on,
      clock,
      handlers,
      onFault: (fault, entry) => faults.push({ fault, entry }),
      ...(atOnce !== undefined && { atOnce }),
    });
  };
  const owe = (...ids: string[]) => store.commit({ due: ids.map((id) => ({ id, at: now, data: id })) });
  const clear = (id: string) => store.commit({ due: [{ id, at: null }] });
  /** A promise and what settles it. */
  const gate = () => Promise.withResolvers<void>();

  test('each entry goes to the handler its id names', async () => {
    const done: string[] = [];
    const handler =
      (name: string): DueHandler =>
      async ({ id, at, data }) => {
        done.push(`${name}: ${id} ${at - now} ${JSON.stringify(data)}`);
        await clear(id);
      };
    start({ resume: handler('resume'), outbox: handler('outbox') });
    await owe('p03/due/resume/a/b', 'p03/due/outbox/1');
    await loop.nudge();
    expect(done.sort()).toEqual(['outbox: p03/due/outbox/1 0 "p03/due/outbox/1"', 'resume: p03/due/resume/a/b 0 "p03/due/resume/a/b"']);
    clock.forward(60_000);
    await loop.nudge();
    expect(done).toHaveLength(2);
  });

  test('it looks by itself, every second of its clock', async () => {
    const handled = gate();
    start({
      resume: async ({ id }) => {
        await clear(id);
        handled.resolve();
      },
    });
    await owe('p03/due/resume/a');
    clock.forward(1000);
    await handled.promise;
    const again = gate();
    await loop.stop();
    start({ resume: async () => again.resolve() });
    await owe('p03/due/resume/b');
    clock.forward(3000);
    await again.promise;
  });

  test('what a handler throws is told, and leaves the entry for its next lease', async () => {
    let tries = 0;
    start({
      resume: async ({ id }) => {
        tries += 1;
        if (tries === 1) throw new Error('not this time');
        await clear(id);
      },
    });
    await owe('p03/due/resume/a');
    await loop.nudge();
    expect(faults).toMatchObject([{ fault: { message: 'not this time' }, entry: { id: 'p03/due/resume/a' } }]);
    await loop.nudge();
    expect(tries).toBe(1);
    clock.forward(30_000);
    await loop.nudge();
    expect(tries).toBe(2);
    expect(faults).toHaveLength(1);
  });

  test('an entry nobody handles is told as a defect; names of every object are no handlers', async () => {
    start({});
    await owe('p03/due/unheard/a', 'p03/due/constructor/a');
    await loop.nudge();
    expect(faults.map(({ fault }) => (fault as LatchkeyError).code)).toEqual(['latchkey_store_due_unknown', 'latchkey_store_due_unknown']);
  });

  test('a store that cannot be asked is told, and asked again', async () => {
    let down = true;
    const moody: Store = {
      ...store,
      commit: (commit) => store.commit(commit),
      due: (at, n) =>
        down ? Promise.reject(new LatchkeyError('latchkey_store_unavailable', 'unavailable', 'on purpose')) : store.due(at, n),
    };
    const done: string[] = [];
    start({ resume: async ({ id }) => void done.push(id) }, undefined, moody);
    await owe('p03/due/resume/a');
    await loop.nudge();
    expect(faults).toMatchObject([{ fault: { code: 'latchkey_store_unavailable' }, entry: null }]);
    down = false;
    await loop.nudge();
    expect(done).toEqual(['p03/due/resume/a']);
  });

  test('no more at once than allowed, and all of them in the end, without waiting for the next look', async () => {
    let running = 0;
    let most = 0;
    let left = 25;
    const all = gate();
    start(
      {
        resume: async ({ id }) => {
          running += 1;
          most = Math.max(most, running);
          await clear(id);
          running -= 1;
          left -= 1;
          if (left === 0) all.resolve();
        },
      },
      4,
    );
    await owe(...Array.from({ length: 25 }, (_, n) => `p03/due/resume/${n}`));
    void loop.nudge();
    await all.promise;
    expect(most).toBe(4);
  });

  test('a handler that outlives its lease is not started a second time here', async () => {
    let started = 0;
    const slow = gate();
    start({
      resume: async () => {
        started += 1;
        await slow.promise;
      },
    });
    await owe('p03/due/resume/a');
    const first = loop.nudge();
    clock.forward(30_000);
    await loop.nudge();
    expect(started).toBe(1);
    slow.resolve();
    await first;
  });

  test('stop waits for the handlers that run, and nothing starts after it', async () => {
    const slow = gate();
    const begun = gate();
    const said: string[] = [];
    start({
      resume: async ({ id }) => {
        begun.resolve();
        await slow.promise;
        await clear(id);
        said.push('handled');
      },
    });
    await owe('p03/due/resume/a');
    void loop.nudge();
    await begun.promise;
    const stopped = loop.stop().then(() => said.push('stopped'));
    await owe('p03/due/resume/b');
    slow.resolve();
    await stopped;
    await loop.nudge();
    clock.forward(60_000);
    expect(said).toEqual(['handled', 'stopped']);
  });
});
