import { expect, test } from '@jest/globals';
import { happeningOfAddress } from '../../src/delivery/not-me.ts';
import { freezeParts, readFreeze, type FreezeRecord } from '../../src/desk/freeze-record.ts';
import { noticePlaces } from '../../src/methods/places.ts';
import { proofsSuffice } from '../../src/methods/proofs.ts';
import { reportAsked } from '../../src/methods/report-challenge.ts';
import { methodSummary } from '../../src/methods/summary.ts';
import { keys } from '../../src/store/keys.ts';
import type { Commit, Store } from '../../src/store/port.ts';
import { describeEngines } from '../store/engines.ts';
import { overtaken } from '../store/overtaken-store.ts';
import { anna, makeRoom, minute, mobile, stackOf, start, taken } from './room.ts';

const app = { kind: 'authenticator-app' } as const;
const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: 'anna.berg@example.org' } as const;

const frozenAt = (at: number): FreezeRecord => ({
  frozen: { id: 'freeze-1', events: ['event-1'], since: at, at, said: 'mail', case: null, sessions: null },
  voidBefore: at,
  closed: [],
});
const freeze = (store: Store, at: number) => store.commit(freezeParts(anna, frozenAt(at)));
const thaw = (store: Store, at: number) => store.commit(freezeParts(anna, { ...frozenAt(at), frozen: null }));

const frozenBefore = (store: Store, at: number, fits: (commit: Commit) => boolean) => overtaken(store, fits, () => freeze(store, at));

