import { describe, expect, test } from '@jest/globals';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import { openDraftSecret, readDraft } from '../../src/methods/draft-record.ts';
import { openSecret } from '../../src/methods/method-record.ts';
import { methodSummary, registeredPlaces, wholeNumbers } from '../../src/methods/summary.ts';
import { newRecoveryCode, readRecoveryCode, recoveryCodes } from '../../src/methods/recovery-codes.ts';
import { confirmDraftCodes, openDraftCodes } from '../../src/methods/recovery-codes-page.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, accountOf, anna, day, hour, makeRoom, minute, mobile, seeded, stackOf, start, taken, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const wrong = '0000-0000-0000-0000';

/** The codes of a new draft, as its page shows them, and their confirmation. */
async function confirmed(room: Room, accountId = anna): Promise<{ draft: string; proof: string; codes: readonly string[] }> {
  const draft = taken(await room.draft('recovery-codes', undefined, { accountId }));
  const codes = (await openDraftCodes(room.ports, accountId, draft, room.clock.now())) ?? [];
  const { id, session, stack, now } = room.act({ accountId });
  const done = await confirmDraftCodes(room.ports, { id, accountId, draft, conversation: stack, session, now });
  if (done === null) throw new Error('not confirmed');
  await room.store.commit({ ...done.parts, expect: done.expect });
  return { draft, proof: done.proof, codes };
}

/** Registers a set after a step-up by text message. */
async function registered(room: Room, accountId = anna): Promise<{ method: string; codes: readonly string[] }> {
  const { methods } = await room.document(accountId);
  if (methods.length === 0) await room.plant([text], accountId);
  const stepUp = await room.prove('planted-1', 'step-up', { accountId });
  const { draft, proof, codes } = await confirmed(room, accountId);
  const stored = await room.save({ draft, proofs: [stepUp, proof] }, { accountId });
  if (stored.type !== 'method.stored') throw new Error(`not stored: ${JSON.stringify(stored)}`);
  return { method: stored.method, codes };
}

/** What an act owes to tell, opened: to whom and with which words. */
async function noticesOf(room: Room, act: string): Promise<readonly string[]> {
  const told: string[] = [];
  for (let n = 1; ; n += 1) {
    const key = keys.outbox(partitionOf(anna), `${act}-${n}`);
    const row = await room.row(key);
    if (row === null) return told;
    const owed = openOwed(room.seals, key, readOutboxRow(row));
    if ('parcel' in owed)
      told.push(`${owed.parcel.kind} ${owed.parcel.to}: ${owed.parcel.kind === 'mail' ? owed.parcel.subject : ''} ${owed.parcel.text}`);
  }
}

/** Another session than the one that registered. */
const later = { session: 'f3' };

describe('what a code is', () => {
  test('R18: ten codes of 80 random bits, each another', async () => {
    const room = makeRoom();
    const { codes } = await confirmed(room);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    // Every sign comes up, so that each carries its five bits.
    const signs = new Set(Array.from({ length: 60 }, (_, n) => newRecoveryCode(seeded(`code ${n}`))).join(''));
    expect(signs.size).toBe(32);
  });

  test.each([
    ['as it was given', '7K3M-Q9XZ-0B2D-1H5T'],
    ['in small letters, with spaces', ' 7k3m q9xz 0b2d 1h5t '],
    ['in one', '7k3mq9xz0b2d1h5t'],
    ['with O for 0, I and L for 1', '7k3m-q9xz-ob2d-lh5t'],
    ['full-width', '７Ｋ３Ｍ－Ｑ９ＸＺ－０Ｂ２Ｄ－１Ｈ５Ｔ'],
    ['with dashes that a word processor made', '7K3M–Q9XZ—0B2D‑IH5T'],
  ])('is understood %s', (_, typed) => {
    expect(readRecoveryCode(typed)).toBe('7K3MQ9XZ0B2D1H5T');
  });

  test.each([
    '',
    '123456',
    '7K3M-Q9XZ-0B2D-1H5',
    '7K3M-Q9XZ-0B2D-1H5T-7',
    '7K3M-Q9XZ-0B2D-1H5U',
    'återställ mitt lösenord',
    '7'.repeat(100_000),
  ])('is not %#', (typed) => {
    expect(readRecoveryCode(typed)).toBeNull();
  });
});

