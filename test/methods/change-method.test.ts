import { expect, test } from '@jest/globals';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import { placeHash } from '../../src/methods/place-hash.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, accountOf, alternate, anna, hour, makeRoom, minute, mobile, taken, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: alternate } as const;
const app = { kind: 'authenticator-app' } as const;
const newNumber = '+46701740606';

/** A draft of a new number in the place of a method, and the proof that it works. */
async function provedDraft(room: Room, replaces = 'planted-1', to = newNumber, kind: 'text-message' | 'email' = 'text-message') {
  const draft = taken(await room.draft(kind, to, {}, replaces));
  const works = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
  return { draft, works };
}

/** Suspends a stored method. */
async function switchOff(room: Room, id: string): Promise<void> {
  const document = await room.document();
  const methods = document.methods.map((each) => (each.id === id ? { ...each, suspended: 'account-disabled' } : each));
  await room.store.commit({ put: { [keys.methods(anna)]: { ...document, methods } } });
}

describeEngines('changing a number or address', (engine) => {
  const freshRoom = async (policy?: Parameters<typeof makeRoom>[0]) => makeRoom({ ...policy, store: (await engine.fresh()).store });

  test('the old one goes with the commit that stores the new: name and preference stay, the old proves nothing more', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    await room.name('planted-1', 'Jobb');
    await room.prefer('planted-1');
    const stepUp = await room.prove('planted-2', 'step-up');
    const byOld = await room.challenge({ method: 'planted-1' }, 'reset');
    const oldCode = room.lastCode();
    const { draft, works } = await provedDraft(room);
    const stored = await room.save({ draft, proofs: [stepUp, works] }, { id: 'the-act' });
    expect(stored).toEqual({ type: 'method.stored', method: 'the-act', label: '...06' });
    const { methods } = await room.read('reset');
    expect(methods).toMatchObject([{ id: 'the-act', label: '...06', name: 'Jobb', preferred: true }, { id: 'planted-2' }]);
    expect(await room.check(byOld, oldCode)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect(await room.audit()).toContainEqual(
      expect.objectContaining({ act: 'methods.change', verdict: 'allowed', reason: 'text-message' }),
    );
  });

  test('the claim moves with it: the old number is free, the new one is held', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    await room.save({ draft, proofs: [stepUp, works] }, { id: 'the-act' });
    expect(await room.row(keys.placeClaims(placeHash(room.seals, mobile)))).toBeNull();
    expect(await room.row(keys.placeClaims(placeHash(room.seals, newNumber)))).toEqual({ accounts: [anna] });
  });

  test('run again it is done once, and what was left of it is done', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    const params = { draft, proofs: [stepUp, works] };
    await room.save(params, { id: 'the-act' });
    // As if the process had died between the commit and the claim.
    await room.store.commit({ put: { [keys.placeClaims(placeHash(room.seals, mobile))]: { accounts: [anna] } } });
    expect(await room.save(params, { id: 'the-act' })).toMatchObject({ type: 'method.stored' });
    expect(await room.row(keys.placeClaims(placeHash(room.seals, mobile)))).toBeNull();
    expect((await room.document()).methods).toHaveLength(2);
    expect((await room.audit()).filter(({ act }) => act === 'methods.change')).toHaveLength(1);
  });

  test('it works where the account has as many as it may', async () => {
    const room = await freshRoom();
    await room.plant([text, { kind: 'text-message', to: '+46701740607' }, mail, app]);
    expect(await room.draft('text-message', newNumber)).toEqual({ type: 'draft.rejected', reason: 'full' });
    const stepUp = await room.prove('planted-4', 'step-up');
    const number = await provedDraft(room);
    expect(await room.save({ draft: number.draft, proofs: [stepUp, number.works] })).toMatchObject({ type: 'method.stored' });
    const address = await provedDraft(room, 'planted-3', 'anna.ny@example.org', 'email');
    expect(await room.save({ draft: address.draft, proofs: [stepUp, address.works] })).toMatchObject({ type: 'method.stored' });
    expect((await room.document()).methods.map(({ label }) => label).sort()).toEqual(['...06', '...07', 'Fjällbyn AB', 'a...@example.org']);
  });

  test('the same number is registered already, unless it was switched off', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    expect(await room.draft('text-message', mobile, {}, 'planted-1')).toEqual({ type: 'draft.rejected', reason: 'already-yours' });
    await switchOff(room, 'planted-1');
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room, 'planted-1', mobile);
    expect(await room.save({ draft, proofs: [stepUp, works] }, { id: 'the-act' })).toMatchObject({ type: 'method.stored' });
    expect((await room.document()).methods).toMatchObject([{ id: 'planted-2' }, { id: 'the-act', suspended: null }]);
    // It stands on the same number still.
    expect(await room.row(keys.placeClaims(placeHash(room.seals, mobile)))).toEqual({ accounts: [anna] });
  });

  test('another number of the account is no new one', async () => {
    const room = await freshRoom();
    await room.plant([text, { kind: 'text-message', to: newNumber }]);
    expect(await room.draft('text-message', newNumber, {}, 'planted-1')).toEqual({ type: 'draft.rejected', reason: 'already-yours' });
  });

  test('I5: what was changed cools off; I4: in this session it proves nothing', async () => {
    const room = await freshRoom({ policy: (policy) => ({ ...policy, cooling: { hours: 24, firstRegistration: false } }) });
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    await room.save({ draft, proofs: [stepUp, works] }, { id: 'the-act' });
    const standing = async (session: string) => (await room.read('reset', { session })).methods.find(({ id }) => id === 'the-act');
    expect(await standing('f2')).toMatchObject({ usable: 'this-session' });
    expect(await standing('f9')).toMatchObject({ usable: 'cooling', countsFrom: room.clock.now() + 24 * hour });
    expect(await room.send({ method: 'the-act' }, 'step-up', { session: 'f9' })).toMatchObject({ reason: 'cooling' });
  });

  test('I4: it takes a step-up; and the last usable one is changed on a proof that carried nothing else', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    const { draft, works } = await provedDraft(room);
    expect(await room.save({ draft, proofs: [works] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    const stepUp = await room.prove('planted-1', 'step-up');
    const address = taken(await room.draft('email', alternate));
    const reads = accepted(await room.check(await room.challenge({ draft: address }, 'register'), room.lastCode()));
    await room.save({ draft: address, proofs: [stepUp, reads] });
    expect(await room.save({ draft, proofs: [stepUp, works] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    room.clock.forward(minute);
    const anew = await room.prove('planted-1', 'step-up');
    expect(await room.save({ draft, proofs: [anew, works] })).toMatchObject({ type: 'method.stored' });
  });

  test('I19: everybody is told, the old number one last time', async () => {
    const room = await freshRoom();
    await room.plant([text, app, mail]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    await room.save({ draft, proofs: [stepUp, works] }, { id: 'the-act' });
    const told = new Map<string, string>();
    for (const n of [1, 2, 3, 4, 5]) {
      const key = keys.outbox(partitionOf(anna), `the-act-${n}`);
      const row = await room.row(key);
      const what = row === null ? null : openOwed(room.seals, key, readOutboxRow(row));
      if (what !== null && 'parcel' in what) told.set(what.parcel.to, what.parcel.text);
    }
    expect([...told.keys()].sort()).toEqual([mobile, newNumber, alternate, 'anna.berg@fjallbyn.example'].sort());
    expect(told.get(mobile)).toContain('byttes');
    for (const words of told.values()) {
      expect(words).not.toContain(newNumber);
      expect(words).not.toContain(mobile);
    }
  });

  test('what it was to replace went in the meantime: nothing is stored', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    await room.remove({ method: 'planted-1', proofs: [stepUp] });
    expect(await room.save({ draft, proofs: [stepUp, works] })).toEqual({ type: 'method.refused', reason: 'gone' });
    expect(await room.draft('text-message', newNumber, {}, 'planted-1')).toEqual({ type: 'draft.rejected', reason: 'gone' });
    expect(await room.draft('text-message', newNumber, {}, 'planted-2')).toEqual({ type: 'draft.rejected', reason: 'gone' });
    expect(await room.row(keys.placeClaims(placeHash(room.seals, newNumber)))).toBeNull();
  });

  test('I9: nothing is changed for an account that may not register now', async () => {
    const room = await freshRoom({ mayRegister: () => false });
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    expect(await room.save({ draft, proofs: [stepUp, works] })).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    const gone = { account: () => Promise.resolve(accountOf(anna, { enabled: false })) };
    expect(await room.draft('text-message', newNumber, gone, 'planted-1')).toEqual({ type: 'draft.rejected', reason: 'full' });
    expect((await room.document()).methods).toMatchObject([{ id: 'planted-1' }, { id: 'planted-2' }]);
  });

  test('of fifty changes at once exactly one takes the place', async () => {
    const room = await freshRoom();
    await room.plant([text, app]);
    const stepUp = await room.prove('planted-2', 'step-up');
    const { draft, works } = await provedDraft(room);
    const results = await Promise.all(Array.from({ length: 50 }, () => room.save({ draft, proofs: [stepUp, works] })));
    expect(results.filter(({ type }) => type === 'method.stored')).toHaveLength(1);
    expect((await room.document()).methods).toHaveLength(2);
    expect(await room.row(keys.placeClaims(placeHash(room.seals, newNumber)))).toEqual({ accounts: [anna] });
  });
});

test('a code travels to no app: none is changed in its place', async () => {
  const room = makeRoom();
  await room.plant([app]);
  expect(await room.draft('authenticator-app', undefined, {}, 'planted-1')).toEqual({ type: 'draft.rejected', reason: 'gone' });
});
