import { describe, expect, test } from '@jest/globals';
import { startCodeProof } from '../../src/methods/proof-record.ts';
import { presentPasswordProof } from '../../src/methods/proofs.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import { openDraftSeed } from '../../src/methods/draft-method.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { accepted, accountOf, alternate, anna, hour, makeRoom, minute, mobile, stackOf, start, taken, totp, type Room } from './room.ts';

type Change = NonNullable<Parameters<Room['act']>[0]>;

/** I3's proof, as the page writes it. */
async function password(room: Room, change: Change = {}, id = 'password-proof'): Promise<string> {
  const accountId = change.accountId ?? anna;
  const { parts } = presentPasswordProof({
    id,
    accountId,
    conversation: stackOf(accountId),
    session: change.session ?? 'f2',
    passwordSetAt: start,
    now: room.clock.now(),
  });
  await room.store.commit(parts);
  return id;
}

/** A number that was typed and proved. */
async function provedNumber(room: Room, number: string, change: Change = {}): Promise<{ draft: string; proof: string }> {
  const draft = taken(await room.draft('text-message', number, change));
  const challenge = await room.challenge({ draft }, 'register', change);
  return { draft, proof: accepted(await room.check(challenge, room.lastCode(), change)) };
}

/** Registers a number on these proofs. */
async function register(room: Room, number: string, proofs: readonly string[], change: Change = {}) {
  const { draft, proof } = await provedNumber(room, number, change);
  return room.save({ draft, proofs: [...proofs, proof] }, change);
}

/** What the outbox owes for an act, opened. */
async function owed(room: Room, act: string): Promise<string[]> {
  const found = [];
  for (let n = 1; ; n += 1) {
    const key = keys.outbox(partitionOf(anna), `${act}-${n}`);
    const row = await room.row(key);
    if (row === null) return found.sort();
    const what = openOwed(room.seals, key, readOutboxRow(row));
    found.push('parcel' in what ? `${what.parcel.kind} ${what.parcel.to}` : what.kind);
  }
}

const withCooling = (hours: number, firstRegistration: boolean) => ({
  policy: (policy: Room['policy']) => ({ ...policy, cooling: { hours, firstRegistration } }),
});