describe('shown once', () => {
  test('until it is confirmed, the page shows the same codes; afterwards nobody sees them again', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('recovery-codes'));
    const shown = await openDraftCodes(room.ports, anna, draft, room.clock.now());
    expect(await openDraftCodes(room.ports, anna, draft, room.clock.now())).toEqual(shown);
    expect(await openDraftCodes(room.ports, 'somebody-else', draft, room.clock.now())).toBeNull();
    const { draft: second, codes } = await confirmed(room);
    expect(codes).not.toEqual(shown);
    expect(await openDraftCodes(room.ports, anna, second, room.clock.now())).toBeNull();
  });

  test('ten minutes, confirmed or not: then the codes are gone', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('recovery-codes'));
    room.clock.forward(10 * minute);
    expect(await openDraftCodes(room.ports, anna, draft, room.clock.now())).toBeNull();
    const asked = { id: 'p', accountId: anna, draft, conversation: stackOf(anna), session: 'f2', now: room.clock.now() };
    expect(await confirmDraftCodes(room.ports, asked)).toBeNull();
  });

  test('another conversation, and a draft of another kind, confirm nothing', async () => {
    const room = makeRoom();
    const draft = taken(await room.draft('recovery-codes'));
    const asked = { id: 'p', accountId: anna, draft, session: 'f2', now: room.clock.now() };
    expect(await confirmDraftCodes(room.ports, { ...asked, conversation: 'p00/stack/elsewhere' })).toBeNull();
    const app = taken(await room.draft('authenticator-app'));
    expect(await confirmDraftCodes(room.ports, { ...asked, draft: app, conversation: stackOf(anna) })).toBeNull();
    expect(await openDraftCodes(room.ports, anna, app, room.clock.now())).toBeNull();
  });

  test('what was not confirmed is neither asked for in the chat nor stored', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const stepUp = await room.prove('planted-1', 'step-up');
    const draft = taken(await room.draft('recovery-codes'));
    expect(await room.send({ draft }, 'register')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(await room.save({ draft, proofs: [stepUp] })).toEqual({ type: 'method.refused', reason: 'proofs' });
    const { proof } = await confirmed(room);
    expect(await room.save({ draft, proofs: [stepUp, proof] })).toEqual({ type: 'method.refused', reason: 'proofs' });
  });

  test('R19: confirmed, but without a step-up: refused', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const { draft, proof } = await confirmed(room);
    expect(await room.save({ draft, proofs: [proof] })).toEqual({ type: 'method.refused', reason: 'proofs' });
  });

  test('R18: kept are keyed hashes: no code stands in the store, sealed or not', async () => {
    const room = makeRoom();
    const { draft, codes } = await confirmed(room);
    const kept = readDraft(await room.row(keys.draft(anna, draft)), room.clock.now());
    const own = await registered(room);
    const [, method] = (await room.document()).methods;
    const open = [kept === null ? 'none' : openDraftSecret(room.seals, anna, kept), method ? openSecret(room.seals, anna, method) : 'none'];
    for (const code of [...codes, ...own.codes]) for (const each of open) expect(each).not.toContain(code.replaceAll('-', ''));
    expect(open.map((each) => (JSON.parse(each) as { shown: unknown }).shown)).toEqual([null, null]);
  });

  test('codes are no place: nothing is sent to them, and no administrator sees them', async () => {
    const room = makeRoom();
    await registered(room);
    expect(await registeredPlaces(room.store, room.seals, anna)).toEqual([{ kind: 'sms', to: mobile }]);
    expect((await wholeNumbers(room.store, room.seals, anna)).map(({ kind }) => kind)).toEqual(['text-message']);
  });
});

