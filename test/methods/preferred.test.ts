import { expect, test } from '@jest/globals';
import { inOrder } from '../../src/methods/preferred.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, alternate, anna, makeRoom, minute, mobile } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: alternate } as const;
const app = { kind: 'authenticator-app' } as const;

test('asked for first: what is preferred, else what was used last, else what a code is sent to, else what is oldest', async () => {
  const room = makeRoom();
  await room.plant([app, app, text, mail]);
  const document = await room.document();
  const order = (methods: object, preferred?: string) =>
    inOrder({
      methods: document.methods.map((each) => ({ ...each, ...(methods as Record<string, object>)[each.id] })),
      preferred,
    }).map(({ id }) => id.replace('planted-', ''));
  expect(order({})).toEqual(['3', '4', '1', '2']);
  expect(order({ 'planted-3': { addedAt: Number.MAX_SAFE_INTEGER } })).toEqual(['4', '3', '1', '2']);
  expect(order({ 'planted-2': { lastUsedAt: 2 }, 'planted-4': { lastUsedAt: 1 } })).toEqual(['2', '4', '3', '1']);
  expect(order({ 'planted-2': { lastUsedAt: 2 } }, 'planted-1')).toEqual(['1', '2', '3', '4']);
  expect(order({}, 'removed since')).toEqual(['3', '4', '1', '2']);
});

test('a set of codes is never first by itself, though it was used last', async () => {
  const room = makeRoom();
  await room.plant([text, app]);
  const { methods } = await room.document();
  const [number, other] = methods;
  if (number === undefined || other === undefined) throw new Error('nothing was planted');
  const codes = { ...other, kind: 'recovery-codes', lastUsedAt: Number.MAX_SAFE_INTEGER } as const;
  expect(inOrder({ methods: [codes, number] }).map(({ kind }) => kind)).toEqual(['text-message', 'recovery-codes']);
  expect(inOrder({ methods: [codes, number], preferred: codes.id }).map(({ kind }) => kind)).toEqual(['recovery-codes', 'text-message']);
});

test('I22: a call is last by itself, after a set of codes, though it was used last', async () => {
  const room = makeRoom();
  await room.plant([text, app]);
  const [number, other] = (await room.document()).methods;
  if (number === undefined || other === undefined) throw new Error('nothing was planted');
  const codes = { ...other, kind: 'recovery-codes' } as const;
  const call = { ...number, id: 'call', kind: 'phone-call', lastUsedAt: Number.MAX_SAFE_INTEGER } as const;
  const order = (preferred?: string) =>
    inOrder({ methods: [call, codes, number], ...(preferred !== undefined && { preferred }) }).map(({ kind }) => kind);
  expect(order()).toEqual(['text-message', 'recovery-codes', 'phone-call']);
  expect(order('call')).toEqual(['phone-call', 'text-message', 'recovery-codes']);
});

describeEngines('preferring a method', (engine) => {
  const freshRoom = async () => makeRoom({ store: (await engine.fresh()).store });

  test('it comes first, in whatever reads the methods, until another one is preferred', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    expect((await room.read('reset')).methods.map(({ id, preferred }) => [id, preferred])).toEqual([
      ['planted-1', false],
      ['planted-2', false],
    ]);
    expect(await room.prefer('planted-2')).toEqual({ type: 'method.preferred' });
    expect((await room.read('reset')).methods.map(({ id, preferred }) => [id, preferred])).toEqual([
      ['planted-2', true],
      ['planted-1', false],
    ]);
    await room.prefer('planted-1');
    expect((await room.read('step-up')).methods[0]).toMatchObject({ id: 'planted-1', preferred: true });
    expect(await room.audit()).toMatchObject([
      { act: 'methods.prefer', verdict: 'allowed', reason: 'authenticator-app' },
      { act: 'methods.prefer', verdict: 'allowed', reason: 'text-message' },
    ]);
  });

  test('what was used last comes first while none is preferred', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    await room.prove('planted-2', 'reset');
    expect((await room.read('reset')).methods[0]).toMatchObject({ id: 'planted-2', preferred: false });
    room.clock.forward(minute);
    await room.prove('planted-1', 'reset');
    expect((await room.read('reset')).methods[0]).toMatchObject({ id: 'planted-1', preferred: false });
  });

  test('one that was removed is preferred no more', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    await room.prefer('planted-2');
    const stepUp = await room.prove('planted-1', 'step-up');
    await room.remove({ method: 'planted-2', proofs: [stepUp] });
    expect((await room.read('reset')).methods).toMatchObject([{ id: 'planted-1', preferred: false }]);
    expect(await room.prefer('planted-2')).toEqual({ type: 'method.refused', reason: 'gone' });
  });

  test('I9: nothing is preferred for an account that is disabled or gone, and the refusal is in the audit', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    for (const account of [null, accountOf(anna, { enabled: false })]) {
      expect(await room.prefer('planted-1', { account: () => Promise.resolve(account) })).toEqual({
        type: 'method.refused',
        reason: 'not-eligible',
      });
    }
    expect((await room.document()).preferred).toBeUndefined();
    expect((await room.audit()).map(({ verdict }) => verdict)).toEqual(['refused', 'refused']);
  });
});