describe('storing a method', () => {
  test('I3, I4, R4: a first registration goes on the present password, several methods on one proof, and the code that registered an app is used up', async () => {
    const room = makeRoom();
    const first = await password(room);
    expect(await register(room, mobile, [first])).toMatchObject({ type: 'method.stored', label: '...05' });
    const draft = taken(await room.draft('authenticator-app'));
    const seed = await openDraftSeed(room.ports, anna, 'anna', draft, room.clock.now());
    const proof = accepted(await room.check(await room.challenge({ draft }, 'register'), totp(seed?.secret ?? '', room.clock.now())));
    expect(await room.save({ draft, proofs: [first, proof] })).toMatchObject({ type: 'method.stored', label: 'Fjällbyn AB' });
    expect((await room.read('reset')).methods.map(({ kind, usable }) => `${kind} ${usable}`)).toEqual([
      'text-message this-session',
      'authenticator-app this-session',
    ]);
    expect((await room.read('reset', { session: 'f9' })).finish).toEqual({ enough: true, wouldDo: [] });
    const challenge = await room.challenge({ method: (await room.document()).methods[1]?.id ?? '' }, 'reset', { session: 'f9' });
    expect(await room.check(challenge, await room.appCode())).toMatchObject({ reason: 'used' });
  });

  test('I1, I3, I4: the register proof alone stores nothing, nor does another draft\u2019s, nor one after fifteen minutes', async () => {
    const room = makeRoom();
    const first = await password(room);
    const { draft, proof } = await provedNumber(room, mobile);
    const refused = { type: 'method.refused', reason: 'proofs' };
    expect(await room.save({ draft, proofs: [proof] })).toEqual(refused);
    expect(await room.save({ draft, proofs: [first] })).toEqual(refused);
    const other = await provedNumber(room, '+46701740606');
    expect(await room.save({ draft, proofs: [first, other.proof] })).toEqual(refused);
    room.clock.forward(15 * minute);
    expect(await room.save({ draft, proofs: [first, proof] })).toEqual(refused);
    expect((await room.document()).methods).toEqual([]);
  });

  test('I3: once something is registered the present password is not enough', async () => {
    const room = makeRoom();
    await room.plant([{ kind: 'text-message', to: mobile }]);
    const first = await password(room);
    expect(await register(room, '+46701740606', [first])).toEqual({ type: 'method.refused', reason: 'proofs' });
    const stepUp = await room.prove('planted-1', 'step-up');
    expect(await register(room, '+46701740606', [stepUp])).toMatchObject({ type: 'method.stored' });
  });

  test('run again it is stored once and told once', async () => {
    const room = makeRoom();
    const first = await password(room);
    const { draft, proof } = await provedNumber(room, mobile);
    const results = await Promise.all([1, 2, 3].map(() => room.save({ draft, proofs: [first, proof] }, { id: 'the-act' })));
    expect(results).toEqual(results.map(() => ({ type: 'method.stored', method: 'the-act', label: '...05' })));
    expect((await room.document()).methods).toHaveLength(1);
    expect((await room.audit()).filter(({ act }) => act === 'methods.store')).toHaveLength(1);
    expect(await room.row(keys.draft(anna, draft))).toBeNull();
    expect(await room.row(keys.proof(anna, proof))).toBeNull();
    expect(await room.save({ draft, proofs: [first, proof] })).toEqual({ type: 'method.refused', reason: 'gone' });
  });

  test('I19: the notice is owed in the same commit, to the work mailbox and every number and address', async () => {
    const room = makeRoom();
    await room.plant([
      { kind: 'text-message', to: mobile },
      { kind: 'email', to: alternate },
    ]);
    const stepUp = await room.prove('planted-1', 'step-up');
    await register(room, '+46701740606', [stepUp], { id: 'the-act' });
    expect(await owed(room, 'the-act')).toEqual(
      ['mail anna.berg@example.org', 'mail anna.berg@fjallbyn.example', `sms ${mobile}`, 'sms +46701740606'].sort(),
    );
  });

  test('who may not register, or is disabled or gone, stores nothing', async () => {
    let may = true;
    const room = makeRoom({ mayRegister: () => may });
    const first = await password(room);
    const { draft, proof } = await provedNumber(room, mobile);
    const save = (change: Change) => room.save({ draft, proofs: [first, proof] }, change);
    const refused = { type: 'method.refused', reason: 'not-eligible' };
    expect(await save({ account: () => Promise.resolve(null) })).toEqual(refused);
    expect(await save({ account: () => Promise.resolve(accountOf(anna, { enabled: false })) })).toEqual(refused);
    may = false;
    expect(await save({})).toEqual(refused);
    may = true;
    expect(await save({ stack: keys.stack('elsewhere', anna) })).toEqual({ type: 'method.refused', reason: 'gone' });
    expect((await save({})).type).toBe('method.stored');
  });

  test('there is room for as many as the policy says, also for drafts made before', async () => {
    const room = makeRoom({
      policy: (policy) => ({ ...policy, methods: { ...policy.methods, 'text-message': { enabled: true, most: 1 } } }),
    });
    const first = await password(room);
    const one = await provedNumber(room, mobile);
    const two = await provedNumber(room, '+46701740606');
    const saved = await Promise.all([one, two].map(({ draft, proof }) => room.save({ draft, proofs: [first, proof] })));
    expect(saved.map(({ type }) => type).sort()).toEqual(['method.refused', 'method.stored']);
    expect((await room.document()).methods).toHaveLength(1);
  });

  test('one number is stored for as many accounts as the policy says, however many ask at once', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, sendsPerNumberIn10Minutes: 10 } }) });
    const asked = [];
    for (let n = 0; n < 6; n += 1) {
      const change = { accountId: `account-${n}` };
      const first = await password(room, change);
      const { draft, proof } = await provedNumber(room, mobile, change);
      asked.push(() => room.save({ draft, proofs: [first, proof] }, change));
    }
    const results = await Promise.all(asked.map((save) => save()));
    expect(results.filter(({ type }) => type === 'method.stored')).toHaveLength(2);
    expect(results.filter((result) => result.type === 'method.refused' && result.reason === 'in-use')).toHaveLength(4);
  });

  test('I11: that a number serves as many accounts as it may is told once the code sent there was right', async () => {
    const room = makeRoom();
    for (const account of ['account-2', 'account-3']) await room.plant([{ kind: 'text-message', to: mobile }], account);
    expect(await register(room, mobile, [await password(room)])).toEqual({ type: 'method.refused', reason: 'in-use' });
    expect((await room.audit()).at(-1)).toMatchObject({ act: 'methods.store', verdict: 'refused', reason: 'in-use' });
  });

  test('accounts that were counted under an older key still count, and are given back where they stand', async () => {
    const before = makeRoom({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, accountsPerNumber: 1 } }) });
    await before.plant([{ kind: 'text-message', to: mobile }, { kind: 'authenticator-app' }]);
    const sealKey = (name: string, byte: number) => ({ name, bytes: Buffer.alloc(32, byte) });
    const rotated = makeRoom({
      store: before.store,
      clock: before.clock,
      sealKeys: [sealKey('k2', 9), sealKey('k1', 7)],
      policy: () => before.policy,
    });
    const other = { accountId: 'account-2' };
    const first = await password(rotated, other);
    expect(await register(rotated, mobile, [first], other)).toEqual({ type: 'method.refused', reason: 'in-use' });
    const proof = await rotated.prove('planted-2', 'step-up');
    expect(await rotated.remove({ method: 'planted-1', proofs: [proof] })).toEqual({ type: 'method.removed' });
    expect((await register(rotated, mobile, [first], other)).type).toBe('method.stored');
  });
});

