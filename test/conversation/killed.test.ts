import { expect, test } from '@jest/globals';
import type { Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { stillClock } from '../store/still-clock.ts';
import { newOutside, says, startProcess, type Process } from './world.ts';

/** A process that can die at a commit: from then on nothing it asks for is ever answered, and nothing it does reaches anybody. */
function mortal(store: Store, dies: { at: number; side: 'before' | 'after' }) {
  let commits = 0;
  let dead = false;
  let died = (): void => {};
  const death = new Promise<'died'>((resolve) => {
    died = () => resolve('died');
  });
  const never = new Promise<never>(() => {});
  const alive = async <T>(work: () => Promise<T>): Promise<T> => (dead ? never : work());
  const die = async (): Promise<never> => {
    dead = true;
    died();
    return never;
  };
  const wrapped: Store = {
    open: async (request) => alive(async () => store.open(request)),
    due: async (now, n) => alive(async () => store.due(now, n)),
    scan: async (index, from, n) => alive(async () => store.scan(index, from, n)),
    commit: async (commit) =>
      alive(async () => {
        commits += 1;
        if (commits === dies.at && dies.side === 'before') return die();
        const committed = await store.commit(commit);
        return commits === dies.at ? die() : committed;
      }),
    close: async () => {},
  };
  return {
    store: wrapped,
    death,
    reach: async (): Promise<void> => (dead ? never : undefined),
    commits: () => commits,
    isDead: () => dead,
  };
}

describeEngines('killed before or after any commit', (engine) => {
  test.each(['before', 'after'] as const)('%s: the story goes on; no effect is lost unsaid, none is doubled', async (side) => {
    const story = ['hej', 'jag har glömt mitt lösenord', '123456'];
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const { store } = await engine.fresh();
      const clock = stillClock(1_800_000_000_000);
      const outside = newOutside();
      const life = mortal(store, { at, side });
      let process: Process = startProcess({ outside, store: life.store, clock, reach: life.reach });
      const survivors: Process[] = [];

      for (const text of story) {
        const input = says(text);
        const taken = process.runner.take(input);
        if ((await (survivors.length > 0 ? taken : Promise.race([taken, life.death]))) !== 'died') continue;
        deaths += 1;
        // Somebody else comes: the lease runs out, what is due is done, and Teams delivers the activity again.
        process = startProcess({ outside, store, clock });
        survivors.push(process);
        clock.forward(40_000);
        await process.due.nudge();
        await process.runner.take(input);
        await process.due.nudge();
      }

      const told = outside.answers.map(({ prompt }) => prompt?.id);
      expect([at, told]).toEqual([at, expect.arrayContaining(['home.menu', 'verify.answer', 'reset.page'])]);
      // Sent at most once; where it may not have been sent, the person was told so.
      expect(outside.sends.length).toBeLessThanOrEqual(1);
      if (outside.sends.length === 0)
        expect(outside.answers.some(({ notices }) => notices.some((notice) => notice.includes('fram')))).toBe(true);
      expect(outside.pages).toHaveLength(1);
      expect(told.at(-1)).toBe('reset.page');
      await Promise.all(survivors.map((survivor) => survivor.stop()));
      if (!life.isDead()) {
        expect(at).toBe(life.commits() + 1);
        break;
      }
    }
    expect(deaths).toBeGreaterThan(8);
  });
});
