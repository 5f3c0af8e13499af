import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newGrantId, type Call } from '../../src/desk/caller-of-case.ts';
import type { CaseActed, CaseClick } from '../../src/desk/act-on-case.ts';
import { changeCase } from '../../src/desk/change-case.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { stopMs, withStop } from '../../src/desk/stop-record.ts';
import type { AccountState, Directory } from '../../src/directory/port.ts';
import { unlock } from '../../src/directory/unlock.ts';
import { readMethodsDocument } from '../../src/methods/method-record.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { removeMethod } from '../../src/methods/remove-method.ts';
import type { MethodPorts } from '../../src/methods/ports.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, agentNina, agentOmar, dataOf, DeskWorld, stina } from './desk-world.ts';

const locked = { since: 1, why: 'wrong-passwords', until: null } as const;

describe('I16: ways to have more of a grant than was given', () => {
  let room: DeskWorld;
  beforeEach(async () => {
    room = new DeskWorld();
    room.standing = { ok: true, proof: 'agents-own' };
    room.registered = [{ kind: 'text-message', since: 0 }];
    room.people.set(stina, account(stina, { locked }));
    const ports = { store: room.store, keys: room.seals, clock: room.clock, random: realRandom, policy: room.policy };
    await plantMethods(ports, stina, [{ kind: 'authenticator-app' }, { kind: 'text-message', to: '+46701740605' }], 0);
    await room.open({ code: 'SSPR_0014', wish: 'reset' });
    await press('claim');
  });
  afterEach(() => room.end());

  async function press(act: string, more: Partial<CaseClick> & { readonly by?: string } = {}): Promise<CaseActed> {
    await room.pay();
    const acted = await room.click({ act, ...more });
    await room.pay();
    return acted;
  }

  const refusedFor = (acted: CaseActed) => (acted.ok ? null : acted.reason);
  const grants = async () => (await room.records()).flatMap((record) => record.grants ?? []);
  const lastGrant = async () => (await grants()).at(-1)?.id ?? '';

  /** Nina has verified the caller of the newest case. */
  async function verified(more: Partial<Call> = {}): Promise<void> {
    const now = room.clock.now();
    const caller: Call = {
      id: 'call-1',
      by: agentNina,
      name: 'Nina Falk',
      mac: 'mac',
      askedAt: now,
      until: now,
      state: 'verified',
      stack: room.act().stack,
      attempt: 'typed-1',
      proofs: ['app-gate', 'text-gate'],
      verifiedAt: now,
      ...more,
    };
    await changeCase<void>(room.requesterNeeds, await room.record(), (record) => ({
      advanced: record === null ? null : { record: { ...record, caller, revision: record.revision + 1 }, tells: [], posts: false },
      entries: [],
      result: undefined,
    }));
    await room.pay();
  }

  const frozenUntilNow = async () => {
    const parts = freezeParts(stina, { frozen: null, voidBefore: room.clock.now(), closed: [] });
    await room.store.commit(parts);
  };

  test('who asked a colleague and is an agent no more, or has lost the right, gets nothing by the approval', async () => {
    await verified();
    await press('ask-colleague', { typed: { what: 'password' } });
    room.people.set(agentNina, account(agentNina, { name: 'Nina Falk', groups: [] }));
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBe('asker-may-not');
    room.people.set(agentNina, account(agentNina, { name: 'Nina Falk', groups: ['fjallbyn-helpdesk'] }));
    const rights = { ...room.policy.agents.rights, password: { accounts: [agentOmar], groups: [] } };
    room.policy = { ...room.policy, agents: { ...room.policy.agents, rights } };
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBe('asker-may-not');
    expect(await grants()).toEqual([]);
  });

  test('I17: a caller who was verified before a freeze is given nothing after its thaw, by nobody', async () => {
    await verified();
    await frozenUntilNow();
    room.clock.forward(1000);
    expect(refusedFor(await press('give-password'))).toBe('call-over');
    await press('ask-colleague', { typed: { what: 'password' } });
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBe('call-over');
    expect(await grants()).toEqual([]);
    await verified();
    expect(refusedFor(await press('approve', { by: agentOmar }))).toBeNull();
  });

  test('I11: who was verified at the front door sees and removes no method there, and gets no temporary pass', async () => {
    await verified({ stack: keys.doorStack('tenant', 'conversation-1'), passes: true });
    expect(refusedFor(await press('give-temporary-pass'))).toBe('only-in-teams');
    expect(refusedFor(await press('give-remove-method', { typed: { method: 'text-message' } }))).toBe('only-in-teams');
    expect(refusedFor(await press('give-password'))).toBeNull();
  });

  test('one case after another and two at once: an agent alone gives the account one thing', async () => {
    await room.open({ code: 'LK_LOCKED', wish: 'unlock' }, { id: 'effect-2' });
    await press('claim');
    const cases = await room.records();
    expect(cases).toHaveLength(2);
    const now = room.clock.now();
    for (const one of cases) {
      await changeCase<void>(room.requesterNeeds, one, (record) => {
        if (record === null) throw new Error('no case');
        const claimed = { at: now, by: agentNina, name: 'Nina Falk' };
        const caller = { id: 'c', by: agentNina, name: 'Nina Falk', mac: 'm', askedAt: now, until: now, state: 'verified' } as const;
        const proved = { stack: room.act().stack, attempt: 'a', proofs: ['app-gate'], verifiedAt: now };
        const after = { ...record, claimed, caller: { ...caller, ...proved }, revision: record.revision + 1 };
        return { advanced: { record: after, tells: [], posts: false }, entries: [], result: undefined };
      });
    }
    const fresh = await room.records();
    const pressed = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const one = fresh[index % 2];
        return room.click({ case: one?.id, version: one?.revision, act: index % 4 < 2 ? 'give-password' : 'give-unlock' });
      }),
    );
    expect(pressed.filter((acted) => acted.ok && acted.changed)).toHaveLength(1);
    expect(await grants()).toHaveLength(1);
  });

  describe('a temporary pass', () => {
    const offered = () => JSON.stringify([...room.shown.values()].at(-1) ?? null).includes('give-temporary-pass');

    test('is offered where one can be had, given in the verified conversation alone, and told to it', async () => {
      await verified({ passes: true });
      expect(offered()).toBe(true);
      expect(refusedFor(await press('give-temporary-pass'))).toBeNull();
      expect(await grants()).toMatchObject([{ what: 'temporary-pass', method: null, by: agentNina, used: null }]);
      const told = (await room.inbox()).map(({ value }) => value).filter((value) => JSON.stringify(value).includes('grant.given'));
      expect(told).toMatchObject([{ event: { type: 'grant.given', grant: { what: 'temporary-pass' } } }]);
      expect(await room.audit()).toContainEqual(
        expect.objectContaining({ act: 'desk.give-temporary-pass', verdict: 'allowed', reason: 'I16', actor: agentNina, account: stina }),
      );
    });

    test('is not offered where the account could have none when the caller was verified, and an older card gives none', async () => {
      await verified({ passes: false });
      expect(offered()).toBe(false);
      expect(await press('give-temporary-pass')).toMatchObject({ ok: true, changed: false });
      expect(await grants()).toEqual([]);
    });

    test('is no right of an agent by default: only who is named for it has it, and a colleague cannot be asked past it', async () => {
      await verified({ passes: true });
      const { 'temporary-pass': _, ...rights } = room.policy.agents.rights;
      room.policy = { ...room.policy, agents: { ...room.policy.agents, rights } };
      expect(refusedFor(await press('give-temporary-pass'))).toBe('no-right');
      expect(refusedFor(await press('ask-colleague', { typed: { what: 'temporary-pass' } }))).toBe('no-right');
      const named = { ...rights, 'temporary-pass': { accounts: [agentOmar], groups: [] } };
      room.policy = { ...room.policy, agents: { ...room.policy.agents, rights: named } };
      expect(refusedFor(await press('give-temporary-pass'))).toBe('no-right');
      expect(await grants()).toEqual([]);
    });

    test.each<[string, () => unknown, string]>([
      ['I10: an account with extra protection', () => room.people.set(stina, account(stina, { privileged: true })), 'privileged'],
      ['I9: a disabled account', () => room.people.set(stina, account(stina, { enabled: false })), 'not-possible'],
      ['a password managed elsewhere', () => room.people.set(stina, account(stina, { passwordManaged: 'elsewhere' })), 'not-possible'],
      ['a directory that gives none', () => (room.givesPasses = false), 'not-possible'],
      ['a directory that does not answer', () => (room.accountDown = true), 'unavailable'],
      ['a call that is over', () => room.clock.forward(15 * 60_000), 'call-over'],
      ['I14: an agent whose own proof does not stand', () => (room.standing = { ok: false }), 'not-proved'],
    ])('is not given: %s', async (_, happens, reason) => {
      await verified({ passes: true });
      happens();
      const acted = await room.click({ act: 'give-temporary-pass' });
      // A call that is over offers nothing more.
      if (reason === 'call-over') expect(acted).toMatchObject({ ok: true, changed: false });
      else expect(refusedFor(acted)).toBe(reason);
      room.standing = { ok: true, proof: 'agents-own' };
      expect(await grants()).toEqual([]);
    });

    test('I17: is not given while the account is frozen', async () => {
      await verified({ passes: true });
      const at = room.clock.now();
      const frozen = { id: 'f', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null } as const;
      await room.store.commit(freezeParts(stina, { frozen, voidBefore: 0, closed: [] }));
      expect(refusedFor(await press('give-temporary-pass'))).toBe('frozen');
      expect(await grants()).toEqual([]);
    });

    test('is one act of the day as every other: the next takes a colleague, who may approve one', async () => {
      await verified({ passes: true });
      await press('give-unlock');
      room.clock.forward(14 * 60_000);
      await changeCase<void>(room.requesterNeeds, await room.record(), (record) => ({
        advanced: record === null ? null : { record: { ...record, grants: [], revision: record.revision + 1 }, tells: [], posts: false },
        entries: [],
        result: undefined,
      }));
      expect(refusedFor(await press('give-temporary-pass'))).toBe('second-act');
      await press('ask-colleague', { typed: { what: 'temporary-pass' } });
      expect(refusedFor(await press('approve'))).toBe('own-approval');
      expect(refusedFor(await press('approve', { by: agentOmar }))).toBeNull();
      expect(await grants()).toMatchObject([{ what: 'temporary-pass', approved: { by: agentOmar } }]);
    });
  });

  test('R38: a card whose data was tampered with gives nothing: another case, an act it does not show, a version to come', async () => {
    await verified();
    const data = dataOf([...room.shown.values()].at(-1) ?? null, 'give-password');
    expect(refusedFor(await room.click({ ...data, case: `${data.case.slice(0, 4)}AAAAAAAAAAAAAAAAAAAAAA` }))).toBe('unknown-case');
    expect(refusedFor(await room.click({ ...data, act: 'give-everything' }))).toBe('unknown-act');
    expect(await room.click({ ...data, act: 'approve', by: agentOmar })).toMatchObject({ ok: true, changed: false });
    expect(await room.click({ ...data, version: data.version + 1 })).toMatchObject({ ok: true, changed: false });
    expect(refusedFor(await room.click({ ...data, place: 'personal' as never }))).toBe('not-here');
    expect(await grants()).toEqual([]);
  });

  test('of twenty unlocks at once the directory is asked for one; another act, another conversation and a made-up grant ask it nothing', async () => {
    await verified();
    await press('give-unlock');
    const grant = await lastGrant();
    let asked = 0;
    const directory = {
      ...room.directory,
      unlock: async () => {
        asked += 1;
        return { ok: true };
      },
    } as unknown as Directory;
    const { run } = unlock({ ...room.needs, directory, wake: () => {} } as unknown as Parameters<typeof unlock>[0]);
    const elsewhere = keys.stack('another-tenant', stina);
    expect(await run({ proofs: [grant] }, room.act({ id: 'forwarded', stack: elsewhere }))).toMatchObject({ type: 'unlock.refused' });
    const madeUp = newGrantId((await room.record()).id, 'AAAAAAAAAAAAAAAAAAAAAA');
    expect(await run({ proofs: [madeUp] }, room.act({ id: 'made-up' }))).toMatchObject({ type: 'unlock.refused' });
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => run({ proofs: [grant] }, room.act({ id: `unlock-${n}` }))));
    expect(all.filter((one) => one?.type === 'unlock.done')).toHaveLength(1);
    expect(asked).toBe(1);
  });

  describe('the removal of a lost method', () => {
    const ports = (): MethodPorts => ({ ...room.needs, keys: room.seals, delivery: room.mails }) as unknown as MethodPorts;
    const numberOf = async () =>
      readMethodsDocument(await room.read(keys.methods(stina))).methods.find(({ kind }) => kind === 'text-message');
    const appOf = async () => readMethodsDocument(await room.read(keys.methods(stina))).methods.find(({ kind }) => kind !== 'text-message');
    let grant: string;
    beforeEach(async () => {
      await verified();
      await press('give-remove-method', { typed: { method: 'text-message' } });
      grant = await lastGrant();
    });
    const remove = async (method: string | undefined, id = 'remove-1') =>
      removeMethod(ports()).run({ method: method ?? '', proofs: [grant] }, room.act({ id }));
    const set = (more: Partial<AccountState>) => room.people.set(stina, account(stina, more));

    test('takes a method of the kind that was given, once', async () => {
      expect(await remove((await appOf())?.id)).toEqual({ type: 'method.refused', reason: 'proofs' });
      const number = (await numberOf())?.id;
      expect(await remove(number)).toEqual({ type: 'method.removed' });
      expect(await remove(number)).toEqual({ type: 'method.removed' });
      expect(await remove((await appOf())?.id, 'remove-2')).toEqual({ type: 'method.refused', reason: 'proofs' });
    });

    test('I10: is held against the account as it is at the act, not as it was when it was given', async () => {
      set({ privileged: true });
      expect(await remove((await numberOf())?.id)).toEqual({ type: 'method.refused', reason: 'not-eligible' });
      set({});
      expect(await remove((await numberOf())?.id, 'remove-2')).toEqual({ type: 'method.removed' });
    });

    test('waits while agents have stopped such acts', async () => {
      const now = room.clock.now();
      const by = [
        { id: agentNina, name: 'Nina Falk' },
        { id: agentOmar, name: 'Omar Dahl' },
      ];
      const inForce = { from: now, until: now + stopMs, by };
      const stop = { id: 'stop-1', what: 'resets', group: null, wish: null, inForce, ended: null, revision: 1, activity: null } as const;
      await room.store.commit({ put: { [keys.stops]: { ...withStop([], stop) } } });
      expect(await remove((await numberOf())?.id)).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    });

    test('ends with the claim', async () => {
      await press('release');
      expect(await remove((await numberOf())?.id)).toEqual({ type: 'method.refused', reason: 'proofs' });
    });
  });
});
