import { describe, expect, test } from '@jest/globals';
import type { ResultOf } from '../../dialogs/effects.ts';
import type { Policy } from '../../src/config/policy.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import { freezeParts } from '../../src/desk/freeze-record.ts';
import { unreachable } from '../../src/directory/faults.ts';
import type { PlaceOnFile } from '../../src/directory/port.ts';
import { openDraftSeed } from '../../src/methods/draft-method.ts';
import { mayBeginByPlace, provedPlaces } from '../../src/methods/first-proof-places.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { methodSummary } from '../../src/methods/summary.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import {
  accepted,
  accountOf,
  anna,
  day,
  hour,
  makeRoom,
  minute,
  mobile,
  stackOf,
  start,
  taken,
  totp,
  wrongCode,
  type Room,
  type RoomOptions,
} from './room.ts';

type Change = NonNullable<Parameters<Room['act']>[0]>;
const bo = 'b0000000-0000-4000-8000-000000000002';
const onFile = '+46701740634';
const phone = (to = onFile, source: PlaceOnFile['source'] = 'profile'): PlaceOnFile => ({ kind: 'phone', to, source });
const mail = (to: string, source: PlaceOnFile['source'] = 'profile'): PlaceOnFile => ({ kind: 'mail', to, source });

/** What stands in the directory and in the policy, to be changed in between. */
interface Now {
  places: readonly PlaceOnFile[];
  takes: Policy['firstProof']['directoryPlaces'];
  answers: boolean;
}

/** A room whose directory holds these for Anna, and whose policy takes them. */
function holding(places: readonly PlaceOnFile[] = [phone()], takes: Now['takes'] = 'any', more: RoomOptions = {}): Room & { now: Now } {
  const now: Now = { places, takes, answers: true };
  const room = makeRoom({
    ...more,
    policy: (same) => ({
      ...(more.policy ?? ((each) => each))(same),
      firstProof: {
        get directoryPlaces() {
          return now.takes;
        },
      },
    }),
    placesOnFile: async (id) => {
      if (!now.answers) throw unreachable('nobody answers');
      return id === anna ? { readAt: 0, places: now.places } : { readAt: 0, places: [] };
    },
  });
  return Object.assign(room, { now });
}

const read = (room: Room, change?: Change) => room.handlers.readFirstProof.run({}, room.act(change)) as Promise<ResultOf<'readFirstProof'>>;
const offered = async (room: Room, change?: Change) => (await read(room, change)).places;
const nameOf = async (room: Room): Promise<string> => (await offered(room))[0]?.id ?? 'none offered';
const sendTo = (room: Room, place: string, change?: Change) =>
  room.handlers.sendChallenge.run({ onFile: place, purpose: 'first-proof' }, room.act(change)) as Promise<ResultOf<'sendChallenge'>>;

async function asked(room: Room, place: string, change?: Change): Promise<string> {
  const sent = await sendTo(room, place, change);
  if (sent.type !== 'challenge.sent') throw new Error(`not sent: ${JSON.stringify(sent)}`);
  return sent.challenge;
}

/** I3's proof by a code to the first place on file. */
async function proved(room: Room, change?: Change): Promise<string> {
  const challenge = await asked(room, await nameOf(room), change);
  return accepted(await room.check(challenge, room.lastCode(), change));
}

/** A number of the person's own choosing, typed and proved. */
async function provedNumber(room: Room, number = mobile, change?: Change): Promise<{ draft: string; proof: string }> {
  const draft = taken(await room.draft('text-message', number, change));
  const challenge = await room.challenge({ draft }, 'register', change);
  return { draft, proof: accepted(await room.check(challenge, room.lastCode(), change)) };
}

const gone = { type: 'challenge.failed', reason: 'gone' };
const noProof = { type: 'method.refused', reason: 'proofs' };
const privileged: Change = { account: async () => accountOf(anna, { privileged: true }) };

