import { describe, expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { enoughFrom, methodSummary, methodSummaryOfTurn, registeredPlaces, wholeNumbers } from '../../src/methods/summary.ts';
import { alternate, anna, day, hour, makeRoom, minute, mobile, start } from './room.ts';

const all = [{ kind: 'text-message', to: mobile }, { kind: 'email', to: alternate }, { kind: 'authenticator-app' }] as const;

describe('what other rooms may know', () => {
  test('a summary has kinds and times, and neither number nor address', async () => {
    const room = makeRoom();
    expect(await methodSummary(room.ports, anna, start)).toEqual({
      registered: 0,
      counting: [],
      closedUntil: { teams: null, 'front-door': null },
    });
    await room.plant(all);
    const summary = await methodSummary(room.ports, anna, start);
    expect(summary.registered).toBe(3);
    expect(summary.counting.map(({ kind }) => kind)).toEqual(['text-message', 'email', 'authenticator-app']);
    expect(JSON.stringify(summary)).not.toMatch(/\+46|example/);
  });

  test('it says which door is closed, and when that ends', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, failuresPerDay: 1 } }) });
    await room.plant(all);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    for (const wrong of ['000000', '000001', '000002']) await room.check(challenge, wrong === room.lastCode() ? '000003' : wrong);
    expect((await methodSummary(room.ports, anna, start)).closedUntil).toEqual({ teams: start + day, 'front-door': null });
    expect((await methodSummary(room.ports, anna, start + day)).closedUntil.teams).toBeNull();
  });

  test('I8: from when methods are enough is read off their rule and their cooling', () => {
    const gates = { needed: 2, oneDevice: 'allow' } as const;
    const from = (counting: Parameters<typeof enoughFrom>[0]['counting']) => enoughFrom({ counting }, 'reset', gates, start);
    expect(from([])).toBeNull();
    expect(from([{ kind: 'text-message', countsFrom: 0 }])).toBeNull();
    expect(
      from([
        { kind: 'text-message', countsFrom: 0 },
        { kind: 'email', countsFrom: 0 },
      ]),
    ).toBe(start);
    expect(
      from([
        { kind: 'text-message', countsFrom: 0 },
        { kind: 'email', countsFrom: start + hour },
      ]),
    ).toBe(start + hour);
    expect(
      from([
        { kind: 'text-message', countsFrom: start + day },
        { kind: 'authenticator-app', countsFrom: 0 },
        { kind: 'email', countsFrom: start + hour },
      ]),
    ).toBe(start + hour);
    expect(
      from([
        { kind: 'email', countsFrom: 0 },
        { kind: 'text-message', countsFrom: 0 },
        { kind: 'text-message', countsFrom: 0 },
      ]),
    ).toBe(start);
  });

  test('numbers are whole for an administrator and for notices, and an app has none', async () => {
    const room = makeRoom();
    await room.plant(all);
    expect(await wholeNumbers(room.store, room.seals, anna)).toEqual([
      { kind: 'text-message', whole: mobile, addedAt: start - 30 * day },
      { kind: 'email', whole: alternate, addedAt: start - 30 * day },
    ]);
    expect(await registeredPlaces(room.store, room.seals, anna)).toEqual([
      { kind: 'sms', to: mobile },
      { kind: 'mail', to: alternate },
    ]);
  });

  test('rows that were read with the stack are used, until this room wrote in that turn', async () => {
    const room = makeRoom();
    await room.plant(all);
    const rows = new Map([
      [keys.methods(anna), null],
      [keys.pace(anna), null],
    ]);
    const act = room.act({ rows });
    expect((await methodSummaryOfTurn(room.ports, act)).registered).toBe(0);
    expect((await room.read('reset', { rows })).methods).toEqual([]);
    await room.challenge({ method: 'planted-1' }, 'reset', { rows });
    expect((await methodSummaryOfTurn(room.ports, act)).registered).toBe(3);
    expect((await room.read('reset', { rows })).methods).toHaveLength(3);
  });
});

describe('what a person sees of their methods', () => {
  test('R41: numbers and addresses are masked, and what can be added is what the policy has room for', async () => {
    const room = makeRoom();
    await room.plant(all);
    const read = await room.read('reset');
    expect(read.methods.map(({ label }) => label)).toEqual(['...05', 'a...@example.org', 'Fjällbyn AB']);
    expect(JSON.stringify(read)).not.toContain('701740605');
    expect(read.addable).toEqual([
      { kind: 'authenticator-app', room: 4 },
      { kind: 'text-message', room: 1 },
      { kind: 'email', room: 0 },
    ]);
    expect(read.stepUp).toEqual({ needed: 1, oneDevice: 'allow' });
    expect(read.resetGates).toEqual({ needed: 2, oneDevice: 'allow' });
  });

  test('one that waits says until when', async () => {
    const room = makeRoom();
    await room.plant(all);
    const challenge = await room.challenge({ method: 'planted-3' }, 'reset');
    for (let n = 0; n < 3; n += 1) await room.check(challenge, '000000');
    expect((await room.read('reset')).methods[2]).toMatchObject({ usable: 'waiting', until: start + minute });
    room.clock.forward(minute);
    expect((await room.read('reset')).methods[2]).toMatchObject({ usable: 'yes', until: null });
  });

  test('a kind the policy no longer allows is seen, but no step-up is held up by it', async () => {
    const room = makeRoom({
      policy: (policy) => ({ ...policy, methods: { ...policy.methods, 'text-message': { enabled: false, most: 2 } } }),
    });
    await room.plant([all[0]]);
    expect((await room.read('reset')).methods).toMatchObject([{ kind: 'text-message', usable: 'disabled' }]);
    expect((await room.read('step-up')).methods).toEqual([]);
  });

  test('a stored document that is not as it should be stops everything', async () => {
    const room = makeRoom();
    await room.plant(all);
    const document = await room.document();
    const broken = { ...document, methods: document.methods.map(({ tries: _tries, ...rest }) => rest) };
    await room.store.commit({ put: { [keys.methods(anna)]: broken } });
    await expect(room.read('reset')).rejects.toMatchObject({ code: 'latchkey_methods_unreadable' });
    await expect(room.send({ method: 'planted-1' }, 'reset')).rejects.toMatchObject({ code: 'latchkey_methods_unreadable' });
    expect(room.parcels).toHaveLength(0);
  });
});
