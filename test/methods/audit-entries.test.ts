import { describe, expect, test } from '@jest/globals';
import { isOfSession } from '../../src/methods/method-record.ts';
import { presentPasswordProof } from '../../src/methods/proofs.ts';
import { accepted, anna, day, makeRoom, minute, mobile, stackOf, start, taken, wrongCode, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;
const other = '+46701740606';

/** What was written since, an entry a line. */
async function written(room: Room, since: number): Promise<readonly string[]> {
  return (await room.audit()).slice(since).map(({ act, verdict, reason }) => `${act} ${verdict} ${reason}`);
}

/** The entries that one act wrote. */
async function entriesOf(room: Room, act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await room.audit()).length;
  await act();
  return written(room, before);
}

describe('R41: every decision on a method has its entry, allowed or refused', () => {
  test('R41: a code that is sent, an app that is asked, and what may not be', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    expect(await entriesOf(room, () => room.send({ method: 'planted-1' }, 'reset'))).toEqual([
      'methods.send-challenge allowed reset sending',
    ]);
    expect(await entriesOf(room, () => room.send({ method: 'planted-2' }, 'unlock'))).toEqual([
      'methods.send-challenge allowed unlock opened',
    ]);
    expect(await entriesOf(room, () => room.send({ method: 'planted-1' }, 'reset'))).toEqual([
      'methods.send-challenge refused reset resend-too-soon',
    ]);
    expect(await entriesOf(room, () => room.send({ method: 'nobodys' }, 'reset'))).toEqual(['methods.send-challenge refused reset gone']);
    const gone = { account: () => Promise.resolve(null) };
    expect(await entriesOf(room, () => room.send({ method: 'planted-2' }, 'reset', gone))).toEqual([
      'methods.send-challenge refused reset gone',
    ]);
  });

  test('R41: a right answer, a wrong one, and one in the wrong place', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    const wrong = wrongCode(room.lastCode());
    const elsewhere = { stack: stackOf('somebody-else') };
    expect(await entriesOf(room, () => room.check(challenge, room.lastCode(), elsewhere))).toEqual([
      'methods.check-answer refused expired',
    ]);
    expect(await entriesOf(room, () => room.check(challenge, wrong))).toEqual(['methods.check-answer refused reset text-message wrong']);
    expect(await entriesOf(room, () => room.check(challenge, room.lastCode()))).toEqual([
      'methods.check-answer allowed reset text-message right',
    ]);
    room.clock.forward(minute);
    const next = await room.challenge({ method: 'planted-1' }, 'reset');
    const bad = wrongCode(room.lastCode());
    for (let n = 0; n < 2; n += 1) await room.check(next, bad);
    expect(await entriesOf(room, () => room.check(next, bad))).toEqual([
      'methods.check-answer refused reset text-message exhausted-method',
    ]);
  });

  test('R41: a method that is stored or removed, and one that is not', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const draft = taken(await room.draft('text-message', other));
    const works = accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await entriesOf(room, () => room.save({ draft, proofs: [works] }))).toEqual(['methods.store refused proofs']);
    const { id: password, parts } = presentPasswordProof({
      id: 'known',
      accountId: anna,
      conversation: stackOf(anna),
      session: 'f2',
      passwordSetAt: start,
      now: room.clock.now(),
    });
    await room.store.commit(parts);
    expect(await entriesOf(room, () => room.save({ draft, proofs: [password, works] }))).toEqual(['methods.store refused proofs']);
    const stepUp = await room.prove('planted-2', 'step-up');
    expect(await entriesOf(room, () => room.save({ draft, proofs: [stepUp, works] }))).toEqual(['methods.store allowed text-message']);
    expect(await entriesOf(room, () => room.remove({ method: 'planted-1', proofs: [] }))).toEqual(['methods.remove refused proofs']);
    expect(await entriesOf(room, () => room.remove({ method: 'planted-1', proofs: [stepUp] }))).toEqual([
      'methods.remove allowed text-message',
    ]);
    expect(await entriesOf(room, () => room.remove({ method: 'planted-1', proofs: [stepUp] }))).toEqual(['methods.remove refused gone']);
  });
});

test('R40, I4: no session is older than a day, so that a name that comes again later is another one', () => {
  const added = { addedSession: 'stack f2', addedAt: start };
  expect(isOfSession(added, 'stack f2', start + day - 1)).toBe(true);
  expect(isOfSession(added, 'stack f2', start + day)).toBe(false);
  expect(isOfSession(added, 'stack f3', start)).toBe(false);
});