describeEngines('I17: a frozen account', (engine) => {
  const freshRoom = async () => makeRoom({ store: (await engine.fresh()).store });

  test('is asked for nothing, and answers to what was asked before count for nothing', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const byText = await room.challenge({ method: 'planted-2' }, 'reset');
    const code = room.lastCode();
    const byApp = await room.challenge({ method: 'planted-1' }, 'reset');
    await freeze(room.store, room.clock.now());
    expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(await room.send({ method: 'planted-2' }, 'step-up')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(room.parcels).toHaveLength(1);
    expect(await room.check(byText, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    await thaw(room.store, room.clock.now());
    // What it was when the freeze came, it stays.
    expect(await room.check(byText, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect(await room.check(byApp, await room.appCode())).toMatchObject({ type: 'answer.accepted' });
  });

  test('has no proofs: neither while it is frozen nor, of those from before, after a thaw', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const proofIds = [await room.prove('planted-1', 'reset'), await room.prove('planted-2', 'reset')];
    const asked = () =>
      proofsSuffice(
        room.store,
        { accountId: anna, proofIds, act: 'open-new-password', conversation: stackOf(anna), now: room.clock.now() },
        room.policy,
      );
    expect(await asked()).toMatchObject({ ok: true });
    await freeze(room.store, room.clock.now());
    expect(await asked()).toEqual({ ok: false, reason: 'frozen' });
    await thaw(room.store, room.clock.now());
    expect(await asked()).toEqual({ ok: false, reason: 'old' });
  });

  test('I17: its caller is verified by gates passed since the freeze, and those carry nothing else; gates from before carry nothing', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const gates = async () => [await room.prove('planted-1', 'caller'), await room.prove('planted-2', 'caller')];
    const judged = (proofIds: readonly string[], act: 'verify-caller' | 'open-new-password' | 'remove-method') =>
      proofsSuffice(room.store, { accountId: anna, proofIds, act, conversation: stackOf(anna), now: room.clock.now() }, room.policy);
    const before = await gates();
    await freeze(room.store, room.clock.now());
    expect(await judged(before, 'verify-caller')).toEqual({ ok: false, reason: 'old' });
    room.clock.forward(31_000);
    const since = await gates();
    expect(await judged(since, 'verify-caller')).toMatchObject({ ok: true });
    for (const act of ['open-new-password', 'remove-method'] as const)
      expect(await judged(since, act)).toEqual({ ok: false, reason: 'frozen' });
  });

  test('a thief who thaws: a caller proves who they are by what was there before, and by nothing that was touched since', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const { methods, ...rest } = await room.document();
    const touched = methods.map((each) => (each.kind === 'text-message' ? { ...each, suspended: 'reported' as const } : each));
    await room.store.commit({ put: { [keys.methods(anna)]: { ...rest, methods: touched } } });
    await freeze(room.store, room.clock.now());
    expect(await room.send({ method: 'planted-2' }, 'caller')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(room.parcels).toEqual([]);
    expect(await room.check(await room.challenge({ method: 'planted-1' }, 'caller'), await room.appCode())).toMatchObject({
      type: 'answer.accepted',
    });
    // Nor is anything registered meanwhile that could count later.
    expect((await room.send({ method: 'planted-1' }, 'step-up')).type).toBe('challenge.failed');
  });

  test('gets no method and loses none, also where the freeze comes between the judgement and the commit', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const step = await room.prove('planted-1', 'step-up');
    const draft = taken(await room.draft('email', mail.to));
    const challenge = await room.challenge({ draft }, 'register');
    const proof = await room.check(challenge, room.lastCode());
    if (proof.type !== 'answer.accepted') throw new Error('not registered');
    const proofs = [step, proof.proof];
    const store = frozenBefore(room.store, room.clock.now(), ({ put = {} }) => keys.methods(anna) in put);
    const racing = makeRoom({ store, clock: room.clock, sealKeys: [{ name: 'k1', bytes: Buffer.alloc(32, 7) }] });
    expect(await racing.save({ draft, proofs })).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    expect(store.came()).toBe(true);
    expect((await room.document()).methods.map(({ kind }) => kind)).toEqual(['authenticator-app', 'text-message']);
    expect(await room.remove({ method: 'planted-2', proofs: [step] })).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    expect((await room.document()).methods).toHaveLength(2);
  });

  test('loses no method either where the freeze comes between the judgement and the commit of a removal', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const step = await room.prove('planted-1', 'step-up');
    const store = frozenBefore(room.store, room.clock.now(), ({ put = {} }) => keys.methods(anna) in put);
    const racing = makeRoom({ store, clock: room.clock });
    expect(await racing.remove({ method: 'planted-2', proofs: [step] })).toEqual({ type: 'method.refused', reason: 'not-eligible' });
    expect(store.came()).toBe(true);
    expect((await room.document()).methods).toHaveLength(2);
  });

  test('no code leaves the house where the freeze comes just before it', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    const store = frozenBefore(room.store, room.clock.now(), ({ put = {} }) => keys.pace(anna) in put);
    const racing = makeRoom({ store, clock: room.clock });
    expect(await racing.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect([store.came(), racing.parcels]).toEqual([true, []]);
  });

  test('what was touched since is seen, serves nothing, is told nothing, and returns to use once it is proved anew', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    const { methods, ...rest } = await room.document();
    await room.store.commit({
      put: {
        [keys.methods(anna)]: {
          ...rest,
          methods: methods.map((each) => (each.kind === 'text-message' ? { ...each, suspended: 'reported' } : each)),
        },
      },
    });
    expect((await room.read('reset')).methods.map(({ kind, usable }) => [kind, usable])).toEqual([
      ['text-message', 'reported'],
      ['authenticator-app', 'yes'],
    ]);
    expect(noticePlaces(room.seals, anna, (await room.document()).methods)).toEqual([]);
    expect(await room.send({ method: 'planted-2' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    const step = await room.prove('planted-1', 'step-up');
    const draft = taken(await room.draft('text-message', mobile));
    const challenge = await room.challenge({ draft }, 'register');
    const proof = await room.check(challenge, room.lastCode());
    if (proof.type !== 'answer.accepted') throw new Error('not registered');
    expect(await room.save({ draft, proofs: [step, proof.proof] })).toMatchObject({ type: 'method.stored' });
    expect((await room.document()).methods.map(({ kind, suspended }) => [kind, suspended])).toEqual([
      ['authenticator-app', null],
      ['text-message', null],
    ]);
  });
});

describeEngines('I17: "I did not ask for this"', (engine) => {
  const freshRoom = async () => makeRoom({ store: (await engine.fresh()).store });
  const reports = async (room: ReturnType<typeof makeRoom>) =>
    (await room.store.due(room.clock.now(), 50)).filter(({ id }) => id.includes('/due/reported/'));
  const closed = async (room: ReturnType<typeof makeRoom>) => (await methodSummary(room.ports, anna, room.clock.now())).reportedUntil;
  const report = (room: ReturnType<typeof makeRoom>, challenge: string, door: 'teams' | 'front-door' = 'teams', stack = stackOf(anna)) =>
    room.handlers.reportChallenge.run({ challenge }, room.act({ door, stack }));

  test('ends the challenge, closes its door for a day and owes the helpdesk one note; nothing is frozen', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    await report(room, challenge);
    await report(room, challenge);
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect(await closed(room)).toEqual({ teams: start + 24 * 60 * minute, 'front-door': null });
    expect(await reports(room)).toHaveLength(1);
    expect(readFreeze({ version: 1, value: (await room.row(keys.frozen(anna))) ?? null }).frozen).toBeNull();
  });

  test('the door opens again when its day is over, or when the employee passes a gate in Teams', async () => {
    const room = await freshRoom();
    await room.plant([app, text]);
    await report(room, await room.challenge({ method: 'planted-2' }, 'reset'));
    expect((await closed(room)).teams).not.toBeNull();
    await room.prove('planted-1', 'reset');
    expect(await closed(room)).toEqual({ teams: null, 'front-door': null });
    await report(room, await room.challenge({ method: 'planted-2' }, 'unlock'));
    room.clock.forward(24 * 60 * minute);
    expect(await closed(room)).toEqual({ teams: null, 'front-door': null });
  });

  test('a stranger at the front door who presses it on a prompt of their own closes nothing for anybody, and wakes nobody', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    const stack = keys.stack('front-door', 'somewhere');
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset', { door: 'front-door', stack });
    await report(room, challenge, 'front-door', stack);
    expect(await room.check(challenge, room.lastCode(), { door: 'front-door', stack })).toMatchObject({ type: 'answer.rejected' });
    expect(await closed(room)).toEqual({ teams: null, 'front-door': null });
    expect(await reports(room)).toEqual([]);
  });

  test('by the link of a mail: it acts once, whichever door asked, also when the code is over; one that was passed it does not touch', async () => {
    const room = await freshRoom();
    await room.plant([app, mail]);
    const stack = keys.stack('front-door', anna);
    const challenge = await room.challenge({ method: 'planted-2' }, 'reset', { door: 'front-door', stack });
    const linked = /\/not-me\/(\S+)/.exec(room.parcels.at(-1)?.text ?? '')?.[1] ?? '';
    const id = happeningOfAddress(room.seals, linked) ?? '';
    const code = room.lastCode();
    expect(await reportAsked(room.ports, id)).toBe('reported');
    expect(await reportAsked(room.ports, id)).toBe('reported');
    expect(await room.check(challenge, code, { door: 'front-door', stack })).toMatchObject({ type: 'answer.rejected' });
    expect(await closed(room)).toEqual({ teams: null, 'front-door': start + 24 * 60 * minute });
    expect(await reports(room)).toHaveLength(1);

    room.clock.forward(10 * minute);
    await room.prove('planted-2', 'reset');
    const passed = /\/not-me\/(\S+)/.exec(room.parcels.at(-1)?.text ?? '')?.[1] ?? '';
    expect(await reportAsked(room.ports, happeningOfAddress(room.seals, passed) ?? '')).toBe('over');
    // Also when what may be forgotten is: that it was passed is known for as long as the link can be pressed.
    room.clock.forward(60 * minute);
    await room.ports.store.due(room.clock.now(), 0);
    expect(await reportAsked(room.ports, happeningOfAddress(room.seals, passed) ?? '')).toBe('over');
    room.clock.forward(24 * 60 * minute);
    expect(await reportAsked(room.ports, id)).toBe('over');
  });

  test("a mail to an address that is being registered has no such link: it is not the account's yet", async () => {
    const room = await freshRoom();
    await room.plant([app]);
    const draft = taken(await room.draft('email', mail.to));
    await room.challenge({ draft }, 'register');
    expect(room.parcels.at(-1)?.text).not.toContain('/not-me/');
  });

  test('it ends no challenge of another conversation', async () => {
    const room = await freshRoom();
    await room.plant([text]);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    await report(room, challenge, 'teams', keys.stack('other-tenant', anna));
    expect(await closed(room)).toEqual({ teams: null, 'front-door': null });
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.accepted' });
  });
});
