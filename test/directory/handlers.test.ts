import { afterEach, describe, expect, test } from '@jest/globals';
import type { MethodKind } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import { mayRegister, readEligibility, readHome } from '../../src/directory/handlers.ts';
import { mayHavePage } from '../../src/directory/may-have-page.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { proofParts } from '../../src/methods/proof-record.ts';
import { keys } from '../../src/store/keys.ts';
import { startCompany, type Company } from './company.ts';

let company: Company;
afterEach(() => company.close());

async function start(change?: (policy: Policy) => Policy): Promise<Company> {
  company = await startCompany(change);
  return company;
}

/** Gates that a person passed in their chat, as the store keeps them. */
async function passed(story: string, kinds: readonly MethodKind[], purpose: 'unlock' | 'reset' = 'unlock'): Promise<readonly string[]> {
  const { accountId, stack, session, now } = await company.act(story);
  const ids = kinds.map((kind) => `proof-${kind}`);
  const planted: Partial<Record<MethodKind, string>> = {
    'authenticator-app': 'planted-1',
    'text-message': 'planted-2',
    email: 'planted-3',
  };
  for (const kind of kinds) {
    await company.needs.store.commit(
      proofParts({
        id: `proof-${kind}`,
        accountId,
        kind: 'gate',
        conversation: stack,
        session,
        at: now,
        used: false,
        purpose,
        target: planted[kind] ?? '',
        method: kind,
        group: kind,
      }),
    );
  }
  return ids;
}

/** Closes self-service at the chat's door for an hour, as too many wrong answers do. */
async function closeDoor(story: string): Promise<void> {
  const closed = [{ door: 'teams', until: company.clock.now() + 3_600_000 }];
  await company.needs.store.commit({ put: { [keys.pace(await company.idOf(story))]: { failures: [], closed, sends: [], codes: [] } } });
}

const bothGates = ['authenticator-app', 'text-message'] as const;
const isLocked = async (): Promise<boolean> => (await company.needs.directory.find(await company.idOf('locked')))?.locked !== null;

describe('readEligibility', () => {
  const ask = async (story: string, purpose: 'reset' | 'unlock' | 'register' = 'reset') =>
    readEligibility(company.needs).run({ purpose }, await company.act(story));

  test('R41: every demo ending has its code, and every verdict its audit entry', async () => {
    await start();
    const stories = ['registered', 'unregistered', 'not-enabled', 'managed-elsewhere', 'locked', 'privileged', 'no-password', 'agent'];
    const verdicts = [];
    for (const story of stories) {
      const result = await ask(story);
      verdicts.push(result?.type === 'eligibility.refused' ? result.refusal.code : result?.type);
    }
    const codes = ['SSPR_0014', 'SSPR_0012', 'SSPR_0010', 'LK_PRIVILEGED', 'LK_PRIVILEGED'];
    expect(verdicts).toEqual([
      'eligibility.eligible',
      ...codes.slice(0, 3),
      'eligibility.eligible',
      'LK_PRIVILEGED',
      'eligibility.eligible',
      'LK_PRIVILEGED',
    ]);
    const entries = await company.audit();
    expect(entries.map(({ reason }) => reason).sort()).toEqual(['eligible', 'eligible', 'eligible', ...codes].sort());
    expect(
      entries.every(({ act, verdict, reason }) => act === 'directory.may-reset' && (verdict === 'allowed') === (reason === 'eligible')),
    ).toBe(true);
  });

  test('a disabled account hears the words and a code of "not enabled"; LK_DISABLED stands in the audit', async () => {
    await start();
    expect(await ask('disabled')).toEqual({ type: 'eligibility.refused', refusal: { code: 'SSPR_0013', ending: 'not-enabled' } });
    expect((await company.audit()).map(({ reason }) => reason)).toEqual(['LK_DISABLED']);
  });

  test('who has no password and methods enough may set the first one', async () => {
    await start();
    expect(await ask('no-password')).toMatchObject({ type: 'eligibility.eligible', hasPassword: false, gates: { needed: 2 } });
  });

  test('a lock is a choice to make only where an unlock alone is allowed', async () => {
    await start();
    expect(await ask('locked')).toMatchObject({ type: 'eligibility.eligible', locked: { why: 'wrong-passwords' } });
    await start((policy) => ({ ...policy, reset: { ...policy.reset, unlockAlone: false } }));
    expect(await ask('locked')).toMatchObject({ type: 'eligibility.eligible', locked: null });
  });

  test('a directory that does not answer is no verdict', async () => {
    await start();
    await company.needs.directory.change(await company.idOf('registered'), { unreachable: true });
    expect(await ask('registered')).toEqual({ type: 'eligibility.unavailable' });
    expect(await company.audit()).toEqual([]);
  });

  test('I5: methods of today do not count yet where the policy lets them cool off', async () => {
    await start();
    const key = keys.methods(await company.idOf('registered'));
    const row = (await company.needs.store.open({ key, owner: null, now: 0 })).rows.get(key)?.value as { methods: object[] };
    const until = company.clock.now() + 3_600_000;
    await company.needs.store.commit({
      put: { [key]: { ...row, methods: row.methods.map((each) => ({ ...each, countsFrom: until })) } as never },
    });
    expect(await ask('registered')).toEqual({ type: 'eligibility.refused', refusal: { code: 'LK_COOLING', ending: 'cooling', until } });
  });
});

