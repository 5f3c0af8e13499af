import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Policy } from '../../src/config/policy.ts';
import { placeHash } from '../../src/methods/place-hash.ts';
import { spendTelephony } from '../../src/methods/telephony-budget.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, anna, day, hour, makeRoom, minute, mobile, start, taken, type Room } from './room.ts';

const withTelephony = (change: Partial<Policy['telephony']>) => ({
  policy: (policy: Policy): Policy => ({
    ...policy,
    telephony: { ...policy.telephony, breaker: { codes: 20, usedPercent: 0, minutes: 60 }, ...change },
  }),
});
const withBreaker = (codes: number, usedPercent = 25) => withTelephony({ breaker: { codes, usedPercent, minutes: 60 } });
const byText = { method: 'planted-1' };

/** Mobile numbers that libphonenumber takes for real, each somebody else's. */
const swedish = (n: number): string => `+4670174${String(1000 + n)}`;
const norwegian = (n: number): string => `+47412${String(30_000 + n)}`;

/** So many people, each with a number of their own. */
async function people(room: Room, count: number, number: (n: number) => string = swedish, name = 'account'): Promise<readonly string[]> {
  const accounts = Array.from({ length: count }, (_, n) => `${name}-${n}`);
  for (const [n, account] of accounts.entries()) await room.plant([{ kind: 'text-message', to: number(n) }], account);
  return accounts;
}

const sendTo = (room: Room, accountId: string) => room.send(byText, 'reset', { accountId });

describe('R32: the codes of a day', () => {
  test("a country's are used up: its numbers get none until some of them are a day old, others go on", async () => {
    const room = makeRoom(withTelephony({ sendsPerCountryPerDay: 3 }));
    const accounts = await people(room, 4);
    const [norway = ''] = await people(room, 1, norwegian, 'norway');
    for (const account of accounts.slice(0, 3)) expect((await sendTo(room, account)).type).toBe('challenge.sent');
    const until = start + 25 * hour;
    expect(await sendTo(room, accounts[3] ?? '')).toEqual({ type: 'challenge.refused', reason: 'budget', until });
    expect((await sendTo(room, norway)).type).toBe('challenge.sent');
    expect(room.parcels).toHaveLength(4);
    expect(room.alarms).toEqual([{ country: 'SE', why: 'budget' }]);
    room.clock.forward(25 * hour - 1);
    expect((await sendTo(room, accounts[3] ?? '')).type).toBe('challenge.refused');
    room.clock.forward(1);
    expect((await sendTo(room, accounts[3] ?? '')).type).toBe('challenge.sent');
  });

  test("the company's are used up: no number gets one, and a mail still goes", async () => {
    const room = makeRoom(withTelephony({ sendsPerDay: 3 }));
    const accounts = [...(await people(room, 2)), ...(await people(room, 2, norwegian, 'norway'))];
    const sent = [];
    for (const account of accounts) sent.push((await sendTo(room, account)).type);
    expect(sent).toEqual(['challenge.sent', 'challenge.sent', 'challenge.sent', 'challenge.refused']);
    await room.plant([{ kind: 'email', to: 'anna.berg@example.org' }]);
    expect((await room.send(byText, 'reset')).type).toBe('challenge.sent');
  });

  test('what the budget refuses costs the number and the account nothing, and is written down', async () => {
    const room = makeRoom(withTelephony({ sendsPerDay: 1 }));
    const [first = ''] = await people(room, 1);
    await room.plant([{ kind: 'text-message', to: mobile }]);
    await sendTo(room, first);
    for (let n = 0; n < 12; n += 1) expect(await sendTo(room, anna)).toMatchObject({ type: 'challenge.refused', reason: 'budget' });
    expect(await room.row(keys.placePace(placeHash(room.seals, mobile)))).toBeNull();
    expect(await room.row(keys.pace(anna))).toBeNull();
    expect((await room.audit()).at(-1)).toMatchObject({ act: 'methods.send-challenge', verdict: 'refused', reason: 'reset budget' });
  });

  test('no 24 hours ever hold more than the limit, however they lie', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 * hour }), { minLength: 10, maxLength: 40 }), async (gaps) => {
        const room = makeRoom(withTelephony({ sendsPerCountryPerDay: 4 }));
        const sent: number[] = [];
        for (const [n, gap] of gaps.entries()) {
          room.clock.forward(gap);
          const now = room.clock.now();
          const spent = await spendTelephony(room.ports, { country: 'SE', id: `code-${n}`, now });
          if (spent.ok) sent.push(now);
          else expect(spent.until).toBeGreaterThan(now);
          expect(sent.filter((at) => at > now - day).length).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('R34: a number of a country that the policy no longer has, or of its list, gets nothing, registered or not', async () => {
    const room = makeRoom(withTelephony({ countries: ['NO'], refusedNumbers: [norwegian(0)] }));
    for (const account of [...(await people(room, 1)), ...(await people(room, 1, norwegian, 'norway'))]) {
      expect(await sendTo(room, account)).toEqual({ type: 'challenge.failed', reason: 'undeliverable' });
    }
    expect(room.parcels).toHaveLength(0);
    expect(await room.row(keys.telephony)).toBeNull();
  });
});

