import { describe, expect, test } from '@jest/globals';
import { methods, type MethodKind, type Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import { dropLeftBehind, dropProofs } from '../../src/methods/drop.ts';
import { sessionOf } from '../../src/methods/method-record.ts';
import { proofParts } from '../../src/methods/proof-record.ts';
import { firstProofApplies, presentPasswordProof, proofsSuffice, provedGates, type ProofRequest } from '../../src/methods/proofs.ts';
import { keys } from '../../src/store/keys.ts';
import { accepted, accountOf, alternate, anna, makeRoom, minute, mobile, stackOf, start, taken, type Room } from './room.ts';

const planted = [
  { kind: 'authenticator-app' },
  { kind: 'text-message', to: mobile },
  { kind: 'email', to: alternate },
  { kind: 'text-message', to: '+46701740606' },
  { kind: 'phone-call', to: '+46846500410' },
] as const;
const idOf: Partial<Record<MethodKind, string>> = {
  'authenticator-app': 'planted-1',
  'text-message': 'planted-2',
  email: 'planted-3',
  'phone-call': 'planted-5',
};

let made = 0;

/** A proof as the store would hold it. */
async function given(
  room: Room,
  purpose: Purpose,
  kind: MethodKind,
  change: {
    readonly target?: string;
    readonly accountId?: string;
    readonly at?: number;
    readonly conversation?: string;
    readonly session?: string;
  } = {},
): Promise<string> {
  made += 1;
  const id = `proof-${made}`;
  const accountId = change.accountId ?? anna;
  const conversation = change.conversation ?? stackOf(accountId);
  await room.store.commit(
    proofParts({
      id,
      accountId,
      kind: 'gate',
      purpose,
      target: change.target ?? idOf[kind] ?? '',
      method: kind,
      group: methods[kind].group,
      conversation,
      session: sessionOf({ stack: conversation, session: change.session ?? 'f2' }),
      at: change.at ?? room.clock.now(),
      used: false,
    }),
  );
  return id;
}

async function password(room: Room, session = 'f2'): Promise<string> {
  made += 1;
  const { id, parts } = presentPasswordProof({
    id: `proof-${made}`,
    accountId: anna,
    conversation: stackOf(anna),
    session,
    passwordSetAt: start,
    now: room.clock.now(),
  });
  await room.store.commit(parts);
  return id;
}

const ask = async (
  room: Room,
  act: ProofRequest['act'],
  proofIds: readonly string[],
  change: Partial<ProofRequest> = {},
  policy: Policy = room.policy,
): Promise<string> => {
  const answer = await proofsSuffice(
    room.store,
    { accountId: anna, proofIds, act, conversation: stackOf(anna), passwordSetAt: start, now: room.clock.now(), ...change },
    policy,
  );
  return answer.ok ? 'enough' : answer.reason;
};

/** What each kind is worth (I2), as identity's table has it: two gates of the policy. */
const table: readonly (readonly [passed: readonly MethodKind[], reset: boolean, stepUp: boolean])[] = [
  [[], false, false],
  [['authenticator-app'], false, true],
  [['text-message'], false, true],
  [['email'], false, false],
  [['authenticator-app', 'text-message'], true, true],
  [['authenticator-app', 'email'], true, true],
  [['text-message', 'email'], true, true],
  [['phone-call', 'authenticator-app'], true, true],
  [['text-message', 'text-message'], false, true],
  // Text and call, whatever the number, are one gate.
  [['text-message', 'phone-call'], false, true],
  [['email', 'email'], false, false],
  [['authenticator-app', 'authenticator-app'], false, true],
];

describe('I2: what counts where', () => {
  test.each(table)('I2, R25: two gates of different kinds, never two of one: %j', async (passed, reset, stepUp) => {
    const room = makeRoom();
    await room.plant(planted);
    const all = async (purpose: Purpose): Promise<string[]> => {
      const ids = [];
      for (const [n, kind] of passed.entries())
        ids.push(await given(room, purpose, kind, n === 1 && kind === 'text-message' && passed[0] === kind ? { target: 'planted-4' } : {}));
      return ids;
    };
    const worth = (yes: boolean): string => (yes ? 'enough' : 'not-enough');
    expect(await ask(room, 'open-new-password', await all('reset'))).toBe(worth(reset));
    expect(await ask(room, 'unlock', await all('unlock'))).toBe(worth(reset));
    expect(await ask(room, 'enrol', await all('step-up'))).toBe(worth(stepUp));
    expect(await ask(room, 'remove-method', await all('step-up'))).toBe(worth(stepUp));
  });

  test('R24: a forgotten password takes the other authenticators: neither the present password nor a step-up stands in for one', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const present = await password(room);
    const steppedUp = await given(room, 'step-up', 'authenticator-app');
    const app = await given(room, 'reset', 'authenticator-app');
    const steppedUpByText = await given(room, 'step-up', 'text-message');
    for (const proofs of [[present], [present, steppedUp], [present, app], [app, steppedUpByText]])
      expect([proofs.length, await ask(room, 'open-new-password', proofs)]).toEqual([proofs.length, 'not-enough']);
    const both = [await given(room, 'reset', 'authenticator-app'), await given(room, 'reset', 'text-message')];
    expect(await ask(room, 'open-new-password', both)).toBe('enough');
  });

  test('with one gate in the policy it is one that counts by itself', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, gates: 1 } }) });
    await room.plant(planted);
    expect(await ask(room, 'open-new-password', [await given(room, 'reset', 'email')])).toBe('not-enough');
    expect(await ask(room, 'open-new-password', [await given(room, 'reset', 'text-message')])).toBe('enough');
  });

  test('with oneDevice refuse, app and number do not count together', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, oneDevice: 'refuse' } }) });
    await room.plant(planted);
    const app = await given(room, 'reset', 'authenticator-app');
    expect(await ask(room, 'open-new-password', [app, await given(room, 'reset', 'text-message')])).toBe('not-enough');
    expect(await ask(room, 'open-new-password', [app, await given(room, 'reset', 'email')])).toBe('enough');
  });
});

