import { expect, test } from '@jest/globals';
import type { PageKind } from '../../dialogs/views.ts';
import { newGrantId, powersMs, type Grant } from '../../src/desk/caller-of-case.ts';
import { readCase, type CaseRecord } from '../../src/desk/case-record.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { stopMs, withStop } from '../../src/desk/stop-record.ts';
import { mayHavePage } from '../../src/directory/may-have-page.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { giveBack } from '../../src/methods/give-back.ts';
import { startCodeProof } from '../../src/methods/proof-record.ts';
import { isByStartCode, proofsSuffice } from '../../src/methods/proofs.ts';
import { openPage } from '../../src/pages/open-page.ts';
import { pageIdOf } from '../../src/pages/page-record.ts';
import { keys } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { demoPolicy } from '../delivery/demo-words.ts';
import { describeEngines } from '../store/engines.ts';
import { anna } from './directory-stand-in.ts';
import { Browser, newWorld, partition, stack } from './world.ts';

const id = `${partition}-AAAAAAAAAAAAAAAAAAAAAA`;
const grantId = newGrantId(id, 'BBBBBBBBBBBBBBBBBBBBBB');
const nina = { by: 'nina', name: 'Nina Falk' };

/** The pages' room with the rules of the other rooms as they are, and a case whose caller was given something. */
async function newRoom(store: Store, what: Grant['what'] = 'temporary-pass') {
  const policy = demoPolicy();
  const world = await newWorld({
    store,
    rules: {
      proofsSuffice: async (asked) => proofsSuffice(store, asked, policy),
      giveBack: async (asked) => giveBack(store, asked),
      isByStartCode: async (account, proofs) => isByStartCode(store, account, proofs),
      mayHave: mayHavePage({ store, policy }),
    },
  });
  const at = world.clock.now();
  const grant: Grant = { id: grantId, what, method: null, ...nina, at, approved: null, hasPassword: true, used: null };
  const caller = { id: 'call-1', ...nina, mac: 'm', askedAt: at, until: at, state: 'verified' } as const;
  const put = (record: object) => store.commit({ put: { [keys.case(id)]: record as CaseRecord } });
  await put({
    id,
    number: 'LK-1001',
    account: anna.id,
    name: anna.name,
    userId: anna.userId,
    requester: { how: 'signed-in' },
    code: 'SSPR_0014',
    wish: 'reset',
    reference: 'K7Q2M9XD',
    methods: [],
    stack,
    language: 'en',
    openedAt: at,
    state: 'claimed',
    claimed: { at, ...nina },
    revision: 1,
    activity: null,
    resolved: null,
    caller: { ...caller, stack, attempt: 'a', proofs: ['app-gate', 'text-gate'], verifiedAt: at },
    grants: [grant],
  });
  const record = async (): Promise<CaseRecord> => readCase((await world.row(keys.case(id))) as CaseRecord);
  const open = (kind: PageKind = 'temporary-pass', more: Parameters<typeof world.actOf>[0] = {}, proofs: readonly string[] = [grantId]) =>
    openPage(world.needs).run({ page: kind, proofs }, world.actOf(more));
  /** Opens a page and types its number. */
  async function hold(kind: PageKind = 'temporary-pass', proofs?: readonly string[]) {
    const opened = await open(kind, {}, proofs);
    if (opened?.type !== 'page.opened') throw new Error(`refused: ${JSON.stringify(opened)}`);
    const { url, number } = world.links.of(opened.page);
    const browser = new Browser(world);
    await browser.post(url, { number });
    const { csrf } = browser;
    return { page: opened.page, browser, press: (fields = {}) => browser.post(url, { csrf, ...fields }) };
  }
  /** Twenty pages at once on the same proofs, as if none had ended the one before it. */
  async function alive(kind: PageKind, proofs?: readonly string[]): Promise<readonly string[]> {
    const opened = await open(kind, {}, proofs);
    const first = await world.page(opened?.type === 'page.opened' ? opened.page : '');
    const copies = Array.from({ length: 20 }, (_, n) => ({ ...first, id: pageIdOf(anna.id, stack, `copy-${n}`) }));
    await store.commit({ put: Object.fromEntries(copies.map((copy) => [keys.page(copy.id), copy])) });
    return copies.map((copy) => copy.id);
  }
  return { ...world, policy, put, record, open, hold, alive };
}

const refused = { type: 'page.refused', reason: 'proofs' };

