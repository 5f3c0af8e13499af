import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Act } from '../../src/conversation/port.ts';
import { endSessions, endSessionsDue, sessionsDue } from '../../src/directory/end-sessions.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { passwordSetOn } from '../../src/pages/password-set-on.ts';
import type { Store } from '../../src/store/port.ts';
import { anna } from '../pages/directory-stand-in.ts';
import { hold, newWorld, partition, stack, type World } from '../pages/world.ts';
import { describeEngines } from '../store/engines.ts';

const fresh = 'tre små gröna krokodiler';

describeEngines('R29: sessions after a password was set', (engine) => {
  async function scene() {
    const { store }: { store: Store } = await engine.fresh();
    const world: World = await newWorld({ store });
    const { directory, clock, needs, woken } = world;
    const faults: unknown[] = [];
    const parts = { store, seals: needs.keys, directory, sentences: needs.sentences, policy: needs.policy as never };
    const handler = endSessions({ ...parts, passwordSetOn: async (page, act) => passwordSetOn(needs, page, act) });
    const due = endSessionsDue({ ...parts, clock, wake: needs.wake, onFault: (fault) => void faults.push(fault) });
    return {
      world,
      directory,
      clock,
      woken,
      faults,
      ask: async (page: string, changes: Partial<Act> = {}) => handler.run({ page }, world.actOf({ id: 'effect', ...changes })),
      /** Does what is due now; gives how many were. */
      async settle(): Promise<number> {
        const entries = (await store.due(clock.now(), 50)).filter(({ id }) => id.includes(`/due/${sessionsDue}/`));
        for (const entry of entries) await due(entry);
        return entries.length;
      },
      notices: async () => (await world.inbox()).flatMap(({ value }) => (value as { notice?: string }).notice ?? []),
      audit: async () => (await world.audit()).filter((entry) => entry.startsWith('sessions.')),
      async passwordSet(): Promise<string> {
        const { pageId, url, browser } = await hold(world, 'new-password');
        await browser.post(url, { csrf: browser.csrf, password: fresh, again: fresh });
        return pageId;
      },
    };
  }

  test('end a moment after the answer, not before it, and the chat hears it', async () => {
    const { ask, settle, directory, clock, notices, audit, passwordSet, woken, world } = await scene();
    expect(await ask(await passwordSet())).toEqual({ type: 'sessions.ending' });
    expect(await settle()).toBe(0);
    expect(directory.asked.endSessions).toBe(0);
    clock.forward(5_000);
    await settle();
    expect(directory.asked.endSessions).toBe(1);
    expect(await notices()).toEqual(['runner.sessions-ended']);
    expect(woken.at(-1)).toBe(stack);
    expect(await audit()).toEqual(['sessions.ask allowed R29', 'sessions.end allowed sessions-ended']);
    expect(await settle()).toBe(0);
    await world.close();
  });

  test('a directory that has no means to: the truth is told', async () => {
    const { ask, settle, directory, clock, notices, audit, passwordSet, world } = await scene();
    directory.endsSessions = 'live';
    await ask(await passwordSet());
    clock.forward(5_000);
    await settle();
    expect(await notices()).toEqual(['runner.sessions-live']);
    expect((await audit()).at(-1)).toBe('sessions.end refused sessions-live');
    await world.close();
  });

  test('half success: said once, tried again, and the password is never set again', async () => {
    const { ask, settle, directory, clock, notices, faults, passwordSet, world } = await scene();
    await ask(await passwordSet());
    directory.beforeEnd = () => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    clock.forward(5_000);
    await settle();
    clock.forward(60_000);
    await settle();
    expect(await notices()).toEqual(['runner.sessions-later']);
    expect(faults).toHaveLength(2);
    directory.beforeEnd = () => {};
    clock.forward(60_000);
    await settle();
    expect(await notices()).toEqual(['runner.sessions-later', 'runner.sessions-ended']);
    expect(directory.asked.set).toBe(1);
    await world.close();
  });

  test('after an hour of silence it is given up, and said', async () => {
    const { ask, settle, directory, clock, notices, audit, passwordSet, world } = await scene();
    await ask(await passwordSet());
    directory.beforeEnd = () => {
      throw new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down');
    };
    clock.forward(5_000);
    await settle();
    clock.forward(60 * 60_000);
    await settle();
    expect(await notices()).toEqual(['runner.sessions-later', 'runner.sessions-not-ended']);
    expect((await audit()).at(-1)).toBe('sessions.end refused sessions-unknown');
    clock.forward(60 * 60_000);
    expect(await settle()).toBe(0);
    await world.close();
  });

  test('the same act run again owes it once', async () => {
    const { ask, settle, directory, clock, passwordSet, world } = await scene();
    const page = await passwordSet();
    await ask(page);
    await ask(page);
    clock.forward(5_000);
    await settle();
    expect(directory.asked.endSessions).toBe(1);
    await world.close();
  });

  describe('are left alone without a password set by this person, in this conversation', () => {
    test.each([
      ['a page nobody finished', async (world: World) => (await hold(world, 'new-password')).pageId, {}],
      [
        'a page of another kind',
        async (world: World) => {
          const { pageId, url, browser } = await hold(world, 'present-password');
          await browser.post(url, { csrf: browser.csrf, password: world.directory.password });
          return pageId;
        },
        {},
      ],
      ['a page that never was', async () => `${partition}-${randomBytes(16).toString('base64url')}`, {}],
    ] as const)('%s', async (_what, pageOf, changes) => {
      const { ask, settle, clock, audit, world } = await scene();
      expect(await ask(await pageOf(world), changes)).toEqual({ type: 'sessions.refused' });
      clock.forward(60_000);
      expect(await settle()).toBe(0);
      expect(await audit()).toEqual(['sessions.ask refused R29']);
      await world.close();
    });

    test("another account's page, or another conversation's", async () => {
      const { ask, passwordSet, world } = await scene();
      const page = await passwordSet();
      expect(await ask(page, { accountId: 'account-bo' })).toEqual({ type: 'sessions.refused' });
      expect(await ask(page, { stack: stack.replace('tenant-1', 'tenant-2') })).toEqual({ type: 'sessions.refused' });
      expect(anna.id).not.toBe('account-bo');
      await world.close();
    });
  });
});