describe('used as a gate', () => {
  test('R18: each works once, for reset, unlock and step-up alike; used again it is told so, twice free, then a try', async () => {
    const room = makeRoom();
    const { method, codes } = await registered(room);
    for (const [n, purpose] of (['reset', 'unlock', 'step-up'] as const).entries()) {
      const result = await room.check(await room.challenge({ method }, purpose, later), codes[n] ?? '', later);
      expect(result).toMatchObject({ type: 'answer.accepted', kind: 'recovery-codes', left: 9 - n });
    }
    const again = await room.challenge({ method }, 'unlock', later);
    const told = [];
    for (let n = 0; n < 3; n += 1) told.push(await room.check(again, codes[0]?.toLowerCase() ?? '', later));
    expect(told.map((each) => (each.type === 'answer.rejected' ? `${each.reason} ${each.triesLeft}` : each.type))).toEqual([
      'used 3',
      'used 3',
      'used 2',
    ]);
    expect((await room.read('reset')).methods.find(({ kind }) => kind === 'recovery-codes')).toMatchObject({ label: '7/10' });
    expect(room.parcels.filter(({ kind }) => kind === 'sms')).toHaveLength(1);
  });

  test('I6: three wrong ones are a failure, which waits; a right one then is not even weighed', async () => {
    const room = makeRoom();
    const { method, codes } = await registered(room);
    const challenge = await room.challenge({ method }, 'reset', later);
    const results = [];
    for (let n = 0; n < 3; n += 1) results.push(await room.check(challenge, wrong, later));
    expect(results.map(({ type }) => type)).toEqual(['answer.rejected', 'answer.rejected', 'answer.exhausted']);
    expect(await room.check(challenge, codes[0] ?? '', later)).toMatchObject({ type: 'answer.exhausted', scope: 'method' });
    expect(await room.send({ method }, 'reset', later)).toMatchObject({ type: 'challenge.refused', reason: 'pace' });
    room.clock.forward(minute);
    accepted(await room.check(await room.challenge({ method }, 'reset', later), codes[0] ?? '', later));
  });

  test('six digits are no recovery code, and cost no try', async () => {
    const room = makeRoom();
    const { method } = await registered(room);
    const challenge = await room.challenge({ method }, 'reset', later);
    expect(await room.check(challenge, '123456', later)).toMatchObject({ reason: 'form', triesLeft: 3 });
  });

  test("R7: another account's code, another conversation and an expired challenge are refused", async () => {
    const room = makeRoom();
    const { method, codes } = await registered(room);
    const other = await registered(room, 'account-2');
    const challenge = await room.challenge({ method }, 'reset', later);
    expect(await room.check(challenge, other.codes[0] ?? '', later)).toMatchObject({ reason: 'wrong' });
    expect(await room.check(challenge, codes[0] ?? '', { ...later, stack: 'p00/stack/elsewhere' })).toMatchObject({ reason: 'expired' });
    expect(await room.check(challenge, other.codes[0] ?? '', { ...later, accountId: 'account-2' })).toMatchObject({ reason: 'expired' });
    room.clock.forward(15 * minute);
    expect(await room.check(challenge, codes[0] ?? '', later)).toMatchObject({ reason: 'expired' });
  });

  test('R7: a proof for one purpose is worthless for another', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, gates: 1 } }) });
    const { method, codes } = await registered(room);
    const proof = accepted(await room.check(await room.challenge({ method }, 'unlock', later), codes[0] ?? '', later));
    const asked = { accountId: anna, proofIds: [proof], conversation: stackOf(anna), now: room.clock.now() };
    expect(await proofsSuffice(room.store, { ...asked, act: 'unlock' }, room.policy)).toMatchObject({ ok: true });
    expect(await proofsSuffice(room.store, { ...asked, act: 'open-new-password' }, room.policy)).toEqual({
      ok: false,
      reason: 'not-enough',
    });
    expect(await proofsSuffice(room.store, { ...asked, act: 'remove-method' }, room.policy)).toEqual({ ok: false, reason: 'not-enough' });
  });

  test('an attempt brought again gets its verdict again, and spends nothing more', async () => {
    const room = makeRoom();
    const { method, codes } = await registered(room);
    const challenge = await room.challenge({ method }, 'reset', later);
    const first = await room.check(challenge, codes[0] ?? '', { ...later, id: 'the-attempt' });
    expect(await room.check(challenge, codes[0] ?? '', { ...later, id: 'the-attempt' })).toEqual(first);
    expect((await room.document()).methods[1]).toMatchObject({ left: 9, label: '9/10' });
  });

  test('I4: in the session it was registered in it proves nothing', async () => {
    const room = makeRoom();
    const { method } = await registered(room);
    expect(await room.send({ method }, 'step-up')).toEqual({ type: 'challenge.failed', reason: 'gone' });
  });

  test('I5: a new set cools off', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, cooling: { hours: 24, firstRegistration: false } }) });
    const { method, codes } = await registered(room);
    expect(await room.send({ method }, 'reset', later)).toEqual({
      type: 'challenge.refused',
      reason: 'cooling',
      until: start + day,
    });
    room.clock.forward(24 * hour);
    accepted(await room.check(await room.challenge({ method }, 'reset', later), codes[0] ?? '', later));
  });

  test('the last code still proves; then none is left, and the set helps nobody and stands in nobody’s way', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, gates: 1 } }) });
    const { method, codes } = await registered(room);
    let proof = '';
    for (const code of codes) proof = accepted(await room.check(await room.challenge({ method }, 'reset', later), code, later));
    const asked = { accountId: anna, proofIds: [proof], act: 'open-new-password', conversation: stackOf(anna), now: start } as const;
    expect(await proofsSuffice(room.store, asked, room.policy)).toMatchObject({ ok: true });
    expect(await room.send({ method }, 'reset', later)).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect((await methodSummary(room, anna, start)).counting.map(({ kind }) => kind)).toEqual(['text-message']);
    const { methods, addable } = await room.read('reset', later);
    expect(methods.find(({ id }) => id === method)?.usable).toBe('used-up');
    expect(addable).toContainEqual({ kind: 'recovery-codes', room: 1 });
  });
});

