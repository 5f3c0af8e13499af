import { afterEach, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { keys } from '../../src/store/keys.ts';
import type { Commit, Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { stillClock } from '../store/still-clock.ts';
import { anna, newOutside, says, startProcess, tenant, type Process, type Scripted } from './world.ts';

const stack = keys.stack(tenant, anna);

interface Kept {
  readonly language: string;
  readonly seen: readonly string[];
  readonly owed: readonly { readonly effect: { readonly type: string } }[];
}

/** A store with something that happens before each commit. */
const before = (store: Store, happens: (commit: Commit) => Promise<void>): Store => ({
  open: async (request) => store.open(request),
  commit: async (commit) => {
    await happens(commit);
    return store.commit(commit);
  },
  due: async (now, n) => store.due(now, n),
  scan: async (index, from, n) => store.scan(index, from, n),
  close: async () => {},
});

describeEngines('a turn that is cut short or overtaken', (engine) => {
  const processes: Process[] = [];
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
  });

  async function begin() {
    const { store, beside } = await engine.fresh();
    const clock = stillClock(1_800_000_000_000);
    const outside = newOutside();
    const start = (more: Partial<Scripted> = {}): Process => {
      const process = startProcess({ outside, store, clock, ...more });
      processes.push(process);
      return process;
    };
    const kept = async () => (await store.open({ key: stack, owner: null, now: 0 })).rows.get(stack)?.value as unknown as Kept;
    return { store, beside, clock, outside, start, kept };
  }

  test('whose lease ran out saves nothing over what came meanwhile, and is done again on it', async () => {
    const { beside, clock, outside, start, kept } = await begin();
    let reached = (): void => {};
    const atCheck = new Promise<void>((resolve) => (reached = resolve));
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const slow = start({
      reach: async (what) => {
        if (what !== 'check') return;
        reached();
        await held;
      },
    });
    const other = start({ store: await beside() });
    await slow.runner.take(says('jag har glömt mitt lösenord'));
    const wrong = says('000000');
    const taken = slow.runner.take(wrong);
    await atCheck;
    clock.forward(26_000);
    const meanwhile = says('english');
    await other.runner.take(meanwhile);
    expect((await kept()).language).toBe('en');
    goOn();
    await taken;
    await slow.runner.close();
    const { language, seen } = await kept();
    expect(language).toBe('en');
    expect(seen.slice(-2)).toEqual([meanwhile.activityId, wrong.activityId]);
    expect(outside.answers.at(-1)).toMatchObject({ language: 'en', prompt: { id: 'verify.answer' } });
    expect(new Set(outside.checks.map(({ id }) => id)).size).toBe(1);
  });

  test('I6: after a check is weighed under the same id when its answer is brought again', async () => {
    const { store, clock, outside, start } = await begin();
    let away = false;
    const { runner } = start({
      store: before(store, async () => {
        if (away) throw new LatchkeyError('latchkey_store_away', 'unavailable', 'the store is away');
      }),
    });
    await runner.take(says('jag har glömt mitt lösenord'));
    const wrong = says('000000');
    away = true;
    await runner.take(wrong);
    away = false;
    // Its lease could not be given back either.
    clock.forward(25_000);
    await runner.take(wrong);
    expect(outside.checks).toHaveLength(2);
    expect(new Set(outside.checks.map(({ id }) => id)).size).toBe(1);
    expect(outside.answers.at(-1)?.prompt?.id).toBe('verify.answer');
  });

  test('commits each result with the step it causes, before the effect that comes next', async () => {
    const { store, start, kept } = await begin();
    const owedAtRemind: string[][] = [];
    const { runner } = start({
      store: before(store, async ({ due }) => {
        if (due?.some(({ id }) => id.includes('/remind/'))) owedAtRemind.push((await kept()).owed.map(({ effect }) => effect.type));
      }),
    });
    await runner.take(says('jag har glömt mitt lösenord'));
    await runner.take(says('123456'));
    expect(owedAtRemind).toEqual([['remind']]);
  });
});
