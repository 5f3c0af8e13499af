import { describe, expect, test } from '@jest/globals';
import { keys } from '../../src/store/keys.ts';
import { enoughFrom, methodSummary, methodSummaryOfTurn, registeredPlaces, wholeNumbers } from '../../src/methods/summary.ts';
import { alternate, anna, day, hour, makeRoom, mobile, start } from './room.ts';

const all = [{ kind: 'text-message', to: mobile }, { kind: 'email', to: alternate }, { kind: 'authenticator-app' }] as const;

describe('what other rooms may know', () => {
  test('a summary has kinds and times, and neither number nor address', async () => {
    const room = makeRoom();
    expect(await methodSummary(room.ports, anna, start)).toEqual({
      registered: 0,
      counting: [],
      closedUntil: { teams: null, 'front-door': null },
      reportedUntil: { teams: null, 'front-door': null },
      frozen: false,
      voidBefore: 0,
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

  test('rows that were read with the stack are used; where the act has none any more they are read', async () => {
    const room = makeRoom();
    await room.plant(all);
    const rows = new Map([
      [keys.methods(anna), null],
      [keys.pace(anna), null],
      [keys.frozen(anna), null],
    ]);
    expect((await methodSummaryOfTurn(room.ports, room.act({ rows }))).registered).toBe(0);
    expect((await room.read('reset', { rows })).methods).toEqual([]);
    expect((await methodSummaryOfTurn(room.ports, room.act({ rows: new Map() }))).registered).toBe(3);
    expect((await room.read('reset', { rows: new Map() })).methods).toHaveLength(3);
  });
});
