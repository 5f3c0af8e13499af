import { expect, test } from '@jest/globals';
import { readInboxValue } from '../../src/conversation/inbox.ts';
import { endLeaver, noticingLeavers, type LeaverNeeds } from '../../src/directory/leavers.ts';
import { beginLeaversSweep, sweepLeavers } from '../../src/directory/leavers-sweep.ts';
import type { AccountState } from '../../src/directory/port.ts';
import { unreachable } from '../../src/directory/faults.ts';
import { presentPasswordProof } from '../../src/methods/proof-record.ts';
import { placeHash } from '../../src/methods/place-hash.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { keys } from '../../src/store/keys.ts';
import { accepted, accountOf, anna, day, hour, makeRoom, minute, mobile, stackOf, start, taken } from '../methods/room.ts';
import type { Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { DirectoryStandIn } from '../pages/directory-stand-in.ts';

/** An account with a number and an app, and a directory in which a test may do as administrators do. */
function leaverRoom(store: Store) {
  const room = makeRoom({ store });
  const accounts = new Map<string, AccountState | 'silent' | null>();
  const find = async (id: string): Promise<AccountState | null> => {
    const account = accounts.get(id);
    if (account === 'silent') throw unreachable('down');
    return account === undefined ? accountOf(id) : account;
  };
  const woken: string[] = [];
  const tooMany: unknown[] = [];
  const faults: unknown[] = [];
  const needs: LeaverNeeds = {
    store: room.store,
    clock: room.clock,
    seals: room.seals,
    policy: { ...room.policy, organisation: { ...room.policy.organisation, tenants: ['tenant'] } },
    wake: (stack) => void woken.push(stack),
  };
  const sweep = sweepLeavers({
    ...needs,
    directory: { find },
    onFault: (fault) => void faults.push(fault),
    onTooMany: (told) => void tooMany.push(told),
  });
  return {
    ...room,
    needs,
    woken,
    tooMany,
    faults,
    find,
    says: (id: string, account: AccountState | 'silent' | null) => void accounts.set(id, account),
    disable: (id = anna) => void accounts.set(id, accountOf(id, { enabled: false })),
    enable: (id = anna) => void accounts.set(id, accountOf(id)),
    /** Does what is due for a while; gives how often the look was due. */
    async pass(ms: number): Promise<number> {
      let looks = 0;
      for (const end = room.clock.now() + ms; ;) {
        for (const entry of (await room.store.due(room.clock.now(), 50)).filter(({ id }) => id.includes('/due/leavers/'))) {
          looks += 1;
          await sweep(entry);
        }
        if (room.clock.now() >= end) return looks;
        room.clock.forward(Math.min(ms > 2 * day ? 2 * hour : 5 * minute, end - room.clock.now()));
      }
    },
    suspended: async (id = anna) => (await room.document(id)).methods.map(({ suspended }) => suspended),
    inbox: async (id = anna) => {
      const opened = await room.store.open({ key: stackOf(id), owner: null, now: room.clock.now() });
      return opened.inbox.map(({ value }) => readInboxValue(value));
    },
  };
}

const planted = [{ kind: 'text-message', to: mobile } as const, { kind: 'authenticator-app' } as const];

describeEngines('I9: leavers', (engine) => {
  const fresh = async () => leaverRoom((await engine.fresh()).store);

  test('I9: whoever is read disabled loses every method at once, and every challenge and proof by one', async () => {
    const room = await fresh();
    await room.plant(planted);
    const proof = await room.prove('planted-1', 'reset');
    const app = await room.prove('planted-2', 'reset');
    const request = {
      accountId: anna,
      proofIds: [proof, app],
      act: 'open-new-password',
      conversation: stackOf(anna),
      now: room.clock.now(),
    } as const;
    expect((await proofsSuffice(room.store, request, room.policy)).ok).toBe(true);
    const challenge = await room.challenge({ method: 'planted-2' }, 'unlock');
    room.disable();
    const directory = noticingLeavers(
      Object.assign(new DirectoryStandIn(room.clock), { find: room.find }),
      (id) => endLeaver(room.needs, id, 'disabled'),
      (fault) => void room.faults.push(fault),
    );
    expect(await directory.find(anna)).toMatchObject({ enabled: false });
    expect(await room.suspended()).toEqual(['account-disabled', 'account-disabled']);
    expect(await room.audit()).toContainEqual(expect.objectContaining({ act: 'methods.suspend', reason: 'disabled', actor: 'system' }));
    // Enabled again a moment later: what was proved before proves nothing now.
    room.enable();
    expect(await proofsSuffice(room.store, request, room.policy)).toEqual({ ok: false, reason: 'method' });
    room.clock.forward(minute);
    expect((await room.check(challenge, await room.appCode())).type).not.toBe('answer.accepted');
    expect(room.faults).toEqual([]);
  });

  test('I9: their dialogs end, once, and they hear why; whom nobody talks to is not spoken to', async () => {
    const room = await fresh();
    await room.plant(planted);
    await room.store.commit({ put: { [stackOf(anna)]: { any: 'stack' } } });
    await endLeaver(room.needs, anna, 'disabled');
    await endLeaver(room.needs, anna, 'disabled');
    expect(await room.inbox()).toEqual([{ ends: 'runner.account-changed' }]);
    expect(room.woken).toEqual([stackOf(anna)]);
    const silent = 'b0000000-0000-4000-8000-000000000002';
    await room.plant([{ kind: 'authenticator-app' }], silent);
    await endLeaver(room.needs, silent, 'disabled');
    expect(await room.inbox(silent)).toEqual([]);
  });

  test.each(['disabled', 'gone'] as const)(
    'I9: who is %s, and says nothing, is found within a day and erased after thirty',
    async (how) => {
      const room = await fresh();
      await room.plant(planted);
      await beginLeaversSweep(room.store, room.clock.now());
      await room.pass(hour);
      expect(await room.suspended()).toEqual([null, null]);
      room.says(anna, how === 'gone' ? null : accountOf(anna, { enabled: false }));
      await room.pass(day);
      expect(await room.suspended()).toEqual(['account-disabled', 'account-disabled']);
      await room.pass(29 * day);
      expect(await room.suspended()).toHaveLength(2);
      await room.pass(2 * day);
      expect(await room.suspended()).toEqual([]);
      expect(await room.row(keys.methods(anna))).toBeNull();
      // The number is free for whoever has it next.
      expect(await room.row(keys.placeClaims(placeHash(room.seals, mobile)))).toBeNull();
      expect((await room.audit()).map(({ act, reason }) => `${act} ${reason}`)).toEqual([`methods.suspend ${how}`, 'methods.erase left']);
      // Once erased nobody asks for them any more.
      room.says(anna, 'silent');
      await room.pass(2 * day);
      expect(room.faults).toEqual([]);
    },
  );

  test('I9: a returner finds them suspended until each is proved anew; nothing is erased, and the password is the first proof', async () => {
    const room = await fresh();
    await room.plant(planted);
    await beginLeaversSweep(room.store, room.clock.now());
    room.disable();
    await room.pass(day);
    room.enable();
    await room.pass(40 * day);
    expect(await room.suspended()).toEqual(['account-disabled', 'account-disabled']);
    expect((await room.read('reset')).methods.map(({ usable }) => usable)).toEqual(['suspended', 'suspended']);
    expect((await room.read('reset')).finish).toMatchObject({ enough: false });
    expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    // Registered anew with the present password, as a first method: it takes the place of the one that rests.
    const proved = {
      id: 'password',
      accountId: anna,
      conversation: stackOf(anna),
      session: 'f2',
      passwordSetAt: start,
      now: room.clock.now(),
    };
    await room.store.commit(presentPasswordProof(proved).parts);
    const draft = taken(await room.draft('text-message', mobile));
    const proof = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await room.save({ draft, proofs: ['password', proof] })).toMatchObject({ type: 'method.stored' });
    expect((await room.document()).methods.map(({ kind, suspended }) => [kind, suspended])).toEqual([
      ['authenticator-app', 'account-disabled'],
      ['text-message', null],
    ]);
    // Whoever leaves once more loses those too.
    room.disable();
    await room.pass(day);
    expect(await room.suspended()).toEqual(['account-disabled', 'account-disabled']);
  });

  test('a directory that lost sight of everybody suspends nobody, and an operator is told each day', async () => {
    const room = await fresh();
    const people = Array.from({ length: 45 }, (_, n) => `c0000000-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`);
    for (const id of people) await room.plant([{ kind: 'authenticator-app' }], id);
    await beginLeaversSweep(room.store, room.clock.now());
    for (const id of people.slice(0, 30)) room.says(id, null);
    await room.pass(day + 2 * hour);
    expect(room.tooMany).toEqual([
      { leaving: 30, looked: 45 },
      { leaving: 30, looked: 45 },
    ]);
    expect((await Promise.all(people.map((id) => room.suspended(id)))).flat().every((each) => each === null)).toBe(true);
    // Mended: four that are truly gone are few enough.
    for (const id of people.slice(4, 30)) room.says(id, accountOf(id));
    await room.pass(day);
    expect((await Promise.all(people.map((id) => room.suspended(id)))).flat().filter((each) => each !== null)).toHaveLength(4);
  });

  test('one account that the directory does not answer for holds nobody up; a directory that is down is asked again in ten minutes', async () => {
    const room = await fresh();
    const other = 'b0000000-0000-4000-8000-000000000002';
    await room.plant(planted);
    await room.plant([{ kind: 'authenticator-app' }], other);
    await beginLeaversSweep(room.store, room.clock.now());
    room.says(other, 'silent');
    room.disable();
    await room.pass(hour);
    expect(await room.suspended()).toEqual(['account-disabled', 'account-disabled']);
    room.says(anna, 'silent');
    const looks = await room.pass(day + 2 * hour);
    expect(looks).toBeGreaterThan(3);
    expect(await room.suspended(other)).toEqual([null]);
    room.disable(other);
    room.disable();
    await room.pass(hour);
    expect(await room.suspended(other)).toEqual(['account-disabled']);
  });

  test('the look is begun once for a store, however often a server starts', async () => {
    const room = await fresh();
    await beginLeaversSweep(room.store, room.clock.now());
    expect(await room.pass(hour)).toBe(1);
    await beginLeaversSweep(room.store, room.clock.now());
    expect(await room.pass(2 * hour)).toBe(0);
  });
});

test('I9: noting that somebody left never stands in the way of reading them', async () => {
  const directory = new DirectoryStandIn({ now: () => start, after: () => () => undefined });
  directory.account = { ...accountOf(anna), enabled: false };
  const faults: unknown[] = [];
  const noticing = noticingLeavers(
    directory,
    () => Promise.reject(new Error('no store')),
    (fault) => void faults.push(fault),
  );
  expect(await noticing.find(anna)).toMatchObject({ id: anna, enabled: false });
  expect(faults).toHaveLength(1);
});
