import { expect, test } from '@jest/globals';
import { describeEngines } from '../store/engines.ts';
import { anna, makeRoom, mobile, stackOf, wrongCode, type Room, type RoomOptions } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const byText = { method: 'planted-1' };

/** Two rooms on one store, as two processes have them, and fifty turns shared out between them. */
async function twoRooms(engine: Parameters<Parameters<typeof describeEngines>[1]>[0]) {
  const fresh = await engine.fresh();
  const one = makeRoom({ store: fresh.store });
  const other = makeRoom({ store: await fresh.beside(), clock: one.clock });
  const fifty = <Result>(work: (room: Room, n: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: 50 }, (_, n) => work(n % 2 === 0 ? one : other, n)));
  return { one, fifty };
}

describeEngines('fifty at once, from two processes', (engine) => {
  test('invariant 5: of fifty right answers exactly one is accepted', async () => {
    const { one, fifty } = await twoRooms(engine);
    await one.plant([text]);
    const challenge = await one.challenge(byText, 'reset');
    const code = one.lastCode();
    const results = await fifty((room) => room.check(challenge, code));
    expect(results.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
    expect(results.filter((result) => result.type === 'answer.rejected' && result.reason === 'expired')).toHaveLength(49);
  });

  test('invariant 5, R4, R6: of fifty challenges answered with one app code exactly one is accepted', async () => {
    const { one, fifty } = await twoRooms(engine);
    await one.plant([{ kind: 'authenticator-app' }]);
    const challenges: string[] = [];
    for (let n = 0; n < 50; n += 1) challenges.push(await one.challenge(byText, 'reset'));
    const code = await one.appCode();
    const results = await fifty((room, n) => room.check(challenges[n] ?? '', code));
    expect(results.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
  });

  test('invariant 5, I6: of fifty wrong answers exactly as many are weighed as the limit allows', async () => {
    const { one, fifty } = await twoRooms(engine);
    await one.plant([text]);
    const challenge = await one.challenge(byText, 'reset');
    const wrong = wrongCode(one.lastCode());
    const results = await fifty((room) => room.check(challenge, wrong));
    expect(results.filter(({ type }) => type === 'answer.rejected')).toHaveLength(2);
    expect(results.filter(({ type }) => type === 'answer.exhausted')).toHaveLength(48);
    expect((await one.document()).methods[0]?.tries.wrong).toBe(3);
  });

  test('one attempt brought fifty times counts once, and gets one verdict', async () => {
    const { one, fifty } = await twoRooms(engine);
    await one.plant([text]);
    const challenge = await one.challenge(byText, 'reset');
    const code = one.lastCode();
    const results = await fifty((room) => room.check(challenge, code, { id: 'the-attempt' }));
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
    expect(results[0]?.type).toBe('answer.accepted');
  });

  test('I6, R32: of fifty sends for one account, from as many conversations, ten are made', async () => {
    const fresh = await engine.fresh();
    const many = { sendsPerNumberIn10Minutes: 50, sendsPerNumberPerDay: 50 };
    const policy: RoomOptions['policy'] = (same) => ({ ...same, limits: { ...same.limits, ...many } });
    const one = makeRoom({ store: fresh.store, policy });
    const other = makeRoom({ store: await fresh.beside(), clock: one.clock, policy });
    await one.plant([text]);
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => (n % 2 === 0 ? one : other).send(byText, 'reset', { stack: `${stackOf(anna)}-${n}` })),
    );
    expect(results.filter(({ type }) => type === 'challenge.sent')).toHaveLength(10);
    expect(one.parcels.length + other.parcels.length).toBe(10);
  });

  test('I6: of fifty sends to one number, for as many accounts, four are made', async () => {
    const { one, fifty } = await twoRooms(engine);
    for (let n = 0; n < 50; n += 1) await one.plant([text], `account-${n}`);
    const results = await fifty((room, n) => room.send(byText, 'reset', { accountId: `account-${n}` }));
    expect(results.filter(({ type }) => type === 'challenge.sent')).toHaveLength(4);
  });
});