describe('I5: cooling off', () => {
  const countsFrom = async (room: Room): Promise<number> => ((await room.document()).methods.at(-1)?.countsFrom ?? 0) - room.clock.now();

  test('a method added on one gate cools off; on two gates that were there before it does not', async () => {
    const room = makeRoom(withCooling(24, false));
    await room.plant([{ kind: 'text-message', to: mobile }, { kind: 'authenticator-app' }]);
    const byText = await room.prove('planted-1', 'step-up');
    await room.draft('authenticator-app');
    const app = taken(await room.draft('email', alternate));
    const proof = accepted(await room.check(await room.challenge({ draft: app }, 'register'), room.lastCode()));
    await room.save({ draft: app, proofs: [byText, proof] });
    expect(await countsFrom(room)).toBe(24 * hour);
    const byApp = await room.prove('planted-2', 'step-up');
    await register(room, '+46701740606', [byText, byApp]);
    expect(await countsFrom(room)).toBe(0);
  });

  test.each([
    [true, 24 * hour],
    [false, 0],
  ])('the methods of a first registration cool off only where the policy says so (%s)', async (firstRegistration, cools) => {
    const room = makeRoom(withCooling(24, firstRegistration));
    await register(room, mobile, [await password(room)]);
    expect(await countsFrom(room)).toBe(cools);
  });

  test('removing everything and starting over is no first registration', async () => {
    const room = makeRoom(withCooling(24, false));
    await register(room, mobile, [await password(room)], { id: 'first' });
    const stepUp = await room.prove('first', 'step-up', { session: 'f4' });
    expect(await room.remove({ method: 'first', proofs: [stepUp] }, { session: 'f4' })).toEqual({ type: 'method.removed' });
    await register(room, '+46701740606', [await password(room, { session: 'f6' }, 'again')], { session: 'f6' });
    expect(await countsFrom(room)).toBe(24 * hour);
    expect((await room.read('reset', { session: 'f8' })).methods).toMatchObject([
      { usable: 'cooling', until: room.clock.now() + 24 * hour },
    ]);
  });

  test('nor is a second method in a later session', async () => {
    const room = makeRoom(withCooling(24, false));
    await room.plant([{ kind: 'text-message', to: mobile }]);
    const stepUp = await room.prove('planted-1', 'step-up');
    await register(room, '+46701740606', [stepUp]);
    const draft = taken(await room.draft('email', alternate));
    const proof = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    await room.save({ draft, proofs: [stepUp, proof] });
    expect(await countsFrom(room)).toBe(24 * hour);
  });

  test.each([true, false])(
    'a start code lets it count at once, for a first registration too where the policy has those cool off (first: %s)',
    async (isFirst) => {
      const room = makeRoom(withCooling(24, true));
      if (!isFirst) await room.plant([{ kind: 'authenticator-app' }]);
      const act = { accountId: anna, stack: stackOf(anna), session: 'f2', now: room.clock.now() };
      await room.store.commit(startCodeProof({ id: 'code-proof', opens: 'registration', act }));
      expect(await register(room, mobile, ['code-proof'])).toMatchObject({ type: 'method.stored' });
      expect(await countsFrom(room)).toBe(0);
      expect((await room.send({ method: (await room.document()).methods.at(-1)?.id ?? '' }, 'reset', { session: 'f4' })).type).toBe(
        'challenge.sent',
      );
    },
  );

  test('I4, I5: what cools off is refused, with the time', async () => {
    const room = makeRoom(withCooling(24, true));
    await register(room, mobile, [await password(room)], { id: 'first' });
    const until = room.clock.now() + 24 * hour;
    expect(await room.send({ method: 'first' }, 'reset', { session: 'f4' })).toEqual({
      type: 'challenge.refused',
      reason: 'cooling',
      until,
    });
    expect(await room.send({ method: 'first' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    room.clock.forward(24 * hour);
    expect((await room.send({ method: 'first' }, 'reset', { session: 'f4' })).type).toBe('challenge.sent');
  });
});