describe('I1: a sign-in proves nothing', () => {
  test('I1: without a proof nothing is opened, unlocked, stored or removed, whatever is registered', async () => {
    for (const registered of [[], planted]) {
      const room = makeRoom();
      await room.plant(registered);
      const works = await given(room, 'register', 'text-message', { target: 'draft' });
      for (const act of ['open-new-password', 'unlock', 'enrol', 'remove-method'] as const)
        expect(await ask(room, act, [])).toBe('not-enough');
      expect(await ask(room, 'store-method', [works], { draft: 'draft' })).toBe('not-enough');
    }
  });
});

describe('I2: a proof is worth what it was given for', () => {
  test('R7: of one purpose it is worthless for another', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const pair = async (purpose: Purpose) => [await given(room, purpose, 'authenticator-app'), await given(room, purpose, 'text-message')];
    expect(await ask(room, 'open-new-password', await pair('unlock'))).toBe('not-enough');
    expect(await ask(room, 'unlock', await pair('reset'))).toBe('not-enough');
    expect(await ask(room, 'open-new-password', await pair('step-up'))).toBe('not-enough');
    expect(await ask(room, 'remove-method', await pair('reset'))).toBe('not-enough');
    expect(await ask(room, 'open-new-password', await pair('register'))).toBe('not-enough');
  });

  test('I4: of another account, of another conversation, dropped with its session or invented it is missing', async () => {
    const room = makeRoom();
    await room.plant(planted);
    await room.plant(planted, 'other');
    const app = await given(room, 'reset', 'authenticator-app');
    const theirs = await given(room, 'reset', 'text-message', { accountId: 'other' });
    const elsewhere = await given(room, 'reset', 'text-message', { conversation: keys.stack('elsewhere', anna) });
    const spent = await given(room, 'reset', 'text-message');
    await dropProofs(room.ports, anna, [spent]);
    for (const other of [theirs, elsewhere, spent, 'invented', ''])
      expect(await ask(room, 'open-new-password', [app, other])).toBe('missing');
    expect(await ask(room, 'open-new-password', [app, app])).toBe('not-enough');
  });

  test('a row that was put in another account\u2019s place is not that account\u2019s proof', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const app = await given(room, 'reset', 'authenticator-app');
    const text = await given(room, 'reset', 'text-message', { accountId: 'other', conversation: stackOf(anna) });
    const moved = await room.row(keys.proof('other', text));
    await room.store.commit({ put: { [keys.proof(anna, text)]: moved } });
    expect(await ask(room, 'open-new-password', [app, text])).toBe('missing');
  });

  test('I4: after the policy\u2019s fifteen minutes it is old', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const both = [await given(room, 'reset', 'authenticator-app'), await given(room, 'reset', 'text-message')];
    room.clock.forward(15 * minute - 1);
    expect(await ask(room, 'open-new-password', both)).toBe('enough');
    room.clock.forward(1);
    expect(await ask(room, 'open-new-password', both)).toBe('old');
  });

  test('I4: one from more than a minute ahead, given before the clock was moved back, is old', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const app = await given(room, 'reset', 'authenticator-app', { at: room.clock.now() + minute });
    const near = await given(room, 'reset', 'text-message', { at: room.clock.now() + minute });
    const far = await given(room, 'reset', 'text-message', { at: room.clock.now() + minute + 1 });
    const proofIds = [app, near, far];
    expect(await ask(room, 'open-new-password', proofIds.slice(0, 2))).toBe('enough');
    expect(await ask(room, 'open-new-password', proofIds)).toBe('old');
    const request = { accountId: anna, proofIds, conversation: stackOf(anna), now: room.clock.now() };
    expect(await provedGates(room.store, request, room.policy)).toEqual({ gates: 2, proofs: proofIds.slice(0, 2) });
  });

  test('R23: once its method is gone or disabled it is nothing', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const both = [await given(room, 'reset', 'authenticator-app'), await given(room, 'reset', 'text-message')];
    const off = { ...room.policy, methods: { ...room.policy.methods, 'text-message': { enabled: false, most: 2 } } };
    expect(await ask(room, 'open-new-password', both, {}, off)).toBe('method');
    const document = await room.document();
    const write = (change: object) =>
      room.store.commit({
        put: {
          [keys.methods(anna)]: {
            ...document,
            methods: document.methods.map((each) => (each.id === 'planted-2' ? { ...each, ...change } : each)),
          },
        },
      });
    await write({ suspended: 'account-disabled' });
    expect(await ask(room, 'open-new-password', both)).toBe('method');
    await write({ countsFrom: room.clock.now() + 1 });
    expect(await ask(room, 'open-new-password', both)).toBe('method');
    await write({ kind: 'email' });
    expect(await ask(room, 'open-new-password', both)).toBe('method');
    await room.store.commit({
      put: { [keys.methods(anna)]: { ...document, methods: document.methods.filter(({ id }) => id !== 'planted-2') } },
    });
    expect(await ask(room, 'open-new-password', both)).toBe('method');
  });

  test('I4: a method added in a session proves nothing in it, whoever wrote the proof', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const document = await room.document();
    const session = sessionOf({ stack: stackOf(anna), session: 'f2' });
    const added = document.methods.map((each) =>
      each.id === 'planted-2' ? { ...each, addedSession: session, addedAt: room.clock.now() } : each,
    );
    await room.store.commit({ put: { [keys.methods(anna)]: { ...document, methods: added } } });
    const app = await given(room, 'reset', 'authenticator-app');
    expect(await ask(room, 'open-new-password', [app, await given(room, 'reset', 'text-message')])).toBe('method');
    expect(await ask(room, 'open-new-password', [app, await given(room, 'reset', 'text-message', { session: 'f5' })])).toBe('enough');
  });

  test('the rows it was judged on are told, so that an act can expect them', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const proofIds = [await given(room, 'reset', 'authenticator-app'), await given(room, 'reset', 'text-message')];
    const answer = await proofsSuffice(
      room.store,
      { accountId: anna, proofIds, act: 'open-new-password', conversation: stackOf(anna), now: room.clock.now() },
      room.policy,
    );
    if (!answer.ok) throw new Error(answer.reason);
    await dropLeftBehind(room.ports, anna, { proofs: proofIds });
    expect(await room.store.commit({ expect: answer.expect, put: { [keys.draft(anna, 'x')]: 1 } })).toMatchObject({
      ok: false,
      reason: 'conflict',
    });
  });
});

