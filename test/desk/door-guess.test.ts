import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkCallNumber, verifyCaller } from '../../src/desk/answer-call.ts';
import { shownCall } from '../../src/desk/call-number.ts';
import type { Act } from '../../src/conversation/port.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { keys } from '../../src/store/keys.ts';
import { realRandom } from '../delivery/still-time.ts';
import { account, DeskWorld, stina } from './desk-world.ts';

let world: DeskWorld;
const minute = 60_000;

beforeEach(async () => {
  world = new DeskWorld();
  world.standing = { ok: true, proof: 'agents-own' };
  const { store, seals, clock, policy } = world;
  world.people.set(stina, account(stina));
  const methods = [{ kind: 'authenticator-app' }, { kind: 'text-message', to: '+46701740605' }] as const;
  await plantMethods({ store, keys: seals, clock, random: realRandom, policy }, stina, methods, 0);
  await world.open({ code: 'SSPR_0014', wish: 'reset' });
  await press('claim');
  await press('verify-caller');
});
afterEach(() => world.end());

async function press(act: string): Promise<void> {
  await world.pay();
  await world.click({ act });
  await world.pay();
}

const needs = () => ({
  ...world.requesterNeeds,
  policy: world.policy,
  sentences: world.sentences,
  givesPasses: world.givesPasses,
  mayAnswerAtDoor: async () => true,
  keepOpen: async (stack: string) => void kept.push(stack),
});
const call = async () => (await world.record()).caller;
const digits = async () => new CodesOfChallenges(world.seals).of(shownCall((await call())?.id ?? ''));
const wrongDigits = async () => ((await digits()) === '000000' ? '000001' : '000000');

let typed = 0;
const kept: string[] = [];
/** Somebody at the front door types a number. */
const atDoor = (answer: string, more: { readonly conversation: string; readonly client: string } & Partial<Act>) => {
  typed += 1;
  const { conversation, ...rest } = more;
  return checkCallNumber(needs()).run(
    { answer },
    world.act({ id: `typed-${typed}`, door: 'front-door', stack: keys.doorStack('tenant', conversation), ...rest }),
  );
};
const inTeams = (answer: string) => {
  typed += 1;
  return checkCallNumber(needs()).run({ answer }, world.act({ id: `typed-${typed}` }));
};

describe('I6, I15: numbers typed at the front door count for who types them', () => {
  test('the third wrong one of a conversation closes it there for ten minutes, and says until when; a redelivered one counts once', async () => {
    const here = { conversation: 'one', client: '198.51.100.7' };
    const wrong = await wrongDigits();
    for (let n = 0; n < 5; n += 1)
      expect(await atDoor(wrong, { ...here, id: 'the-same' })).toEqual({ type: 'call.rejected', reason: 'wrong' });
    expect(await atDoor('12345', here)).toEqual({ type: 'call.rejected', reason: 'form' });
    expect(await atDoor(wrong, here)).toEqual({ type: 'call.rejected', reason: 'wrong' });
    const until = world.clock.now() + 10 * minute;
    expect(await atDoor(wrong, here)).toEqual({ type: 'call.exhausted', until });
    expect(await atDoor(await digits(), here)).toEqual({ type: 'call.exhausted', until });
    // Nobody else is touched: not the chat in Teams, not another browser.
    expect(await inTeams(wrong)).toEqual({ type: 'call.rejected', reason: 'wrong' });
    expect(await atDoor(await digits(), { conversation: 'two', client: '198.51.100.8' })).toMatchObject({ type: 'call.found' });
    expect((await call())?.state).toBe('asked');
  });

  test('what the account typed wrong in Teams closes nothing at the front door', async () => {
    for (let n = 0; n < 3; n += 1) await inTeams(await wrongDigits());
    expect(await inTeams(await digits())).toMatchObject({ type: 'call.exhausted' });
    expect(await atDoor(await digits(), { conversation: 'one', client: '198.51.100.7' })).toMatchObject({ type: 'call.found' });
  });

  test('fifty at once from one conversation are three tries', async () => {
    const here = { conversation: 'one', client: '198.51.100.7' };
    const wrong = await wrongDigits();
    const results = await Promise.all(Array.from({ length: 50 }, () => atDoor(wrong, here)));
    expect(results.filter((result) => result?.type === 'call.rejected')).toHaveLength(2);
    expect(results.filter((result) => result?.type === 'call.exhausted')).toHaveLength(48);
  });

  test('one address has as many as the policy says in an hour, whatever conversations it begins', async () => {
    const most = world.policy.frontDoor.codesPerAddress;
    const wrong = await wrongDigits();
    for (let n = 0; n < most; n += 1) await atDoor(wrong, { conversation: `one-${Math.floor(n / 2)}`, client: '198.51.100.7' });
    expect(await atDoor(await digits(), { conversation: 'fresh', client: '198.51.100.7' })).toEqual({
      type: 'call.exhausted',
      until: world.clock.now() + 60 * minute,
    });
    expect((await call())?.state).toBe('waiting');
  });

  test('a number stands a hundred wrong ones from the whole front door; then it is taken in Teams, and a new one here', async () => {
    const wrong = await wrongDigits();
    for (let n = 0; n < 100; n += 1) await atDoor(wrong, { conversation: `of-many-${n}`, client: `203.0.113.${n}` });
    const honest = { conversation: 'honest', client: '198.51.100.7' };
    expect(await atDoor(await digits(), honest)).toEqual({ type: 'call.rejected', reason: 'wrong' });
    expect((await call())?.state).toBe('waiting');
    expect((await world.audit()).filter(({ act, reason }) => act === 'desk.call-number' && reason === 'guessed-often')).toHaveLength(1);
    // Whoever is on the telephone is told another.
    world.clock.forward(1);
    await press('verify-caller');
    expect(await atDoor(await digits(), honest)).toMatchObject({ type: 'call.found' });
  });

  test('and the old one is taken in Teams', async () => {
    const wrong = await wrongDigits();
    for (let n = 0; n < 100; n += 1) await atDoor(wrong, { conversation: `of-many-${n}`, client: `203.0.113.${n}` });
    expect(await inTeams(await digits())).toMatchObject({ type: 'call.found' });
  });

  test('ninety-nine are not yet a hundred', async () => {
    const wrong = await wrongDigits();
    for (let n = 0; n < 99; n += 1) await atDoor(wrong, { conversation: `of-many-${n}`, client: `203.0.113.${n}` });
    expect(await atDoor(await digits(), { conversation: 'honest', client: '198.51.100.7' })).toMatchObject({ type: 'call.found' });
  });

  test('the same right number again finds the same call; another conversation finds none', async () => {
    const here = { conversation: 'one', client: '198.51.100.7', id: 'the-same' };
    const found = await atDoor(await digits(), here);
    expect(found).toMatchObject({ type: 'call.found' });
    expect(await atDoor(await digits(), here)).toEqual(found);
    expect(await atDoor(await digits(), { conversation: 'two', client: '198.51.100.8' })).toEqual({
      type: 'call.rejected',
      reason: 'wrong',
    });
  });

  test('a number that was not right here verifies nobody here', async () => {
    const stack = keys.doorStack('tenant', 'one');
    const found = await atDoor(await digits(), { conversation: 'two', client: '198.51.100.8' });
    if (found?.type !== 'call.found') throw new Error('not found');
    const refused = await verifyCaller(needs()).run({ call: found.call, proofs: [] }, world.act({ door: 'front-door', stack }));
    expect(refused).toEqual({ type: 'caller.refused', reason: 'over' });
    expect(kept).toEqual([]);
  });
});
