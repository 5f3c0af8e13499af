import { expect, test } from '@jest/globals';
import { lookAgain, lookAgainDue, lookAgainNow } from '../../src/directory/look-again.ts';
import type { Lock } from '../../src/directory/port.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { anna } from '../pages/directory-stand-in.ts';
import { newWorld, stack } from '../pages/world.ts';
import { describeEngines } from '../store/engines.ts';

describeEngines('a lock that was lifted is looked for again', (engine) => {
  async function unlocked() {
    const { store } = await engine.fresh();
    const world = await newWorld({ store });
    const { clock, directory, needs } = world;
    const liftedAt = clock.now();
    await store.commit({ due: lookAgain('act-1', anna.id, stack, liftedAt) });
    const look = lookAgainNow({ store, clock, directory, wake: needs.wake });
    return {
      ...world,
      lock: (why: 'wrong-passwords' | 'administrator', known: Pick<Lock, 'lastWrong'> = {}) => {
        directory.account = { ...anna, locked: { since: clock.now(), why, until: null, ...known } };
      },
      /** Lets minutes pass and does what is due then; gives how many looks were. */
      async after(minutes: number): Promise<number> {
        clock.forward(minutes * 60_000);
        const entries = (await store.due(clock.now(), 50)).filter(({ id }) => id.includes(`/due/${lookAgainDue}/`));
        for (const entry of entries) await look(entry);
        return entries.length;
      },
    };
  }

  test('after two minutes and after ten; where all is well nobody is disturbed', async () => {
    const { after, told, woken, close } = await unlocked();
    expect(await after(1)).toBe(0);
    expect(await after(1)).toBe(1);
    expect(await after(8)).toBe(1);
    expect(await after(60)).toBe(0);
    expect(await told()).toEqual([]);
    expect(woken).toEqual([]);
    await close();
  });

  test('locked again: its person hears it once, with when', async () => {
    const { after, lock, told, woken, clock, close } = await unlocked();
    clock.forward(30_000);
    const since = clock.now();
    lock('wrong-passwords');
    expect(await after(2)).toBe(1);
    expect(await told()).toEqual([{ type: 'account.locked', since }]);
    expect(woken).toEqual([stack]);
    expect(await after(10)).toBe(0);
    expect(await told()).toHaveLength(1);
    await close();
  });

  test('locked again: with the wrong password that was tried last, where the directory knows it', async () => {
    const { after, lock, told, clock, close } = await unlocked();
    const since = clock.now();
    const lastWrong = { at: since + 1_000, count: 4 };
    lock('wrong-passwords', { lastWrong });
    await after(2);
    expect(await told()).toEqual([{ type: 'account.locked', since, lastWrong }]);
    await close();
  });

  test('locked again later: the second look sees it', async () => {
    const { after, lock, told, close } = await unlocked();
    await after(2);
    lock('wrong-passwords');
    await after(8);
    expect(await told()).toHaveLength(1);
    await close();
  });

  test("an administrator's lock is no old password", async () => {
    const { after, lock, told, close } = await unlocked();
    lock('administrator');
    await after(2);
    expect(await told()).toEqual([]);
    await close();
  });

  test('a directory that does not answer: nothing seen, nothing said, and it is looked again later', async () => {
    const { after, lock, told, directory, close } = await unlocked();
    directory.beforeFind = () => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    await after(2);
    directory.beforeFind = () => {};
    lock('wrong-passwords');
    await after(8);
    expect(await told()).toHaveLength(1);
    await close();
  });
});