describe('one set', () => {
  test('R18, R22, I19: made anew it is replaced whole, and everybody is told; the old codes are over', async () => {
    const room = makeRoom();
    const first = await registered(room);
    const second = await registered(room);
    const kinds = (await room.document()).methods.map(({ kind }) => kind);
    expect(kinds).toEqual(['text-message', 'recovery-codes']);
    expect(await room.send({ method: first.method }, 'reset', later)).toEqual({ type: 'challenge.failed', reason: 'gone' });
    const challenge = await room.challenge({ method: second.method }, 'reset', later);
    expect(await room.check(challenge, first.codes[0] ?? '', later)).toMatchObject({ reason: 'wrong' });
    accepted(await room.check(challenge, second.codes[0] ?? '', later));
    for (const each of await noticesOf(room, first.method)) expect(each).toMatch(/la(gts|des) till/);
    const told = await noticesOf(room, second.method);
    expect(told.map((each) => each.slice(0, each.indexOf(':')))).toEqual(['mail anna.berg@fjallbyn.example', `sms ${mobile}`]);
    for (const each of told) expect(each).toMatch(/återställningskoder.* gjor/s);
    expect((await room.audit()).filter(({ act, verdict }) => act === 'methods.store' && verdict === 'allowed')).toHaveLength(2);
  });

  test('a proof by a code of the set before is worth nothing for the new one', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, gates: 1 } }) });
    const { method, codes } = await registered(room);
    const proof = accepted(await room.check(await room.challenge({ method }, 'reset', later), codes[0] ?? '', later));
    await registered(room);
    const asked = { accountId: anna, proofIds: [proof], act: 'open-new-password', conversation: stackOf(anna), now: start } as const;
    expect(await proofsSuffice(room.store, asked, room.policy)).toEqual({ ok: false, reason: 'method' });
  });

  test('removed: its codes are over, and it is told', async () => {
    const room = makeRoom();
    const { method, codes } = await registered(room);
    const challenge = await room.challenge({ method }, 'reset', later);
    const stepUp = await room.prove('planted-1', 'step-up');
    expect(await room.remove({ method, proofs: [stepUp] }, { id: 'the-removal' })).toEqual({ type: 'method.removed' });
    expect(await room.check(challenge, codes[0] ?? '', later)).toMatchObject({ reason: 'expired' });
    const told = await noticesOf(room, 'the-removal');
    expect(told).toHaveLength(2);
    for (const each of told) expect(each).toContain('återställningskoder');
  });

  test('where the policy does not allow them: neither made nor used', async () => {
    const off = makeRoom({
      policy: (policy) => ({ ...policy, methods: { ...policy.methods, 'recovery-codes': { enabled: false, most: 1 } } }),
    });
    expect(await off.draft('recovery-codes')).toEqual({ type: 'draft.rejected', reason: 'full' });
    expect((await off.read('register')).addable.map(({ kind }) => kind)).not.toContain('recovery-codes');
  });
});

