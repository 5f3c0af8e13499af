import { describe, expect, test } from '@jest/globals';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import { placeHash } from '../../src/methods/place-hash.ts';
import { accepted, accountOf, alternate, anna, makeRoom, minute, mobile, taken } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;

describe('removing a method', () => {
  test('takes a step-up, and what it leaves is another "Finish" (I8)', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    expect((await room.read('reset')).finish.enough).toBe(true);
    expect(await room.remove({ method: 'planted-1', proofs: [] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    const forReset = await room.prove('planted-2', 'reset');
    expect(await room.remove({ method: 'planted-1', proofs: [forReset] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    room.clock.forward(minute);
    const stepUp = await room.prove('planted-2', 'step-up');
    expect(await room.remove({ method: 'planted-1', proofs: [stepUp] })).toEqual({ type: 'method.removed' });
    const { finish, methods } = await room.read('reset');
    expect(methods.map(({ kind }) => kind)).toEqual(['authenticator-app']);
    expect(finish).toEqual({
      enough: false,
      wouldDo: ['text-message', 'phone-call', 'email', 'recovery-codes', 'security-questions', 'security-key'],
    });
  });

  test('run again it is removed once; asked for by another act it is gone', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const params = { method: 'planted-1', proofs: [stepUp] };
    expect(await room.remove(params, { id: 'the-act' })).toEqual({ type: 'method.removed' });
    expect(await room.remove(params, { id: 'the-act' })).toEqual({ type: 'method.removed' });
    expect(await room.remove(params)).toEqual({ type: 'method.refused', reason: 'gone' });
    expect((await room.audit()).filter(({ act, verdict }) => act === 'methods.remove' && verdict === 'allowed')).toHaveLength(1);
  });

  test('I4: the last usable one goes only on a proof that carried no other act', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    await room.remove({ method: 'planted-1', proofs: [stepUp] });
    expect(await room.remove({ method: 'planted-2', proofs: [stepUp] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    room.clock.forward(minute);
    const anew = await room.prove('planted-2', 'step-up');
    expect(await room.remove({ method: 'planted-2', proofs: [anew] })).toEqual({ type: 'method.removed' });
  });

  test('I4: a proof that stored a method is not asked anew for: the last usable one stays', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const stepUp = await room.prove('planted-1', 'step-up');
    const draft = taken(await room.draft('text-message', '+46701740606'));
    const works = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await room.save({ draft, proofs: [stepUp, works] })).toMatchObject({ type: 'method.stored' });
    expect(await room.remove({ method: 'planted-1', proofs: [stepUp] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    room.clock.forward(minute);
    const anew = await room.prove('planted-1', 'step-up');
    expect(await room.remove({ method: 'planted-1', proofs: [anew] })).toEqual({ type: 'method.removed' });
  });

  test('I19: everybody is told, the removed number one last time', async () => {
    const room = makeRoom();
    await room.plant([text, app, { kind: 'email', to: alternate }]);
    const stepUp = await room.prove('planted-2', 'step-up');
    await room.remove({ method: 'planted-1', proofs: [stepUp] }, { id: 'the-act' });
    const told = [];
    for (const n of [1, 2, 3]) {
      const key = keys.outbox(partitionOf(anna), `the-act-${n}`);
      const row = await room.row(key);
      const what = row === null ? null : openOwed(room.seals, key, readOutboxRow(row));
      told.push(what !== null && 'parcel' in what ? what.parcel.to : null);
    }
    expect(new Set(told)).toEqual(new Set([alternate, mobile, 'anna.berg@fjallbyn.example']));
  });

  test('R23: its open challenges and its proofs are worth nothing after', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    const code = room.lastCode();
    const stepUp = await room.prove('planted-2', 'step-up');
    await room.remove({ method: 'planted-1', proofs: [stepUp] });
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
  });

  test('the number is free for others again', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const key = keys.placeClaims(placeHash(room.seals, mobile));
    expect(await room.row(key)).toEqual({ accounts: [anna] });
    const stepUp = await room.prove('planted-2', 'step-up');
    await room.remove({ method: 'planted-1', proofs: [stepUp] });
    expect(await room.row(key)).toBeNull();
  });

  test('I9: nothing is removed for an account that is disabled or gone', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    for (const account of [null, accountOf(anna, { enabled: false })]) {
      const result = await room.remove({ method: 'planted-1', proofs: [stepUp] }, { account: () => Promise.resolve(account) });
      expect(result).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    }
  });
});