describe('readHome', () => {
  const read = async (story: string) => readHome(company.needs).run({}, await company.act(story));

  test('a person sees reset and registration, and the unlock when locked', async () => {
    await start();
    expect(await read('registered')).toEqual({
      type: 'home.read',
      reset: true,
      unlock: false,
      register: true,
      methods: 3,
      cases: 0,
      asked: 0,
      startCode: false,
      contact: 'administrator',
      overdue: null,
      agent: false,
      notMe: false,
    });
    expect(await read('locked')).toMatchObject({ unlock: true, methods: 2 });
    expect(await read('not-enabled')).toMatchObject({ reset: true, register: true });
  });

  test('who is locked out is not asked whether a method is still theirs: the way back in stands first', async () => {
    await start();
    company.clock.move(200 * 86_400_000);
    expect(await read('registered')).toMatchObject({ unlock: false, overdue: { kind: expect.any(String) } });
    expect(await read('locked')).toMatchObject({ unlock: true, overdue: null });
  });

  test('where the password is managed elsewhere the menu sends to IT, and no case is offered', async () => {
    await start();
    expect(await read('managed-elsewhere')).toMatchObject({ contact: 'it' });
  });

  test('"Om alternativet Glömt mitt lösenord inte visas betyder det att administratören inte har aktiverat funktionen": off, it is not shown', async () => {
    await start((policy) => ({ ...policy, reset: { ...policy.reset, enabled: false } }));
    expect(await read('registered')).toMatchObject({ reset: false, unlock: false, register: false });
    expect(await read('locked')).toMatchObject({ unlock: false });
  });

  test('where the policy wants a new password with an unlock, the unlock is not shown', async () => {
    await start((policy) => ({ ...policy, reset: { ...policy.reset, unlockAlone: false } }));
    expect(await read('locked')).toMatchObject({ reset: true, unlock: false });
  });

  test('a directory that does not answer does not take the menu away', async () => {
    await start();
    await company.needs.directory.change(await company.idOf('registered'), { unreachable: true });
    expect(await read('registered')).toMatchObject({ reset: true, unlock: true });
  });
});

