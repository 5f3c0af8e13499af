import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutsideEvent } from '../../dialogs/effects.ts';
import type { Act } from '../../src/conversation/port.ts';
import { directoryWith } from '../../src/directory/directory-with.ts';
import { endSessions, endSessionsDue, sessionsDue } from '../../src/directory/end-sessions.ts';
import { doubtful } from '../../src/directory/faults.ts';
import { readEligibility } from '../../src/directory/handlers.ts';
import type { AccountState } from '../../src/directory/port.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { proofParts } from '../../src/methods/proof-record.ts';
import { passwordSetOn } from '../../src/pages/password-set-on.ts';
import { settleSetting } from '../../src/pages/settle-setting.ts';
import type { DueHandler } from '../../src/store/due-loop.ts';
import { accepted, eligible, method, one, opened, read, sent } from '../dialogs/facts.ts';
import { Talk } from '../dialogs/talk.ts';
import { anna } from '../pages/directory-stand-in.ts';
import { hold, newWorld, type Browser, type World } from '../pages/world.ts';
import { startCompany, type Company } from './company.ts';
import type { DirectoryUnderTest, HalfWay } from './contract.ts';

/** The directory with its `ordinary` person under an id of the test's, and a count of the passwords it was asked to set. */
function as(on: DirectoryUnderTest, id: string) {
  const { directory, people } = on;
  const theirs = people.ordinary.id;
  let sets = 0;
  /** Whether what is to be set gets lost before the directory has it, and nobody is told. */
  const onTheWay = { isLost: false };
  const under = (state: AccountState | null): AccountState | null => (state === null ? null : { ...state, id });
  return {
    sets: () => sets,
    onTheWay,
    directory: directoryWith(directory, {
      find: async () => under(await directory.find(theirs)),
      passwordRules: () => directory.passwordRules(theirs),
      async setPassword(_id, password, present) {
        sets += 1;
        if (onTheWay.isLost) throw doubtful('nothing came back');
        return directory.setPassword(theirs, password, present);
      },
      unlock: () => directory.unlock(theirs),
      endSessions: () => directory.endSessions(theirs),
    }),
  };
}

/**
 * What a person hears where a directory did half of something, or nobody knows whether it did; and that nothing is done twice which must not be.
 * @param lacks `locks`: it shows no lock. `silence`: nothing of ours limits how long it may take.
 */
