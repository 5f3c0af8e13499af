import { describe, expect, test } from '@jest/globals';
import { readHome } from '../../src/directory/handlers.ts';
import { overdueMethod } from '../../src/methods/reconfirmation.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, accountOf, alternate, anna, day, makeRoom, mobile, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: alternate } as const;
const app = { kind: 'authenticator-app' } as const;

/** What home is told to ask about. Methods were planted 30 days ago. */
const asked = async (room: Room, account = accountOf(anna)): Promise<string | null> => {
  const read = await readHome(room.ports).run({}, room.act({ account: () => Promise.resolve(account) }));
  return read?.type === 'home.read' ? (read.overdue?.id ?? null) : null;
};

const change = async (room: Room, id: string, changed: object): Promise<void> => {
  const document = await room.document();
  const methods = document.methods.map((each) => (each.id === id ? { ...each, ...changed } : each));
  await room.store.commit({ put: { [keys.methods(anna)]: { ...document, methods } } });
};

describeEngines('methods not used for long', (engine) => {
  const freshRoom = async (days = 180) =>
    makeRoom({ store: (await engine.fresh()).store, policy: (policy) => ({ ...policy, reconfirmation: { days } }) });

  test('one is asked about after the policy’s days, not a moment before', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    room.clock.forward(150 * day - 1);
    expect(await asked(room)).toBeNull();
    room.clock.forward(1);
    expect(await asked(room)).toBe('planted-1');
  });

  test('0 days: never', async () => {
    const room = await freshRoom(0);
    await room.plant([text]);
    room.clock.forward(3650 * day);
    expect(await asked(room)).toBeNull();
  });

  test('once it was asked about, nothing is asked for seven days', async () => {
    const room = await freshRoom();
    await room.plant([text, mail]);
    room.clock.forward(200 * day);
    expect(await asked(room)).toBe('planted-1');
    expect(await room.handlers.noteAsked.run({}, room.act())).toBeNull();
    expect(await asked(room)).toBeNull();
    room.clock.forward(7 * day - 1);
    expect(await asked(room)).toBeNull();
    room.clock.forward(1);
    expect(await asked(room)).toBe('planted-1');
  });

  test('a use as a gate confirms it; so does the code that was asked for', async () => {
    const room = await freshRoom();
    await room.plant([text, mail, app]);
    room.clock.forward(200 * day);
    await room.prove('planted-1', 'reset');
    expect(await asked(room)).toBe('planted-2');
    accepted(await room.check(await room.challenge({ method: 'planted-2' }, 'confirm'), room.lastCode()));
    expect(await asked(room)).toBe('planted-3');
    accepted(await room.check(await room.challenge({ method: 'planted-3' }, 'confirm'), await room.appCode()));
    expect(await asked(room)).toBeNull();
  });

  test('R7: what confirms a method carries no act, and no other purpose’s code confirms', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const proof = accepted(await room.check(await room.challenge({ method: 'planted-1' }, 'confirm'), room.lastCode()));
    expect(await room.remove({ method: 'planted-2', proofs: [proof] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    room.clock.forward(day);
    await room.challenge({ method: 'planted-1' }, 'reset');
    const forReset = room.lastCode();
    const confirm = await room.challenge({ method: 'planted-1' }, 'confirm');
    expect(room.parcels.at(-1)?.text).toContain('visa att koder fortfarande når dig');
    if (forReset !== room.lastCode())
      expect(await room.check(confirm, forReset)).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
  });

  test('overdue disables nothing: it proves, counts and heads the line as before', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const before = await room.read('reset');
    room.clock.forward(1000 * day);
    expect(await asked(room)).toBe('planted-1');
    const after = await room.read('reset');
    expect(after.finish).toEqual(before.finish);
    expect(after.methods.map(({ usable }) => usable)).toEqual(['yes', 'yes']);
    expect(await room.prove('planted-1', 'reset')).toEqual(expect.any(String));
    expect(await room.prove('planted-2', 'step-up')).toEqual(expect.any(String));
  });

  test('I9, I11: asked of nobody who could do nothing about it, and at no front door', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    room.clock.forward(200 * day);
    expect(await asked(room, accountOf(anna, { enabled: false }))).toBeNull();
    expect(await asked(room, accountOf(anna, { kind: 'shared' }))).toBeNull();
    const away = room.act({ door: 'front-door' });
    expect(await readHome(room.ports).run({}, away)).toMatchObject({ overdue: null });
  });
});

describe('which one', () => {
  test('the one that was used the longest ago; none that cannot be used now, and no set of codes', async () => {
    const room = makeRoom();
    await room.plant([text, mail, app]);
    room.clock.forward(400 * day);
    const now = room.clock.now();
    const which = async () => overdueMethod(await room.document(), now, room.policy)?.id ?? null;
    await change(room, 'planted-1', { lastUsedAt: now - 200 * day });
    expect(await which()).toBe('planted-2');
    await change(room, 'planted-2', { suspended: 'account-disabled' });
    expect(await which()).toBe('planted-3');
    await change(room, 'planted-3', { kind: 'recovery-codes' });
    expect(await which()).toBe('planted-1');
    await change(room, 'planted-1', { tries: { wrong: 3, waitUntil: now + day, reused: 0 } });
    expect(await which()).toBeNull();
  });

  test('nothing is noted for an account that never had a method', async () => {
    const room = makeRoom();
    await room.handlers.noteAsked.run({}, room.act());
    expect(await room.row(keys.methods(anna))).toBeNull();
  });
});