describe('R34: the breaker', () => {
  test('a country whose codes are not used is stopped for the hour; others go on; then it begins anew', async () => {
    const room = makeRoom(withBreaker(5));
    const accounts = await people(room, 12);
    const [norway = ''] = await people(room, 1, norwegian, 'norway');
    for (const account of accounts.slice(0, 5)) {
      expect((await sendTo(room, account)).type).toBe('challenge.sent');
      room.clock.forward(3 * minute);
    }
    const until = room.clock.now() + hour;
    const refused = { type: 'challenge.refused', reason: 'budget', until };
    expect(await sendTo(room, accounts[5] ?? '')).toEqual(refused);
    expect(await sendTo(room, accounts[6] ?? '')).toEqual(refused);
    expect((await sendTo(room, norway)).type).toBe('challenge.sent');
    expect(room.alarms).toEqual([{ country: 'SE', why: 'breaker' }]);
    const entries = [];
    for (let n = 1, entry; (entry = await room.row(keys.auditEntry('p00', n))) !== null; n += 1) entries.push(entry);
    expect(entries.filter((entry) => (entry as { account: string | null }).account === null)).toMatchObject([
      { act: 'methods.stop-telephony', account: null, actor: 'system', reason: 'SE codes-not-used' },
    ]);
    room.clock.forward(hour);
    for (const account of accounts.slice(5, 10)) {
      expect((await sendTo(room, account)).type).toBe('challenge.sent');
      room.clock.forward(3 * minute);
    }
    expect((await sendTo(room, accounts[10] ?? '')).type).toBe('challenge.refused');
  });

  test('codes that are used keep it closed, those for a registration among them', async () => {
    const room = makeRoom(withBreaker(4, 50));
    const accounts = await people(room, 12);
    for (const [n, accountId] of accounts.entries()) {
      const draft = n % 2 === 0 ? taken(await room.draft('text-message', swedish(100 + n), { accountId })) : null;
      const sent = await (draft === null ? sendTo(room, accountId) : room.send({ draft }, 'register', { accountId }));
      if (sent.type !== 'challenge.sent') throw new Error(`code ${n} was not sent`);
      // Every other code is used, one of them long after it was sent.
      if (n % 2 === 0) {
        if (n === 4) room.clock.forward(4 * minute);
        accepted(await room.check(sent.challenge, room.lastCode(), { accountId }));
      }
      room.clock.forward(3 * minute);
    }
    expect(room.alarms).toEqual([]);
  });

  test('many at once do not trip it: a code sent just now is not judged', async () => {
    const room = makeRoom(withBreaker(5));
    const accounts = await people(room, 9);
    for (const account of accounts) expect((await sendTo(room, account)).type).toBe('challenge.sent');
  });

  test('a provider that fails does not trip it: what was not sent cannot be used', async () => {
    const room = makeRoom(withBreaker(5));
    for (const [n, account] of (await people(room, 21)).entries()) {
      room.outcomes.push({ ok: false, reason: (['unavailable', 'doubtful', 'rejected'] as const)[n % 3] ?? 'doubtful' });
      expect((await sendTo(room, account)).type).toBe(n % 3 === 1 ? 'challenge.doubtful' : 'challenge.failed');
      room.clock.forward(3 * minute);
    }
    expect(room.alarms).toEqual([]);
  });

  test('a policy of 0 per cent never trips it', async () => {
    const room = makeRoom(withBreaker(5, 0));
    for (const account of await people(room, 12)) {
      expect((await sendTo(room, account)).type).toBe('challenge.sent');
      room.clock.forward(3 * minute);
    }
  });
});

describeEngines('R32, R34: pumped, from two processes', (engine) => {
  /** Somebody with many accounts, who registers a number of their own with each and never types a code. */
  const pump = async (rooms: readonly Room[], accounts: number, from = 0) =>
    Promise.all(
      Array.from({ length: accounts }, async (_, n) => {
        const room = rooms[n % rooms.length] as Room;
        const accountId = `pump-${from + n}`;
        const draft = taken(await room.draft('text-message', norwegian(from + n), { accountId }));
        return (await room.send({ draft }, 'register', { accountId })).type;
      }),
    );
  const sentOf = (types: readonly string[]): number => types.filter((type) => type === 'challenge.sent').length;

  const twoRooms = async (options: ReturnType<typeof withTelephony>) => {
    const fresh = await engine.fresh();
    const one = makeRoom({ store: fresh.store, ...options });
    return { one, other: makeRoom({ store: await fresh.beside(), clock: one.clock, ...options }) };
  };

  test("of fifty registrations at once exactly the country's codes go out", async () => {
    const { one, other } = await twoRooms(withTelephony({ sendsPerCountryPerDay: 7 }));
    expect(sentOf(await pump([one, other], 50))).toBe(7);
    expect(one.parcels.length + other.parcels.length).toBe(7);
  });

  test("of fifty registrations at once exactly the company's codes go out", async () => {
    const { one, other } = await twoRooms(withTelephony({ sendsPerDay: 9 }));
    expect(sentOf(await pump([one, other], 50))).toBe(9);
  });

  test('at whatever pace, no more go out than the breaker judges twice, and people at home still get theirs', async () => {
    const { one, other } = await twoRooms(withBreaker(10));
    const [home = ''] = await people(one, 1);
    expect(sentOf(await pump([one, other], 50))).toBeLessThanOrEqual(20);
    expect(sentOf(await pump([one, other], 10, 50))).toBe(0);
    expect((await sendTo(one, home)).type).toBe('challenge.sent');
    expect([...one.alarms, ...other.alarms]).toEqual([{ country: 'NO', why: 'breaker' }]);
  });
});