describe('unlock', () => {
  const run = async (proofs: readonly string[], more = {}) => unlock(company.needs).run({ proofs }, await company.act('locked', more));

  test('R41: with two gates of its purpose the account is open, audited, and everybody registered is told (I19)', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    expect(await run(proofs)).toEqual({ type: 'unlock.done' });
    expect(await isLocked()).toBe(false);
    expect(await company.audit()).toMatchObject([{ act: 'directory.unlock', verdict: 'allowed', reason: 'gates' }]);
    expect((await company.owed()).map(({ kind, to }) => [kind, to])).toEqual(
      expect.arrayContaining([
        ['mail', 'elin.akesson@fjallbyn.example'],
        ['sms', '+46701740612'],
      ]),
    );
  });

  test('the same act again does nothing more', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    await run(proofs);
    const before = (await company.owed()).length;
    expect(await run(proofs)).toEqual({ type: 'unlock.done' });
    expect(await Promise.all([run(proofs), run(proofs)])).toEqual([{ type: 'unlock.done' }, { type: 'unlock.done' }]);
    expect([before, (await company.owed()).length, (await company.audit()).length]).toEqual([2, 0, 1]);
  });

  test('two runs at once tell everybody once', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    await Promise.all([run(proofs), run(proofs), run(proofs)]);
    expect((await company.owed()).length).toBe(2);
    expect((await company.audit()).filter(({ verdict }) => verdict === 'allowed')).toHaveLength(1);
  });

  test.each([
    ['none', [], 'unlock'],
    ['one gate', ['authenticator-app'], 'unlock'],
    ['gates of a reset', bothGates, 'reset'],
  ] as const)('I2, R41: %s is not enough, the lock stays, and the audit says so', async (_, kinds, purpose) => {
    await start();
    expect(await run(await passed('locked', kinds, purpose))).toEqual({ type: 'unlock.refused', reason: 'proofs' });
    expect(await isLocked()).toBe(true);
    expect(await company.audit()).toMatchObject([{ act: 'directory.unlock', verdict: 'refused' }]);
    expect(await company.owed()).toEqual([]);
  });

  test.each([
    ['was disabled', { enabled: false }, 'LK_DISABLED'],
    ['became privileged', { privileged: true }, 'LK_PRIVILEGED'],
    ['is managed elsewhere now', { passwordManaged: 'elsewhere' }, 'SSPR_0010'],
    ['was locked by an administrator', { lock: { since: 1, why: 'administrator', until: null } }, 'LK_LOCKED'],
  ] as const)('I9: an account that %s after its proofs is not unlocked', async (_, change, reason) => {
    await start();
    const proofs = await passed('locked', bothGates);
    const stale = (await company.act('locked')).account;
    const state = await stale();
    await company.needs.directory.change(await company.idOf('locked'), change);
    // What the turn read before is not believed.
    expect(await run(proofs, { account: async () => state })).toEqual({ type: 'unlock.refused', reason: 'not-eligible' });
    expect(await isLocked()).toBe(true);
    expect(await company.audit()).toMatchObject([{ verdict: 'refused', reason }]);
  });

  test('I6: at a door that is closed for tries nothing is unlocked, whatever was proved', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    await closeDoor('locked');
    expect(await run(proofs)).toEqual({ type: 'unlock.refused', reason: 'not-eligible' });
    expect(await isLocked()).toBe(true);
    expect(await company.audit()).toMatchObject([{ act: 'directory.unlock', verdict: 'refused', reason: 'LK_PACE' }]);
    company.clock.move(3_600_000);
    expect(await run(await passed('locked', bothGates))).toEqual({ type: 'unlock.done' });
  });

  test('an account that the directory does not let us touch is refused, so that a case is offered, and the audit says why', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    class GuardedDirectory extends LocalDirectory {
      override unlock(): Promise<never> {
        return Promise.reject(new LatchkeyError('latchkey_directory_forbidden', 'refused', 'grant it'));
      }
    }
    const { store, policy } = company.needs;
    const directory = new GuardedDirectory({ store, policy, clock: company.clock });
    expect(await unlock({ ...company.needs, directory }).run({ proofs }, await company.act('locked'))).toEqual({
      type: 'unlock.refused',
      reason: 'not-eligible',
    });
    expect((await company.audit()).at(-1)).toMatchObject({ act: 'directory.unlock', verdict: 'refused', reason: 'forbidden' });
  });

  test('a directory that does not answer is said, and nothing is recorded as done', async () => {
    await start();
    const proofs = await passed('locked', bothGates);
    await company.needs.directory.change(await company.idOf('locked'), { unreachable: true });
    expect(await run(proofs)).toEqual({ type: 'unlock.unavailable' });
    await company.needs.directory.change(await company.idOf('locked'), { unreachable: false });
    expect(await run(proofs)).toEqual({ type: 'unlock.done' });
    expect(await isLocked()).toBe(false);
  });
});

describe('who may have what', () => {
  test('I9: registration is judged on the account as it is now', async () => {
    await start();
    const act = await company.act('registered');
    expect(await mayRegister(company.needs)(act)).toBe(true);
    await company.needs.directory.change(act.accountId, { enabled: false });
    expect(await mayRegister(company.needs)(act)).toBe(false);
    expect(await mayRegister(company.needs)({ ...act, accountId: 'nobody' })).toBe(false);
  });

  test('I10: a privileged account gets no new-password page, and may register', async () => {
    await start();
    expect(await pages('privileged')).toEqual([false, true, true]);
  });

  test('I3: the present password is asked for only where nothing is registered', async () => {
    await start();
    expect(await pages('registered')).toEqual([true, false, true]);
    expect(await pages('unregistered')).toEqual([true, true, true]);
  });

  test('I6: at a door that is closed for tries no page opens', async () => {
    await start();
    expect(await pages('unregistered')).toEqual([true, true, true]);
    await closeDoor('unregistered');
    expect(await pages('unregistered')).toEqual([false, false, false]);
  });

  test('nobody disabled has any page', async () => {
    await start();
    expect(await pages('disabled')).toEqual([false, false, false]);
  });

  async function pages(story: string): Promise<readonly boolean[]> {
    const { accountId, stack, session, now } = await company.act(story);
    const account = await company.needs.directory.find(accountId);
    if (account === null) throw new Error('no account');
    const may = mayHavePage(company.needs);
    const wishes = ['reset', 'register-first', 'register'] as const;
    return Promise.all(wishes.map((wish) => may({ wish, account, door: 'teams', stack, session, now })));
  }
});