describeEngines('I16: what the helpdesk gave, and the page of a temporary pass', (engine) => {
  const room = async (what?: Grant['what']) => newRoom((await engine.fresh()).store, what);

  test('gives one pass, and none after it', async () => {
    const world = await room();
    const { page, browser, press } = await world.hold();
    await press();
    expect(browser.text).toContain('Tillfällig-1');
    expect((await world.record()).grants).toMatchObject([{ used: { for: page } }]);
    expect(await world.open()).toEqual(refused);
  });

  test('of twenty pages at once, pressed at once from two processes, one gives one', async () => {
    const fresh = await engine.fresh();
    const [world, beside] = [await newRoom(fresh.store), await newWorld({ store: await fresh.beside() })];
    beside.needs.rules.proofsSuffice = world.needs.rules.proofsSuffice;
    const tabs = await Promise.all(
      (await world.alive('temporary-pass')).map(async (page, n) => {
        const { url, number } = world.links.of(page);
        const browser = new Browser(n % 2 === 0 ? world : beside);
        await browser.post(url, { number });
        return { browser, url };
      }),
    );
    expect(tabs.every(({ browser }) => browser.text.includes('Show the temporary password'))).toBe(true);
    await Promise.all(tabs.map(async ({ browser, url }) => browser.post(url, { csrf: browser.csrf })));
    expect(world.directory.asked.pass + beside.directory.asked.pass).toBe(1);
    expect(tabs.filter(({ browser }) => browser.text.includes('Tillfällig-1'))).toHaveLength(1);
  });

  test.each(['password', 'unlock', 'remove-method'] as const)('a grant of another act opens none: %s', async (what) => {
    const world = await room(what);
    expect(await world.open()).toEqual(refused);
    expect(world.directory.asked.pass).toBe(0);
  });

  test('it opens no other page, and another conversation none', async () => {
    const world = await room();
    expect(await world.open('new-password')).toEqual(refused);
    expect(await world.open('temporary-pass', { stack: keys.stack('tenant-2', anna.id) })).toEqual(refused);
    expect(await world.open('temporary-pass', {}, [newGrantId(id, 'CCCCCCCCCCCCCCCCCCCCCC')])).toEqual(refused);
    expect(await world.open('temporary-pass', {}, [])).toEqual(refused);
  });

  test('no gate that was passed opens one, however many', async () => {
    const world = await room();
    const gate = { accountId: anna.id, conversation: stack, session: 's', at: world.clock.now(), used: false, kind: 'gate' } as const;
    const proof = (kind: string) => ({ ...gate, id: kind, purpose: 'reset', target: kind, method: kind, group: kind });
    await world.store.commit({
      put: Object.fromEntries(['authenticator-app', 'text-message'].map((k) => [keys.proof(anna.id, k), proof(k)])),
    });
    expect(await world.open('temporary-pass', {}, ['authenticator-app', 'text-message'])).toMatchObject({ type: 'page.refused' });
  });

  test.each<[string, (world: Awaited<ReturnType<typeof room>>) => Promise<unknown>]>([
    ['once the agent has let go of the case', async (world) => world.put({ ...(await world.record()), claimed: null })],
    [
      'once another agent has it',
      async (world) => world.put({ ...(await world.record()), claimed: { at: 0, by: 'omar', name: 'Omar Dahl' } }),
    ],
    [
      'I17: while the account is frozen',
      async (world) => {
        const at = world.clock.now();
        const frozen = { id: 'f', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null } as const;
        await world.store.commit(freezeParts(anna.id, { frozen, voidBefore: at, closed: [] }));
      },
    ],
    [
      'I17: after the thaw, where it was given before the freeze',
      async (world) => world.store.commit(freezeParts(anna.id, { frozen: null, voidBefore: world.clock.now(), closed: [] })),
    ],
    [
      'while resets are stopped',
      async (world) => {
        const at = world.clock.now();
        const by = [
          { id: 'nina', name: 'Nina' },
          { id: 'omar', name: 'Omar' },
        ];
        const inForce = { from: at, until: at + stopMs, by };
        const stop = { id: 's', what: 'resets', group: null, wish: null, inForce, ended: null, revision: 1, activity: null } as const;
        await world.store.commit({ put: { [keys.stops]: { ...withStop([], stop) } } });
      },
    ],
    ['I10: of an account with extra protection', async (world) => (world.directory.account = { ...anna, privileged: true })],
    ['I9: of an account that was disabled', async (world) => (world.directory.account = { ...anna, enabled: false })],
    ['of a password that is managed elsewhere', async (world) => (world.directory.account = { ...anna, passwordManaged: 'elsewhere' })],
  ])('nothing is given %s, by a page that stands open or by a new one', async (_, happens) => {
    const world = await room();
    const { browser, press } = await world.hold();
    await happens(world);
    await press();
    expect(world.directory.asked.pass).toBe(0);
    expect(browser.text).toContain('This page is closed');
    expect(await world.open()).toMatchObject({ type: 'page.refused' });
  });

  test('fifteen minutes after it was given it is worth nothing, on a page that is open as well', async () => {
    const world = await room();
    world.clock.forward(powersMs - 60_000);
    const { press } = await world.hold();
    world.clock.forward(60_000);
    await press();
    expect(world.directory.asked.pass).toBe(0);
    expect(await world.open()).toEqual(refused);
  });
});