describe('I3: by a code to what the directory already holds, where the policy says so', () => {
  test('it is off by default, and `sign-in` takes only what was registered in the directory to sign in with', async () => {
    const places = [phone('+46701740635'), phone(onFile, 'sign-in'), mail('anna.hemma@example.net')];
    const labels = async (takes: Now['takes']) => (await offered(holding(places, takes))).map(({ kind, label }) => `${kind} ${label}`);
    expect(await labels('none')).toEqual([]);
    expect(await labels('sign-in')).toEqual(['text-message ...34']);
    expect(await labels('any')).toEqual(['text-message ...34', 'text-message ...35', 'email a...@example.net']);
    expect(makeRoom({ placesOnFile: async () => ({ readAt: 0, places }) }).policy.firstProof.directoryPlaces).toBe('none');
  });

  test('the code goes out as every code does: six digits, a mark, its purpose in words, good for five minutes and once', async () => {
    const room = holding();
    const challenge = await asked(room, await nameOf(room));
    expect(room.parcels).toEqual([expect.objectContaining({ kind: 'sms', to: onFile })]);
    expect(room.parcels[0]?.text).toMatch(/^\d{6} .*registrera din första verifieringsmetod/u);
    const code = room.lastCode();
    room.clock.forward(5 * minute);
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    const again = await asked(room, await nameOf(room));
    accepted(await room.check(again, room.lastCode()));
    expect(await room.check(again, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect((await room.audit()).map(({ act, verdict, reason }) => `${act} ${verdict} ${reason}`)).toEqual([
      'methods.send-challenge allowed first-proof sending',
      'methods.check-answer refused first-proof text-message expired',
      'methods.send-challenge allowed first-proof sending',
      'methods.check-answer allowed first-proof text-message right',
      'methods.check-answer refused first-proof text-message expired',
    ]);
  });

  test('it registers several methods in one go, and each is told at that place and in the work mailbox (I19)', async () => {
    const room = holding();
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    const act = room.act();
    const stored = await room.handlers.storeMethod.run({ draft, proofs: [first, proof] }, act);
    expect(stored).toMatchObject({ type: 'method.stored', label: '...05' });
    expect(await owed(room, act.id)).toEqual([`mail ${accountOf(anna).workMail}`, `sms ${mobile}`, `sms ${onFile}`]);

    const app = taken(await room.draft('authenticator-app'));
    const seed = await openDraftSeed(room.ports, anna, 'anna', app, room.clock.now());
    const opened = await room.challenge({ draft: app }, 'register');
    const code = totp(seed?.secret ?? '', room.clock.now());
    expect(await room.save({ draft: app, proofs: [first, accepted(await room.check(opened, code))] })).toMatchObject({
      type: 'method.stored',
    });
    expect((await room.document()).methods.map(({ kind }) => kind)).toEqual(['text-message', 'authenticator-app']);
  });

  test('R7: its code is none for the same number as a method: that takes a code of its own, and I3’s proof beside it', async () => {
    const room = holding();
    const challenge = await asked(room, await nameOf(room));
    const code = room.lastCode();
    const draft = taken(await room.draft('text-message', onFile));
    const own = await room.challenge({ draft }, 'register');
    expect(await room.check(own, code)).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
    const registers = accepted(await room.check(own, room.lastCode()));
    // Of the method alone, of the place alone: neither.
    expect(await room.save({ draft, proofs: [registers] })).toEqual(noProof);
    const first = accepted(await room.check(challenge, code));
    expect(await room.save({ draft, proofs: [first] })).toEqual(noProof);
    expect(await room.save({ draft, proofs: [first, registers] })).toMatchObject({ type: 'method.stored' });
  });

  test('I5: what it registers cools off as a first registration does, by the policy; and what comes later longer', async () => {
    for (const [firstRegistration, counts] of [
      [false, start],
      [true, start + 24 * hour],
    ] as const) {
      const room = holding([phone()], 'any', { policy: (same) => ({ ...same, cooling: { hours: 24, firstRegistration } }) });
      const first = await proved(room);
      const { draft, proof } = await provedNumber(room);
      await room.save({ draft, proofs: [first, proof] });
      expect((await room.document()).methods[0]?.countsFrom).toBe(counts);
    }
  });

  test('the work mailbox and all that the same sign-in opens are none: its spellings, its aliases, the company’s domains, shared mailboxes', async () => {
    const spelt = [
      'anna.berg@fjallbyn.example',
      'ANNA.BERG+hem@Fjallbyn.Example',
      'anna@berg-alias.example',
      'anna.privat@fjallbyn.example',
    ];
    const shared = ['x@post.fjallbyn.example', 'info@example.net', 'no-reply@example.net', 'support-se@example.net'];
    const unreadable = ['<b>@example.net', "a' or 1=1"];
    const room = holding([...spelt, ...shared, ...unreadable].map((to) => mail(to, 'sign-in')));
    expect(await offered(room)).toEqual([]);
  });

  test('R32, R34: nor are numbers that codes do not go to: fixed lines, other countries, premium numbers, those of the policy’s list', async () => {
    const numbers = ['08-465 004 10', '+1 201 555 0123', '0900-1234567', '+46701740677', '+46 XXXXXXX34'];
    const policy: RoomOptions['policy'] = (same) => ({ ...same, telephony: { ...same.telephony, refusedNumbers: ['+46701740677'] } });
    expect(
      await offered(
        holding(
          numbers.map((to) => phone(to, 'sign-in')),
          'any',
          { policy },
        ),
      ),
    ).toEqual([]);
  });

  test('R32: it spends the company’s budget of telephony as every code does; used up, nothing goes out, and the number pays nothing', async () => {
    const policy: RoomOptions['policy'] = (same) => ({ ...same, telephony: { ...same.telephony, sendsPerDay: 1 } });
    const room = holding([phone(), phone('+46701740635'), mail('anna.hemma@example.net')], 'any', { policy });
    const [one, other, byMail] = await offered(room);
    await asked(room, one?.id ?? '');
    expect(await sendTo(room, other?.id ?? '')).toMatchObject({ type: 'challenge.refused', reason: 'budget' });
    await asked(room, byMail?.id ?? '');
    expect(room.parcels.map(({ to }) => to)).toEqual([onFile, 'anna.hemma@example.net']);
  });

  test('a number that is none, or said no to our texts, is told so and is no method to be switched off; found started, the code may be on its way', async () => {
    const room = holding();
    const place = await nameOf(room);
    room.outcomes.push({ ok: false, reason: 'rejected', why: 'no-such-number' });
    expect(await sendTo(room, place)).toEqual({ type: 'challenge.failed', reason: 'undeliverable' });
    room.outcomes.push({ ok: false, reason: 'rejected', why: 'unsubscribed' });
    expect(await sendTo(room, place)).toEqual({ type: 'challenge.failed', reason: 'stopped' });
    const act = room.act();
    await room.handlers.sendChallenge.run({ onFile: place, purpose: 'first-proof' }, act);
    expect(await room.handlers.sendChallenge.doubt?.({ onFile: place, purpose: 'first-proof' }, act)).toMatchObject({
      type: 'challenge.doubtful',
      challenge: act.id,
    });
    expect((await room.document()).methods).toEqual([]);
  });

  test('nor what goes by a method that is not enabled', async () => {
    const policy: RoomOptions['policy'] = (same) => ({
      ...same,
      methods: { ...same.methods, 'text-message': { enabled: false, most: 2 } },
    });
    const room = holding([phone(), mail('anna.hemma@example.net')], 'any', { policy });
    expect((await offered(room)).map(({ kind }) => kind)).toEqual(['email']);
  });

  test('a mail brings it too, with "I did not ask for this": Teams starts nothing more for the account until its owner is back (I17)', async () => {
    const room = holding([mail('anna.hemma@example.net')]);
    const challenge = await asked(room, await nameOf(room));
    expect(room.parcels[0]?.text).toContain('/not-me/');
    await room.handlers.reportChallenge.run({ challenge }, room.act());
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    room.clock.forward(minute);
    // What the directory holds is no gate: nobody opens the door again with it.
    expect(await sendTo(room, await nameOf(room))).toEqual({ type: 'challenge.refused', reason: 'pace', until: start + day });
    expect((await methodSummary(room.ports, anna, room.clock.now())).reportedUntil.teams).toBe(start + day);
  });

  test('I17: a code on its way before a report of another is worth nothing after it, nor is what was proved before', async () => {
    const room = holding([phone(), phone('+46701740635')]);
    const [one, other] = await offered(room);
    const proof = accepted(await room.check(await asked(room, one?.id ?? ''), room.lastCode()));
    room.clock.forward(minute);
    const challenge = await asked(room, one?.id ?? '');
    const code = room.lastCode();
    const { draft, proof: own } = await provedNumber(room);
    await room.handlers.reportChallenge.run({ challenge: await asked(room, other?.id ?? '') }, room.act());
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect(await room.save({ draft, proofs: [proof, own] })).toEqual(noProof);
    expect((await methodSummary(room.ports, anna, room.clock.now())).reportedUntil.teams).toBeGreaterThan(start);
  });
});

describe('I3: whom it is not for', () => {
  test('I10: an account with extra protection, an agent, one that the policy names: not offered, not sent, not weighed, not stored', async () => {
    const room = holding();
    const place = await nameOf(room);
    expect(await offered(room, privileged)).toEqual([]);
    expect(await sendTo(room, place, privileged)).toEqual(gone);
    const challenge = await asked(room, place);
    expect(await room.check(challenge, room.lastCode(), privileged)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    room.clock.forward(minute);
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    expect(await room.save({ draft, proofs: [first, proof] }, privileged)).toEqual(noProof);
    expect(await room.save({ draft, proofs: [first, proof] })).toMatchObject({ type: 'method.stored' });

    const named = { accounts: [anna], groups: [] };
    const policies: readonly RoomOptions['policy'][] = [
      (same) => ({ ...same, agents: { ...same.agents, ...named } }),
      (same) => ({ ...same, privileged: named }),
    ];
    for (const policy of policies) expect(await offered(holding([phone()], 'any', policy === undefined ? {} : { policy }))).toEqual([]);
  });

  test('who has something registered, whatever it counts for; what this session added is not there yet', async () => {
    const kinds = [{ kind: 'authenticator-app' }, { kind: 'email', to: 'anna.berg@example.org' }] as const;
    for (const method of kinds) {
      const room = holding();
      const place = await nameOf(room);
      await room.plant([method]);
      expect(await offered(room)).toEqual([]);
      expect(await sendTo(room, place)).toEqual(gone);
      expect(await mayBeginByPlace(room.ports, room.act())).toBe(false);
    }
    // Cooling, and in another session: something is registered.
    const room = holding([phone()], 'any', { policy: (same) => ({ ...same, cooling: { hours: 24, firstRegistration: true } }) });
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    await room.save({ draft, proofs: [first, proof] });
    expect(await offered(room)).toHaveLength(1);
    expect(await offered(room, { session: 'f9' })).toEqual([]);
  });

  test('a proof from before something was registered elsewhere is none after', async () => {
    const room = holding();
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    await room.plant([{ kind: 'email', to: 'anna.berg@example.org' }]);
    expect(await suffices(room, [first], 'enrol')).toBe(false);
    expect(await room.save({ draft, proofs: [first, proof] })).toEqual(noProof);
  });

  test('I4: it removes nothing, not even what it registered', async () => {
    const room = holding();
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    const stored = await room.save({ draft, proofs: [first, proof] });
    const method = stored.type === 'method.stored' ? stored.method : '';
    expect(await room.remove({ method, proofs: [first] })).toEqual(noProof);
    expect(await suffices(room, [first], 'enrol')).toBe(true);
    expect(await suffices(room, [first], 'remove-method')).toBe(false);
  });

  test('I11, I20: the front door', async () => {
    const room = holding();
    const place = await nameOf(room);
    const door: Change = { door: 'front-door' };
    expect(await offered(room, door)).toEqual([]);
    expect(await sendTo(room, place, door)).toEqual(gone);
    expect(await mayBeginByPlace(room.ports, room.act(door))).toBe(false);
    // And a proof from Teams is carried there by nobody.
    const first = await proved(room);
    const there = { ...door, stack: keys.stack('front-door', 'somewhere') };
    const { draft, proof } = await provedNumber(room, mobile, there);
    expect(await room.save({ draft, proofs: [first, proof] }, there)).toEqual(noProof);
  });

  test('I9: an account that is disabled, gone or may not register now, one that is frozen (I17), one that is closed for pace (I6)', async () => {
    let mayRegister = true;
    const room = holding([phone()], 'any', { mayRegister: () => mayRegister });
    const place = await nameOf(room);
    for (const account of [async () => accountOf(anna, { enabled: false }), async () => null]) {
      expect(await offered(room, { account })).toEqual([]);
      expect(await sendTo(room, place, { account })).toEqual(gone);
    }
    mayRegister = false;
    expect(await sendTo(room, place)).toEqual(gone);
    mayRegister = true;
    expect(await sendTo(room, place, { account: () => Promise.reject(unreachable('nobody answers')) })).toEqual({
      type: 'challenge.failed',
      reason: 'unavailable',
    });
    const challenge = await asked(room, place);
    const code = room.lastCode();
    const at = room.clock.now();
    await room.store.commit(
      freezeParts(anna, {
        frozen: { id: 'f', events: ['e'], since: at, at, said: 'mail', case: null, sessions: null },
        voidBefore: at,
        closed: [],
      }),
    );
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    room.clock.forward(minute);
    expect(await sendTo(room, place)).toEqual(gone);
    expect(room.parcels).toHaveLength(1);
  });

  test('who has no password is told so, and begins by the code', async () => {
    const account = async () => accountOf(anna, { hasPassword: false, passwordSetAt: null });
    expect(await read(holding(), { account })).toMatchObject({ hasPassword: false, places: [{ label: '...34' }] });
    expect(await read(holding())).toMatchObject({ hasPassword: true });
  });
});

describe('the plays of a thief in an unlocked Teams', () => {
  test('another account’s place, a made-up name, another purpose, a method’s name: nothing goes out', async () => {
    const room = holding();
    const place = await nameOf(room);
    const other: Change = { accountId: bo, account: async () => accountOf(bo), stack: stackOf(bo) };
    expect(await sendTo(room, place, other)).toEqual(gone);
    expect(await sendTo(room, onFile)).toEqual(gone);
    await room.plant([{ kind: 'text-message', to: mobile }], bo);
    expect(await sendTo(room, 'planted-1', other)).toEqual(gone);
    for (const purpose of ['reset', 'unlock', 'step-up', 'register', 'caller', 'agent', 'confirm'] as const) {
      expect(await room.handlers.sendChallenge.run({ onFile: place, purpose }, room.act())).toEqual(gone);
    }
    expect(await room.send({ method: 'planted-1' }, 'first-proof', other)).toEqual(gone);
    expect(await room.send({ draft: taken(await room.draft('text-message', mobile)) }, 'first-proof')).toEqual(gone);
    expect(room.parcels).toEqual([]);
  });

  test('what is changed in the directory in between: before the code is sent, before it is typed, before anything is stored', async () => {
    const room = holding();
    const place = await nameOf(room);
    const challenge = await asked(room, place);
    const code = room.lastCode();
    room.now.places = [phone('+46701740635')];
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    room.clock.forward(minute);
    expect(await sendTo(room, place)).toEqual(gone);

    room.now.places = [phone()];
    const first = await proved(room);
    const { draft, proof } = await provedNumber(room);
    expect(await suffices(room, [first], 'enrol')).toBe(true);
    room.now.places = [phone('+46701740635')];
    expect(await suffices(room, [first], 'enrol')).toBe(false);
    expect(await room.save({ draft, proofs: [first, proof] })).toEqual(noProof);
    // Nor while nobody can tell.
    room.now.places = [phone()];
    room.now.answers = false;
    expect(await room.save({ draft, proofs: [first, proof] })).toEqual(noProof);
    room.now.answers = true;
    expect(await room.save({ draft, proofs: [first, proof] })).toMatchObject({ type: 'method.stored' });
  });

  test('the policy is turned off, or takes less, in between', async () => {
    for (const takes of ['none', 'sign-in'] as const) {
      const room = holding();
      const place = await nameOf(room);
      const challenge = await asked(room, place);
      const code = room.lastCode();
      room.now.takes = takes;
      expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
      room.now.takes = 'any';
      room.clock.forward(minute);
      const first = await proved(room);
      const { draft, proof } = await provedNumber(room);
      room.now.takes = takes;
      expect(await sendTo(room, place)).toEqual(gone);
      expect(await room.save({ draft, proofs: [first, proof] })).toEqual(noProof);
      expect((await room.document()).methods).toEqual([]);
    }
  });

  test('its proof carries nothing else: no password page, no unlock, no caller, no agent, no vouching; nor elsewhere or later', async () => {
    const room = holding();
    const first = await proved(room);
    for (const act of ['open-new-password', 'unlock', 'verify-caller', 'stand-as-agent', 'vouch', 'remove-method'] as const) {
      expect(await suffices(room, [first], act)).toBe(false);
    }
    expect(await suffices(room, [first], 'enrol')).toBe(true);
    expect(await suffices(room, [first], 'enrol', { conversation: `${stackOf(anna)}-other` })).toBe(false);
    // Where nobody asked the directory, nothing that it holds counts.
    const asked = { accountId: anna, proofIds: [first], act: 'enrol', conversation: stackOf(anna), now: room.clock.now() } as const;
    expect((await proofsSuffice(room.store, asked, room.policy)).ok).toBe(false);
    room.clock.forward(room.policy.limits.proofMinutes * minute);
    expect(await suffices(room, [first], 'enrol')).toBe(false);
  });

  test('a right code of another purpose, or of another conversation, is none', async () => {
    const room = holding();
    const challenge = await asked(room, await nameOf(room));
    const draft = taken(await room.draft('text-message', onFile));
    await room.challenge({ draft }, 'register');
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
    const elsewhere: Change = { stack: `${stackOf(anna)}-other` };
    await asked(room, await nameOf(room), elsewhere);
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'wrong' });
    expect(await room.check(challenge, room.lastCode(), elsewhere)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
  });
});

describeEngines('fifty at once, from two processes', (engine) => {
  async function twoRooms() {
    const fresh = await engine.fresh();
    const one = holding([phone()], 'any', { store: fresh.store });
    const other = holding([phone()], 'any', { store: await fresh.beside(), clock: one.clock });
    const fifty = <Result>(work: (room: Room, n: number) => Promise<Result>): Promise<Result[]> =>
      Promise.all(Array.from({ length: 50 }, (_, n) => work(n % 2 === 0 ? one : other, n)));
    return { one, other, fifty };
  }

  test('invariant 5: of fifty right codes to what the directory holds exactly one is accepted', async () => {
    const { one, fifty } = await twoRooms();
    const challenge = await asked(one, await nameOf(one));
    const code = one.lastCode();
    const results = await fifty((room) => room.check(challenge, code));
    expect(results.filter(({ type }) => type === 'answer.accepted')).toHaveLength(1);
    expect(results.filter((result) => result.type === 'answer.rejected' && result.reason === 'expired')).toHaveLength(49);
  });

  test('I6: of fifty wrong ones three are weighed; the place then waits, a new code brings no new tries, and the fifth time closes Teams for a day', async () => {
    const { one, fifty } = await twoRooms();
    const place = await nameOf(one);
    const challenge = await asked(one, place);
    const wrong = wrongCode(one.lastCode());
    const results = await fifty((room) => room.check(challenge, wrong));
    expect(results.filter(({ type }) => type === 'answer.rejected')).toHaveLength(2);
    expect(results.filter(({ type }) => type === 'answer.exhausted')).toHaveLength(48);
    expect(await sendTo(one, place)).toEqual({ type: 'challenge.refused', reason: 'pace', until: start + minute });

    for (const wait of [1, 5, 15, 60]) {
      one.clock.forward(wait * minute);
      const next = await asked(one, place);
      const miss = wrongCode(one.lastCode());
      expect(await one.check(next, miss)).toMatchObject({ triesLeft: 2 });
      expect(await one.check(next, miss)).toMatchObject({ triesLeft: 1 });
      expect(await one.check(next, miss)).toMatchObject({ type: 'answer.exhausted' });
    }
    expect((await methodSummary(one.ports, anna, one.clock.now())).closedUntil.teams).toBe(one.clock.now() + day);
    one.clock.forward(hour);
    expect(await sendTo(one, place)).toMatchObject({ type: 'challenge.refused', reason: 'pace' });
  });

  test('I6, R32: of fifty sends to it four are made, from whatever conversation; the account’s own sends count them', async () => {
    const { one, other, fifty } = await twoRooms();
    const place = await nameOf(one);
    const results = await fifty((room, n) => sendTo(room, place, { stack: `${stackOf(anna)}-${n}` }));
    expect(results.filter(({ type }) => type === 'challenge.sent')).toHaveLength(4);
    expect(one.parcels.length + other.parcels.length).toBe(4);
  });

  test('I7: another may be asked for after 30, 60 and 120 seconds; the one before is told which to use', async () => {
    const { one } = await twoRooms();
    const place = await nameOf(one);
    const first = await asked(one, place);
    const older = one.lastCode();
    expect(await sendTo(one, place)).toEqual({ type: 'challenge.refused', reason: 'resend-too-soon', until: start + 30_000 });
    one.clock.forward(30_000);
    const second = await asked(one, place);
    expect(await one.check(first, older)).toMatchObject({ type: 'answer.rejected', reason: 'newer' });
    accepted(await one.check(second, one.lastCode()));
  });
});

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

/** Whether these proofs are enough for an act, as the pages ask: with what the directory holds now. */
async function suffices(
  room: Room,
  proofIds: readonly string[],
  act: Parameters<typeof proofsSuffice>[1]['act'],
  more: { readonly conversation?: string } = {},
): Promise<boolean> {
  const places = await provedPlaces(room.ports, room.act(), accountOf(anna), proofIds);
  const asked = {
    accountId: anna,
    proofIds,
    act,
    conversation: stackOf(anna),
    placesOnFile: places.map(({ id }) => id),
    passwordSetAt: start,
    now: room.clock.now(),
    ...more,
  };
  return (await proofsSuffice(room.store, asked, room.policy)).ok;
}
