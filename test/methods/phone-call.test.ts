import { describe, expect, test } from '@jest/globals';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { noticePlaces } from '../../src/methods/places.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, anna, makeRoom, mobile, taken } from './room.ts';

const fixedLine = '+46846500410';
const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;

describeEngines('a telephone to be called', (engine) => {
  const freshRoom = async (change: Parameters<typeof makeRoom>[0] = {}) => makeRoom({ ...change, store: (await engine.fresh()).store });

  test("I22: a number proved by text is taken without being typed, and only a number of one's own", async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const draftOf = (numberOf: string, accountId = anna) =>
      room.handlers.draftMethod.run({ kind: 'phone-call', numberOf }, room.act({ accountId }));
    expect(await draftOf('planted-1')).toMatchObject({ type: 'draft.taken', masked: '...05' });
    for (const other of ['planted-2', 'planted-9', '']) expect(await draftOf(other)).toEqual({ type: 'draft.rejected', reason: 'gone' });
    expect(await draftOf('planted-1', 'b0000000-0000-4000-8000-000000000002')).toEqual({ type: 'draft.rejected', reason: 'gone' });
  });

  test("I22: it is stored once its call was answered with the digits shown, and the number's text does not stand in its way", async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const draft = taken((await room.handlers.draftMethod.run({ kind: 'phone-call', numberOf: 'planted-1' }, room.act())) as never);
    const challenge = await room.challenge({ draft }, 'register');
    const call = room.parcels.at(-1);
    expect(call).toMatchObject({ kind: 'call', to: mobile, language: 'sv', about: { account: anna, what: 'challenge' } });
    const digits = new CodesOfChallenges(room.seals).of(challenge);
    expect(JSON.stringify(call)).not.toContain(digits);
    expect(await room.save({ draft, proofs: [stepUp] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    // Typed in the chat, which shows them, they are nothing: no proof, and no try.
    expect(await room.check(challenge, digits)).toMatchObject({ type: 'answer.rejected', reason: 'form' });
    const proof = accepted(await room.key(challenge, digits));
    expect(await room.save({ draft, proofs: [stepUp, proof] })).toMatchObject({ type: 'method.stored', label: '...05' });
    expect(await room.draft('phone-call', mobile)).toEqual({ type: 'draft.rejected', reason: 'already-yours' });
    expect((await room.document()).methods.map(({ kind }) => kind)).toEqual(['text-message', 'authenticator-app', 'phone-call']);
  });

  test('I6: a call counts as a send of its number and its account, as a text to it does', async () => {
    const room = await freshRoom();
    await room.plant([text, { kind: 'phone-call', to: mobile }]);
    for (const [method, purpose] of [
      ['planted-1', 'reset'],
      ['planted-2', 'reset'],
      ['planted-1', 'unlock'],
      ['planted-2', 'unlock'],
    ] as const)
      await room.challenge({ method }, purpose);
    expect(await room.send({ method: 'planted-2' }, 'step-up')).toMatchObject({ type: 'challenge.refused', reason: 'pace' });
    expect(room.parcels).toHaveLength(4);
  });

  test("removed, the number stays the account's while it is texted", async () => {
    const room = await freshRoom({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, accountsPerNumber: 1 } }) });
    await room.plant([app, text, { kind: 'phone-call', to: mobile }]);
    const stepUp = await room.prove('planted-1', 'step-up');
    expect(await room.remove({ method: 'planted-3', proofs: [stepUp] })).toEqual({ type: 'method.removed' });
    const other = 'b0000000-0000-4000-8000-000000000002';
    await room.plant([app], other);
    const theirs = await room.prove('planted-1', 'step-up', { accountId: other });
    const draft = taken(await room.draft('phone-call', mobile, { accountId: other }));
    const challenge = await room.challenge({ draft }, 'register', { accountId: other });
    const proof = accepted(await room.key(challenge, new CodesOfChallenges(room.seals).of(challenge), other));
    expect(await room.save({ draft, proofs: [theirs, proof] }, { accountId: other })).toEqual({ type: 'method.refused', reason: 'in-use' });
  });
});

describe('what is told to a number that is called', () => {
  test('I19: a text, once, where it can get one; a fixed line gets nothing, and never a call', async () => {
    const room = makeRoom();
    await room.plant([text, { kind: 'phone-call', to: mobile }, { kind: 'phone-call', to: fixedLine }]);
    const { methods } = await room.document();
    const places = noticePlaces(room.seals, anna, methods);
    expect(new Set(places.map(({ kind, to }) => `${kind} ${to}`))).toEqual(new Set([`sms ${mobile}`]));
  });
});