describeEngines('I16, I12: a new link for what was not used', (engine) => {
  const room = async (what?: Grant['what']) => newRoom((await engine.fresh()).store, what);
  const fresh = 'tre små gröna krokodiler';
  const typed = { password: fresh, again: fresh };

  test.each(['temporary-pass', 'password'] as const)(
    'a page that nobody used costs nothing: another stands for what was given (%s)',
    async (what) => {
      const kind = what === 'password' ? 'new-password' : what;
      const world = await room(what);
      expect(await world.open(kind)).toMatchObject({ type: 'page.opened' });
      world.clock.forward(11 * 60_000);
      const { press } = await world.hold(kind);
      await press(typed);
      expect(world.directory.asked[what === 'password' ? 'set' : 'pass']).toBe(1);
    },
  );

  test('nor does a password that was refused: what was given is there again, and used once', async () => {
    const world = await room('password');
    const first = await world.hold('new-password');
    await first.press({ password: 'kort', again: 'kort' });
    expect(first.browser.text).toContain('This password cannot be used');
    expect((await world.record()).grants).toMatchObject([{ used: null }]);
    world.clock.forward(11 * 60_000);
    const second = await world.hold('new-password');
    await second.press(typed);
    expect(world.directory.password).toBe(fresh);
    expect(await world.open('new-password')).toEqual(refused);
  });

  test('a directory that does not say gives nothing back', async () => {
    const world = await room('password');
    world.directory.beforeSet = () => {
      throw new LatchkeyError('latchkey_directory_doubtful', 'doubtful', 'no answer');
    };
    const { press } = await world.hold('new-password');
    await press(typed);
    expect((await world.record()).grants).not.toMatchObject([{ used: null }]);
    expect(await world.open('new-password')).toEqual(refused);
  });

  test('one that says no for good leaves it used, so that the helpdesk can give something else', async () => {
    const world = await room();
    world.directory.pass = { ok: false, reason: 'not-allowed' };
    const { press } = await world.hold();
    await press();
    expect((await world.record()).grants).not.toMatchObject([{ used: null }]);
  });

  /** What a redeemed start code gave. */
  async function started() {
    const world = await room();
    await world.store.commit(startCodeProof({ id: 'code-1', opens: 'password', act: world.actOf() }));
    return world;
  }

  test('I12: a start code sets one password, whether or not its dialog lets go of it', async () => {
    const world = await started();
    const { press } = await world.hold('new-password', ['code-1']);
    await press(typed);
    expect(world.directory.password).toBe(fresh);
    expect(await world.open('new-password', {}, ['code-1'])).toEqual(refused);
  });

  test('I12: of twenty pages at once on one start code one sets a password', async () => {
    const world = await started();
    await Promise.all(
      (await world.alive('new-password', ['code-1'])).map(async (page) => {
        const { url, number } = world.links.of(page);
        const browser = new Browser(world);
        await browser.post(url, { number });
        await browser.post(url, { csrf: browser.csrf, ...typed });
      }),
    );
    expect(world.directory.asked.set).toBe(1);
  });

  test('I12: one whose password was refused, or whose page ran out, is not lost', async () => {
    const world = await started();
    const first = await world.hold('new-password', ['code-1']);
    await first.press({ password: 'kort', again: 'kort' });
    world.clock.forward(11 * 60_000);
    const second = await world.hold('new-password', ['code-1']);
    await second.press(typed);
    expect(world.directory.password).toBe(fresh);
  });

  test('I12: a start code unlocks nothing and opens no temporary pass', async () => {
    const world = await started();
    expect(await world.open('temporary-pass', {}, ['code-1'])).toMatchObject({ type: 'page.refused' });
    const asked = { accountId: anna.id, proofIds: ['code-1'], conversation: stack, now: world.clock.now(), use: 'u' };
    expect(await proofsSuffice(world.store, { ...asked, act: 'unlock' }, world.policy)).toEqual({ ok: false, reason: 'not-enough' });
  });
});