describe('I3, I4: step-up, and the present password in its place', () => {
  test('with nothing that counts for a step-up, the present password takes its place', async () => {
    const room = makeRoom();
    const proof = await password(room);
    expect(await ask(room, 'enrol', [proof])).toBe('enough');
    await room.plant([{ kind: 'email', to: alternate }]);
    expect(await ask(room, 'remove-method', [proof])).toBe('enough');
    expect(
      await firstProofApplies(room.store, { accountId: anna, stack: stackOf(anna), session: 'f2', now: room.clock.now() }, room.policy),
    ).toBe(true);
    expect(await ask(room, 'enrol', [])).toBe('not-enough');
    for (const act of ['open-new-password', 'unlock'] as const) expect(await ask(room, act, [proof])).toBe('not-enough');
  });

  test('I3: once another password was set, who proved the one before proved nothing; nor where nobody says when it was set', async () => {
    const room = makeRoom();
    await room.plant([{ kind: 'email', to: alternate }]);
    const proof = await password(room);
    for (const act of ['enrol', 'remove-method'] as const) {
      expect(await ask(room, act, [proof])).toBe('enough');
      for (const passwordSetAt of [start + minute, null]) expect(await ask(room, act, [proof], { passwordSetAt })).toBe('old');
    }
    const changed = { account: async () => accountOf(anna, { passwordSetAt: start + minute }) };
    expect(await room.remove({ method: 'planted-1', proofs: [proof] }, changed)).toEqual({ type: 'method.refused', reason: 'proofs' });
    const draft = taken(await room.draft('text-message', mobile));
    const texted = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await room.save({ draft, proofs: [proof, texted] }, changed)).toEqual({ type: 'method.refused', reason: 'proofs' });
    expect((await room.save({ draft, proofs: [proof, texted] })).type).toBe('method.stored');
  });

  test('with one that counts it does not, even while that waits or is disabled after wrong answers', async () => {
    const room = makeRoom();
    await room.plant(planted.slice(0, 1));
    const proof = await password(room);
    expect(await ask(room, 'enrol', [proof])).toBe('not-enough');
    expect(
      await firstProofApplies(room.store, { accountId: anna, stack: stackOf(anna), session: 'f2', now: room.clock.now() }, room.policy),
    ).toBe(false);
    const document = await room.document();
    for (const tries of [
      { wrong: 3, waitUntil: room.clock.now() + minute, reused: 0 },
      { wrong: 100, waitUntil: 0, reused: 0 },
    ]) {
      await room.store.commit({
        put: { [keys.methods(anna)]: { ...document, methods: document.methods.map((each) => ({ ...each, tries })) } },
      });
      expect(await ask(room, 'enrol', [proof])).toBe('not-enough');
    }
    // One that cools off cannot be asked for.
    await room.store.commit({
      put: {
        [keys.methods(anna)]: { ...document, methods: document.methods.map((each) => ({ ...each, countsFrom: room.clock.now() + 1 })) },
      },
    });
    expect(await ask(room, 'enrol', [proof])).toBe('enough');
  });

  test('where the policy asks for two gates and the account can give one, the password is asked beside it', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, stepUp: { gates: 2 } }) });
    await room.plant(planted.slice(0, 1));
    const app = await given(room, 'step-up', 'authenticator-app');
    const known = await password(room);
    expect(await ask(room, 'enrol', [app])).toBe('not-enough');
    expect(await ask(room, 'enrol', [known])).toBe('not-enough');
    expect(await ask(room, 'enrol', [app, known])).toBe('enough');
    await room.store.commit({ remove: [keys.methods(anna)] });
    await room.plant(planted);
    expect(await ask(room, 'enrol', [app, known])).toBe('not-enough');
    expect(await ask(room, 'enrol', [app, await given(room, 'step-up', 'text-message')])).toBe('enough');
  });
});

describe('how a requester is known (I13)', () => {
  const known = async (room: Room, proofIds: readonly string[]) =>
    provedGates(room.store, { accountId: anna, proofIds, conversation: stackOf(anna), now: room.clock.now() }, room.policy);

  test('I13: by as many gates as live proofs of independent groups were given, and by none that is not', async () => {
    const room = makeRoom();
    await room.plant(planted);
    const app = await given(room, 'reset', 'authenticator-app');
    const sms = await given(room, 'unlock', 'text-message');
    const again = await given(room, 'reset', 'text-message', { target: 'planted-4' });
    const useless = [
      await given(room, 'step-up', 'email'),
      await given(room, 'reset', 'email', { conversation: stackOf('somebody-else') }),
      await given(room, 'reset', 'email', { at: room.clock.now() - 15 * minute }),
      await password(room),
      'made-up',
    ];
    expect(await known(room, [])).toEqual({ gates: 0, proofs: [] });
    expect(await known(room, useless)).toEqual({ gates: 0, proofs: [] });
    expect(await known(room, [app, sms, again, ...useless])).toEqual({ gates: 2, proofs: [app, sms, again] });
  });
});