export function halfWayTruth(name: string, make: () => Promise<DirectoryUnderTest>, lacks: readonly ('locks' | 'silence')[] = []): void {
  const testIf = (has: boolean): typeof test | (() => void) => (has ? test : () => undefined);
  const troubleOf = ({ halfWay }: DirectoryUnderTest): HalfWay => {
    if (halfWay === undefined) throw new Error('this directory cannot be made to fail half-way');
    return halfWay;
  };

  describe(`a new password while ${name} fails half-way`, () => {
    let on: DirectoryUnderTest;
    let trouble: HalfWay;
    let world: World;
    let sets: () => number;
    let onTheWay: { isLost: boolean };
    let before: number;
    beforeEach(async () => {
      on = await make();
      trouble = troubleOf(on);
      const asAnna = as(on, anna.id);
      ({ sets, onTheWay } = asAnna);
      world = await newWorld({ directory: () => asAnna.directory });
      before = trouble.writes();
    });
    afterEach(async () => {
      await world.close();
      await on.close();
    });

    const submit = async (browser: Browser, url: string, csrf = browser.csrf) =>
      browser.post(url, { csrf, password: on.goodPassword, again: on.goodPassword });
    const writes = () => trouble.writes() - before;
    const types = async () => (await world.told()).map((event) => (event as { type?: string } | undefined)?.type);
    const notices = async () => (await world.inbox()).flatMap(({ value }) => (value as { notice?: string }).notice ?? []);
    /** Does what is due by then; a directory that does not answer lets the entry come back. */
    async function after(ms: number, what: string, handle: DueHandler) {
      world.clock.forward(ms);
      for (const entry of await world.store.due(world.clock.now(), 50))
        if (entry.id.includes(`/due/${what}/`)) await handle(entry).catch(() => undefined);
    }
    const settle = async (ms: number) => after(ms, 'page', async (entry) => settleSetting(world.needs)(entry));

    /** What the chat makes of what it was told: where nobody knows, it says so, and a case is there for a yes. */
    async function offersCase(page: string): Promise<void> {
      const talk = new Talk()
        .atHome()
        .wishes('reset')
        .gets(eligible(one))
        .gets(read([method('text-message')]))
        .gets(sent('text-message'))
        .types('123456')
        .gets(accepted('text-message'))
        .gets(opened(page));
      for (const event of await world.told()) talk.hears(event as OutsideEvent);
      expect(talk.prompt).toBe('reset.doubtful');
      talk.chooses('contact');
      expect(talk.prompt).toBe('escalate.offer');
      expect(talk.chooses('contact').asked('openCase')).toMatchObject({ code: 'LK_DOUBTFUL', wish: 'reset' });
    }

    test('set, and the answer lost: looked for, said once, and never set again', async () => {
      const { url, browser } = await hold(world, 'new-password');
      const { csrf } = browser;
      trouble.loseAnswer();
      await submit(browser, url);
      expect(browser.last.status).toBe(200);
      trouble.answerAgain();
      await submit(browser, url, csrf);
      await settle(30_000);
      await settle(30_000);
      expect(await types()).toEqual(['page.claimed', 'page.done']);
      expect([sets(), writes()]).toEqual([1, 1]);
      expect((await on.directory.find(on.people.ordinary.id))?.passwordSetAt).not.toBeNull();
    });

    test('lost on the way to it: said to be doubtful, once, with the offer of a case, and never set again', async () => {
      const { pageId, url, browser } = await hold(world, 'new-password');
      const { csrf } = browser;
      onTheWay.isLost = true;
      await submit(browser, url);
      onTheWay.isLost = false;
      await submit(browser, url, csrf);
      await settle(30_000);
      await submit(browser, url, csrf);
      await settle(10 * 60_000);
      expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
      expect([sets(), writes()]).toEqual([1, 0]);
      await offersCase(pageId);
    });

    test('gone between the gates and the page: nothing is set, the chat hears it, and a case is offered', async () => {
      const { url, browser } = await hold(world, 'new-password');
      await trouble.remove();
      await submit(browser, url);
      expect([sets(), writes()]).toEqual([0, 0]);
      expect(browser.text).not.toContain('is set');
      const company = await startCompany();
      const verdict = await readEligibility({ ...company.needs, directory: world.needs.directory }).run(
        { purpose: 'reset' },
        await company.act('registered', { account: async () => world.needs.directory.find(anna.id) }),
      );
      expect(verdict).toMatchObject({ type: 'eligibility.refused' });
      if (verdict?.type === 'eligibility.refused') {
        const talk = new Talk().atHome().wishes('reset').gets(verdict);
        expect(talk.prompt).toMatch(/^escalate\./u);
      }
      await company.close();
    });

    test('set, and its sessions not ended: said, tried again where there is a way to, and never set again', async () => {
      const { pageId, url, browser } = await hold(world, 'new-password');
      await submit(browser, url);
      expect(await types()).toContain('page.done');
      const { store, clock, needs } = world;
      const parts = { store, seals: needs.keys, directory: needs.directory, sentences: needs.sentences, policy: needs.policy as never };
      const asked = endSessions({
        ...parts,
        passwordSetOn: async (page, act: Pick<Act, 'accountId' | 'stack'>) => passwordSetOn(needs, page, act),
      });
      expect(await asked.run({ page: pageId }, world.actOf({ id: 'effect' }))).toEqual({ type: 'sessions.ending' });
      const due = endSessionsDue({ ...parts, clock, wake: needs.wake, onFault: () => {} });
      const end = async (ms: number) => after(ms, sessionsDue, async (entry) => due(entry));
      trouble.loseAnswer();
      await end(5_000);
      trouble.answerAgain();
      await end(60_000);
      await end(60_000);
      expect([['runner.sessions-later', 'runner.sessions-ended'], ['runner.sessions-live']]).toContainEqual(await notices());
      expect(sets()).toBe(1);
    });

    testIf(!lacks.includes('silence'))('silent before it is set: said on the page, which stays; then it is set, once', async () => {
      const { url, browser } = await hold(world, 'new-password');
      const { csrf } = browser;
      trouble.fallSilent?.();
      await submit(browser, url, csrf);
      expect(browser.last.status).toBe(503);
      expect([sets(), writes()]).toEqual([0, 0]);
      trouble.answerAgain();
      await submit(browser, url, csrf);
      expect([sets(), writes()]).toEqual([1, 1]);
      expect(await types()).toEqual(['page.claimed', 'page.done']);
    });

    testIf(!lacks.includes('silence'))('set, and silent for ten minutes: said to be doubtful, once, and never set again', async () => {
      const { pageId, url, browser } = await hold(world, 'new-password');
      trouble.loseAnswer();
      await submit(browser, url);
      await settle(30_000);
      expect(await types()).toEqual(['page.claimed']);
      await settle(10 * 60_000);
      expect(await types()).toEqual(['page.claimed', 'page.doubtful']);
      expect([sets(), writes()]).toEqual([1, 1]);
      await offersCase(pageId);
      expect([sets(), writes()]).toEqual([1, 1]);
    });
  });

  testIf(!lacks.includes('locks'))(
    `an unlock whose answer ${name} loses: nobody is told of one until it is seen, then once, and it is lifted once`,
    async () => {
      const on = await make();
      const trouble = troubleOf(on);
      const company: Company = await startCompany();
      const { accountId, stack, session, now } = await company.act('locked');
      const { directory } = as(on, accountId);
      const gate = { accountId, kind: 'gate', conversation: stack, session, at: now, used: false, purpose: 'unlock' } as const;
      const app = { ...gate, id: 'proof-app', target: 'planted-1', method: 'authenticator-app', group: 'app' } as const;
      const number = { ...gate, id: 'proof-number', target: 'planted-2', method: 'text-message', group: 'number' } as const;
      for (const proof of [app, number]) await company.needs.store.commit(proofParts(proof));
      const guess = on.guess ?? (async (id, password) => on.directory.provePassword(id, password));
      for (let time = 0; time < on.wrongPasswordsThatLock; time += 1) await guess(on.people.ordinary.id, `wrong-${time}`);
      const run = async () =>
        unlock({ ...company.needs, directory }).run(
          { proofs: ['proof-app', 'proof-number'] },
          await company.act('locked', { id: 'the-act' }),
        );
      const before = trouble.writes();
      trouble.loseAnswer();
      expect(await run()).toEqual({ type: 'unlock.unavailable' });
      expect(await company.owed()).toEqual([]);
      trouble.answerAgain();
      expect(await run()).toEqual({ type: 'unlock.done' });
      expect(await run()).toEqual({ type: 'unlock.done' });
      expect(trouble.writes() - before).toBe(1);
      const told = (await company.owed()).map(({ kind, to }) => `${kind} ${to}`);
      expect(told).not.toEqual([]);
      expect(told).toEqual([...new Set(told)]);
      expect((await on.directory.find(on.people.ordinary.id))?.locked).toBeNull();
      await company.close();
      await on.close();
    },
  );
}