describeEngines('fifty at once, from two processes', (engine) => {
  test('R18, I8: of fifty right answers with one code exactly one is accepted, in one challenge or in fifty', async () => {
    const fresh = await engine.fresh();
    const one = makeRoom({ store: fresh.store });
    const other = makeRoom({ store: await fresh.beside(), clock: one.clock });
    const { method, codes } = await registered(one);
    const challenge = await one.challenge({ method }, 'reset', later);
    const fifty = (work: (room: Room, n: number) => Promise<{ readonly type: string }>) =>
      Promise.all(Array.from({ length: 50 }, (_, n) => work(n % 2 === 0 ? one : other, n)));
    const same = await fifty((room) => room.check(challenge, codes[0] ?? '', later));
    expect(same.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);

    const challenges: string[] = [];
    for (let n = 0; n < 50; n += 1) challenges.push(await one.challenge({ method }, 'reset', later));
    const each = await fifty((room, n) => room.check(challenges[n] ?? '', codes[1] ?? '', later));
    expect(each.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
    expect((await one.document()).methods[1]).toMatchObject({ left: 8 });
  });

  test('I6: of fifty wrong ones exactly as many are weighed as the limit allows', async () => {
    const fresh = await engine.fresh();
    const one = makeRoom({ store: fresh.store });
    const other = makeRoom({ store: await fresh.beside(), clock: one.clock });
    const { method } = await registered(one);
    const challenge = await one.challenge({ method }, 'reset', later);
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? one : other).check(challenge, wrong, later)));
    expect(results.filter(({ type }) => type === 'answer.rejected')).toHaveLength(2);
    expect((await one.document()).methods[1]?.tries.wrong).toBe(3);
  });
});

test('a hash is bound to its account and its set', () => {
  const room = makeRoom();
  const context = { account: accountOf(anna), policy: room.policy, random: seeded('set'), keys: room.seals, labels: [] };
  const [one, two] = [recoveryCodes.take(undefined, context), recoveryCodes.take(undefined, context)];
  if (!one.ok || !two.ok) throw new Error('not taken');
  const [code = ''] = (JSON.parse(one.secret) as { shown: string[] }).shown;
  expect(recoveryCodes.spend(one.secret, code, { keys: room.seals, account: anna }).match).toBe('right');
  expect(recoveryCodes.spend(one.secret, code, { keys: room.seals, account: 'somebody-else' }).match).toBe('wrong');
  expect(recoveryCodes.spend(two.secret, code, { keys: room.seals, account: anna }).match).toBe('wrong');
  const swapped = JSON.stringify({ ...(JSON.parse(one.secret) as object), set: (JSON.parse(two.secret) as { set: string }).set });
  expect(recoveryCodes.spend(swapped, code, { keys: room.seals, account: anna }).match).toBe('wrong');
});
