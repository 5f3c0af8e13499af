import { expect, test } from '@jest/globals';
import type { AccountState } from '../../src/directory/port.ts';
import { codeNotArrived, type LostCode } from '../../src/methods/not-arrived.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { openOwed, readOutboxRow } from '../../src/delivery/outbox.ts';
import type { Key } from '../../src/store/port.ts';
import { keys, partitionOf } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accepted, accountOf, alternate, anna, makeRoom, minute, mobile, stackOf, taken, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const mail = { kind: 'email', to: alternate } as const;
const app = { kind: 'authenticator-app' } as const;
const byText = { method: 'planted-1' };

describeEngines('R34: a code that did not arrive', (engine) => {
  const openRoom = async (): Promise<Room> => makeRoom({ store: (await engine.fresh()).store });

  /** The provider says so; gives the stacks that were woken. */
  async function told(room: Room, challenge: string, more: Partial<LostCode> = {}, find?: () => Promise<AccountState>): Promise<Key[]> {
    const woken: Key[] = [];
    const directory = { find: find ?? (async () => accountOf(anna)) };
    await codeNotArrived(
      { ...room.ports, directory, wake: (stack) => woken.push(stack) },
      { accountId: anna, challenge, code: 30_003, isNumberDead: false, ...more },
    );
    return woken;
  }
  const dead = { code: 30_005, isNumberDead: true };

  /** What waits for the person's dialogs. */
  const inbox = async (room: Room) =>
    (await room.store.open({ key: stackOf(anna), owner: null, now: room.clock.now() })).inbox.map(({ value }) => value);

  const unanswered = (challenge: string) => ({ event: { type: 'challenge.unanswered', challenge, reason: 'undelivered' } });

  /** What the outbox owes of a challenge, opened. */
  async function owed(room: Room, challenge: string) {
    const parcels = [];
    for (let n = 1; ; n += 1) {
      const key = keys.outbox(partitionOf(anna), `${challenge}-suspended-${n}`);
      const row = await room.row(key);
      if (row === null) return parcels;
      const each = openOwed(room.seals, key, readOutboxRow(row));
      if ('parcel' in each) parcels.push(each.parcel);
    }
  }

  test('its dialog is told and woken, its code is over, another may be sent at once', async () => {
    const room = await openRoom();
    await room.plant([text, app]);
    const challenge = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    expect(await told(room, challenge)).toEqual([stackOf(anna)]);
    expect(await inbox(room)).toEqual([unanswered(challenge)]);
    expect(await room.check(challenge, code)).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
    expect((await room.send(byText, 'reset')).type).toBe('challenge.sent');
    expect((await room.audit()).map(({ act, reason }) => `${act} ${reason}`)).toContain('methods.not-arrived reset text-message 30003');
    expect((await room.document()).methods[0]).toMatchObject({ suspended: null, tries: { wrong: 0 } });
  });

  test('told fifty times at once, its dialog hears it once', async () => {
    const room = await openRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const woken = await Promise.all(Array.from({ length: 50 }, async () => told(room, challenge, dead)));
    expect(woken.flat()).toEqual([stackOf(anna)]);
    expect(await inbox(room)).toHaveLength(2);
    expect((await room.audit()).filter(({ act }) => act === 'methods.suspend')).toHaveLength(1);
  });

  test('after its code was typed, or for a challenge nobody knows, it changes nothing', async () => {
    const room = await openRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    accepted(await room.check(challenge, room.lastCode()));
    const before = await room.document();
    expect(await told(room, challenge, dead)).toEqual([]);
    expect(await told(room, 'nobody-knows', dead)).toEqual([]);
    expect(await told(room, challenge, { ...dead, accountId: 'somebody-else' })).toEqual([]);
    expect(await inbox(room)).toEqual([]);
    expect(await room.document()).toEqual(before);
  });

  test('late, or of one that a newer one replaced, no dialog is told; the newer one still counts', async () => {
    const room = await openRoom();
    await room.plant([text]);
    const first = await room.challenge(byText, 'reset');
    room.clock.forward(minute);
    const second = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    expect(await told(room, first)).toEqual([]);
    accepted(await room.check(second, code));
    const third = await room.challenge(byText, 'unlock');
    room.clock.forward(6 * minute);
    expect(await told(room, third)).toEqual([]);
    expect(await inbox(room)).toEqual([]);
  });

  test('R23, I19: a dead number is suspended at once, and its owner is told everywhere but there', async () => {
    const room = await openRoom();
    await room.plant([text, mail, app]);
    const challenge = await room.challenge(byText, 'reset');
    await told(room, challenge, dead);
    expect((await room.document()).methods.map(({ suspended }) => suspended)).toEqual(['unreachable', null, null]);
    expect(await room.read('reset')).toMatchObject({
      methods: expect.arrayContaining([expect.objectContaining({ label: '...05', usable: 'unreachable', until: null })]),
    });
    expect(await room.send(byText, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect((await owed(room, challenge)).map(({ to }) => to)).toEqual(['anna.berg@fjallbyn.example', alternate]);
    expect(await inbox(room)).toEqual([
      unanswered(challenge),
      { notice: 'notice.method-suspended.chat', params: { at: room.clock.now(), kind: 'text-message' } },
    ]);
    expect((await room.audit()).filter(({ act }) => act === 'methods.suspend')).toMatchObject([
      { verdict: 'allowed', reason: 'text-message number-dead', actor: 'system' },
    ]);
  });

  test('R23, I19: a dead number is called no more either, and gets no notice as a telephone', async () => {
    const room = await openRoom();
    await room.plant([text, { kind: 'phone-call', to: mobile }, { kind: 'phone-call', to: '+46846500410' }, app]);
    const ringing = await room.challenge({ method: 'planted-2' }, 'unlock');
    const challenge = await room.challenge(byText, 'reset');
    await told(room, challenge, dead);
    expect((await room.document()).methods.map(({ suspended }) => suspended)).toEqual(['unreachable', 'unreachable', null, null]);
    expect(await room.send({ method: 'planted-2' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    const keyed = await room.key(ringing, new CodesOfChallenges(room.seals).of(ringing));
    expect(keyed).toEqual({ type: 'answer.exhausted', scope: 'method', until: null });
    expect((await owed(room, challenge)).map(({ to }) => to)).toEqual(['anna.berg@fjallbyn.example']);
    expect((await room.audit()).filter(({ act }) => act === 'methods.suspend').map(({ reason }) => reason)).toEqual([
      'text-message phone-call number-dead',
    ]);
  });

  test('what it proved before counts no more, and no gate opens by it', async () => {
    const room = await openRoom();
    await room.plant([text, app]);
    const proof = await room.prove('planted-1', 'step-up');
    await told(room, await room.challenge(byText, 'unlock'), dead);
    const draft = taken(await room.draft('email', alternate));
    const mailed = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await room.save({ draft, proofs: [proof, mailed] })).toEqual({ type: 'method.refused', reason: 'proofs' });
  });

  test('a dead number that lives again is registered by a fresh proof of it, and takes its own place', async () => {
    const room = await openRoom();
    await room.plant([text, { kind: 'text-message', to: '+46701740606' }, app]);
    await told(room, await room.challenge(byText, 'reset'), dead);
    const proof = await room.prove('planted-3', 'step-up');
    const draft = taken(await room.draft('text-message', mobile));
    const texted = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect((await room.save({ draft, proofs: [proof, texted] })).type).toBe('method.stored');
    const { methods } = await room.document();
    expect(methods.map(({ label, suspended }) => [label, suspended])).toEqual([
      ['...06', null],
      [expect.any(String), null],
      ['...05', null],
    ]);
  });

  test('a dead number takes no place of another, which is as many as the policy allows all the same', async () => {
    const room = await openRoom();
    await room.plant([text, { kind: 'text-message', to: '+46701740606' }, app]);
    expect(await room.draft('text-message', '+46701740607')).toEqual({ type: 'draft.rejected', reason: 'full' });
    await told(room, await room.challenge(byText, 'reset'), dead);
    const proof = await room.prove('planted-3', 'step-up');
    const draft = taken(await room.draft('text-message', '+46701740607'));
    const texted = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect((await room.save({ draft, proofs: [proof, texted] })).type).toBe('method.stored');
    expect(await room.draft('text-message', '+46701740608')).toEqual({ type: 'draft.rejected', reason: 'full' });
    expect(await room.draft('text-message', mobile)).toEqual({ type: 'draft.rejected', reason: 'full' });
  });

  test('I4: the present password alone does not take the place of a dead number', async () => {
    const room = await openRoom();
    await room.plant([text]);
    await told(room, await room.challenge(byText, 'reset'), dead);
    const { firstProofApplies } = await import('../../src/methods/proofs.ts');
    const asked = { accountId: anna, stack: stackOf(anna), session: 'f9', now: room.clock.now() };
    expect(await firstProofApplies(room.store, asked, room.policy)).toBe(false);
  });

  test('a number that was never registered is told of, and nothing is suspended', async () => {
    const room = await openRoom();
    await room.plant([app]);
    const draft = taken(await room.draft('text-message', mobile));
    const challenge = await room.challenge({ draft }, 'register');
    expect(await told(room, challenge, dead)).toEqual([stackOf(anna)]);
    expect(await inbox(room)).toEqual([unanswered(challenge)]);
    expect((await room.audit()).map(({ act }) => act)).not.toContain('methods.suspend');
  });

  test('a directory that is away keeps no dead number in use; one that fails is asked again', async () => {
    const room = await openRoom();
    await room.plant([text, mail]);
    const challenge = await room.challenge(byText, 'reset');
    const broken = told(room, challenge, dead, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    expect((await room.document()).methods[0]?.suspended).toBeNull();
    await told(room, challenge, dead, () => Promise.reject(new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down')));
    expect((await room.document()).methods[0]?.suspended).toBe('unreachable');
    expect((await owed(room, challenge)).map(({ to }) => to)).toEqual([alternate]);
  });
});

describeEngines('what the provider refuses at once', (engine) => {
  const openRoom = async (): Promise<Room> => makeRoom({ store: (await engine.fresh()).store });

  test('R23: no such number: a registered one is suspended and its owner told; one being registered is asked for again', async () => {
    const room = await openRoom();
    await room.plant([text, mail]);
    room.outcomes.push({ ok: false, reason: 'rejected', why: 'no-such-number' });
    expect(await room.send(byText, 'reset', { id: 'the-act' })).toEqual({ type: 'challenge.failed', reason: 'suspended' });
    expect((await room.document()).methods[0]?.suspended).toBe('unreachable');
    expect((await room.audit()).at(-1)).toMatchObject({ act: 'methods.suspend' });
    expect(await room.row(keys.outbox(partitionOf(anna), 'the-act-suspended-2'))).not.toBeNull();
    expect(await room.row(keys.outbox(partitionOf(anna), 'the-act-suspended-3'))).toBeNull();
    expect(await room.row(keys.challenge(anna, 'the-act'))).toBeNull();

    const draft = taken(await room.draft('text-message', '+46701740607'));
    room.outcomes.push({ ok: false, reason: 'rejected', why: 'no-such-number' });
    expect(await room.send({ draft }, 'register')).toEqual({ type: 'challenge.failed', reason: 'undeliverable' });
  });

  test('"STOP": said as it is, and nothing is suspended', async () => {
    const room = await openRoom();
    await room.plant([text]);
    room.outcomes.push({ ok: false, reason: 'rejected', why: 'unsubscribed' });
    expect(await room.send(byText, 'reset')).toEqual({ type: 'challenge.failed', reason: 'stopped' });
    expect((await room.document()).methods[0]?.suspended).toBeNull();
  });

  test.each(['rejected', 'unavailable'] as const)('R3: a resend that was %s leaves the code that is out, at no cost', async (reason) => {
    const room = await openRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    room.clock.forward(minute);
    room.outcomes.push({ ok: false, reason });
    expect((await room.send(byText, 'reset')).type).toBe('challenge.failed');
    accepted(await room.check(challenge, code));
  });

  test('answered before the process that sent it could write so down: it is out, and its verdict is told', async () => {
    const room = await openRoom();
    await room.plant([text]);
    const sent = await room.send(byText, 'reset', { id: 'the-act' });
    accepted(await room.check('the-act', room.lastCode()));
    const doubt = room.handlers.sendChallenge.doubt?.({ ...byText, purpose: 'reset' }, room.act({ id: 'the-act' }));
    expect(await doubt).toEqual({ ...sent, type: 'challenge.doubtful' });
  });

  test('reported before the process that sent it could write so down: it did not arrive', async () => {
    const room = await openRoom();
    await room.plant([text]);
    await room.send(byText, 'reset', { id: 'the-act' });
    const directory = { find: async () => accountOf(anna) };
    await codeNotArrived(
      { ...room.ports, directory, wake: () => {} },
      { accountId: anna, challenge: 'the-act', code: null, isNumberDead: false },
    );
    const doubt = room.handlers.sendChallenge.doubt?.({ ...byText, purpose: 'reset' }, room.act({ id: 'the-act' }));
    expect(await doubt).toEqual({ type: 'challenge.failed', reason: 'undeliverable' });
  });
});
