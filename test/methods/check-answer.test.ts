import { describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { keys } from '../../src/store/keys.ts';
import { accepted, accountOf, alternate, anna, day, hour, makeRoom, minute, mobile, stackOf, taken, wrongCode, type Room } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;
const mail = { kind: 'email', to: alternate } as const;
const byText = { method: 'planted-1' };

/** Wrong answers to new challenges of a method, as many as are asked for; waits are sat out. */
async function miss(room: Room, times: number, method = 'planted-1'): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const { methods } = await room.document();
    const wait = (methods.find(({ id }) => id === method)?.tries.waitUntil ?? 0) - room.clock.now();
    if (wait > 0) room.clock.forward(wait);
    const challenge = await room.challenge({ method }, 'reset');
    await room.check(challenge, await wrongAppCode(room));
  }
}

/** Six digits that are no code of the app around now. */
async function wrongAppCode(room: Room): Promise<string> {
  const near = await Promise.all([-1, 0, 1].map((steps) => room.appCode(steps)));
  return ['111111', '222222', '333333', '444444'].find((code) => !near.includes(code)) ?? '';
}

describe('I7: codes that are sent', () => {
  test('a right code is accepted once, and the proof says what was proved', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const proof = accepted(await room.check(challenge, room.lastCode()));
    expect(await room.row(keys.proof(anna, proof))).toMatchObject({
      accountId: anna,
      kind: 'gate',
      purpose: 'reset',
      method: 'text-message',
      group: 'number',
      target: 'planted-1',
      conversation: stackOf(anna),
      at: room.clock.now(),
    });
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.rejected', reason: 'expired' });
  });

  test('spaces and full-width digits are understood, and leading zeros kept', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const wide = room.lastCode().replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect(await room.check(challenge, ` ${wide.slice(0, 3)}\u00a0${wide.slice(3)} `)).toMatchObject({ type: 'answer.accepted' });
  });

  test('what is not six digits costs nothing', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    for (const typed of ['', '12345', '1234567', 'hej', '👍', 'x'.repeat(100_000), '12a456']) {
      expect(await room.check(challenge, typed)).toMatchObject({ type: 'answer.rejected', reason: 'form', triesLeft: 3 });
    }
    expect(await room.check(challenge, room.lastCode())).toMatchObject({ type: 'answer.accepted' });
  });

  test('R2: a text lives five minutes and a mail ten, and a late code is not accepted', async () => {
    const room = makeRoom();
    await room.plant([text, mail]);
    const texted = await room.challenge(byText, 'reset');
    const textCode = room.lastCode();
    const mailed = await room.challenge({ method: 'planted-2' }, 'reset');
    const mailCode = room.lastCode();
    room.clock.forward(5 * minute);
    expect(await room.check(texted, textCode)).toMatchObject({ reason: 'expired', triesLeft: 3 });
    room.clock.forward(5 * minute - 1);
    expect(await room.check(mailed, mailCode)).toMatchObject({ type: 'answer.accepted' });
    const again = await room.challenge({ method: 'planted-2' }, 'reset');
    room.clock.forward(10 * minute);
    expect(await room.check(again, room.lastCode())).toMatchObject({ reason: 'expired' });
  });

  test('R3: a newer code replaces an older one, whose right code is told which to use: free once, then a try', async () => {
    const room = makeRoom();
    await room.plant([text]);
    await room.challenge(byText, 'reset');
    const older = room.lastCode();
    room.clock.forward(30_000);
    const newer = await room.send(byText, 'reset');
    if (newer.type !== 'challenge.sent') throw new Error('not sent');
    const mark = newer.mark;
    expect(await room.check(newer.challenge, older)).toEqual({ type: 'answer.rejected', reason: 'newer', triesLeft: 3, mark });
    expect(await room.check(newer.challenge, older)).toEqual({ type: 'answer.rejected', reason: 'newer', triesLeft: 2, mark });
    expect(await room.check(newer.challenge, room.lastCode())).toMatchObject({ type: 'answer.accepted' });
  });

  test('R3: an older code that is over by its own time is a wrong one', async () => {
    const room = makeRoom();
    await room.plant([text]);
    await room.challenge(byText, 'reset');
    const older = room.lastCode();
    room.clock.forward(4 * minute);
    const newer = await room.challenge(byText, 'reset');
    room.clock.forward(minute);
    expect(await room.check(newer, older)).toMatchObject({ reason: 'wrong', triesLeft: 2 });
  });

  test('R3: an answer that comes by the older challenge is told of the newer one, and cannot pass it', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const first = await room.challenge(byText, 'reset');
    const older = room.lastCode();
    room.clock.forward(30_000);
    const second = await room.challenge(byText, 'reset');
    const { mark } = (await room.row(keys.challenge(anna, second))) as { mark: string };
    expect(await room.check(first, older)).toMatchObject({ reason: 'newer', mark });
    expect((await room.check(first, room.lastCode())).type).toBe('answer.rejected');
    expect(await room.check(second, room.lastCode())).toMatchObject({ type: 'answer.accepted' });
  });

  test('R7: a code is worthless for another account, purpose or conversation', async () => {
    const room = makeRoom();
    const bo = 'b0000000-0000-4000-8000-000000000002';
    await room.plant([text]);
    await room.plant([{ kind: 'text-message', to: '+46701740606' }], bo);
    const annas = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    const bos = await room.challenge(byText, 'reset', { accountId: bo });
    const bosCode = room.lastCode();
    expect(code).not.toBe(bosCode);

    // Anna's challenge in Bo's account, and her code against his challenge.
    expect(await room.check(annas, code, { accountId: bo })).toMatchObject({ reason: 'expired' });
    expect(await room.check(bos, code, { accountId: bo })).toMatchObject({ reason: 'wrong', triesLeft: 2 });
    // Another conversation of hers.
    expect(await room.check(annas, code, { stack: keys.stack('elsewhere', anna) })).toMatchObject({ reason: 'expired' });
    // Another purpose.
    const unlock = await room.challenge(byText, 'unlock');
    expect(await room.check(unlock, code)).toMatchObject({ reason: 'wrong', triesLeft: 2 });
    expect(await room.check(annas, code)).toMatchObject({ type: 'answer.accepted' });
  });

  test('a challenge that was dropped, or whose method was removed, is nothing to answer', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    const { first } = await room.document();
    await room.store.commit({ put: { [keys.methods(anna)]: { methods: [], first, removals: [] } } });
    expect(await room.check(challenge, code)).toMatchObject({ reason: 'expired' });
    expect(await room.check('never-was', code)).toMatchObject({ reason: 'expired' });
  });
});

describe('I6: tries belong to the authenticator and the account', () => {
  test('three wrong answers are a failed verification, which waits 1, 5, 15, 60 minutes; a right code does not pass before', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, failuresPerDay: 20 } }) });
    await room.plant([app]);
    for (const wait of [1, 5, 15, 60, 60]) {
      const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
      const wrong = await wrongAppCode(room);
      expect(await room.check(challenge, wrong)).toMatchObject({ reason: 'wrong', triesLeft: 2 });
      expect(await room.check(challenge, wrong)).toMatchObject({ reason: 'wrong', triesLeft: 1 });
      const until = room.clock.now() + wait * minute;
      expect(await room.check(challenge, wrong)).toEqual({ type: 'answer.exhausted', scope: 'method', until });
      expect(await room.check(challenge, await room.appCode())).toEqual({ type: 'answer.exhausted', scope: 'method', until });
      expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.refused', reason: 'pace', until });
      room.clock.forward(wait * minute);
      expect(await room.check(challenge, await room.appCode())).toMatchObject({ reason: 'expired' });
    }
  });

  test('R2: a new code brings no new tries', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const first = await room.challenge(byText, 'reset');
    const wrong = wrongCode(room.lastCode());
    await room.check(first, wrong);
    await room.check(first, wrong);
    room.clock.forward(30_000);
    const second = await room.challenge(byText, 'reset');
    expect(await room.check(second, wrongCode(room.lastCode()))).toMatchObject({ type: 'answer.exhausted', scope: 'method' });
  });

  test('five failed verifications in 24 h close self-service at that door for 24 h, and at no other', async () => {
    const room = makeRoom();
    await room.plant([app]);
    await miss(room, 14);
    const wait = ((await room.document()).methods[0]?.tries.waitUntil ?? 0) - room.clock.now();
    if (wait > 0) room.clock.forward(wait);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    const until = room.clock.now() + day;
    expect(await room.check(challenge, await wrongAppCode(room))).toEqual({ type: 'answer.exhausted', scope: 'account', until });
    room.clock.forward(2 * hour);
    expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.refused', reason: 'pace', until });
    const elsewhere = await room.challenge({ method: 'planted-1' }, 'reset', { door: 'front-door' });
    expect(await room.check(elsewhere, await room.appCode(), { door: 'front-door' })).toMatchObject({ type: 'answer.accepted' });
    expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.refused', reason: 'pace', until });
    room.clock.forward(until - room.clock.now());
    expect((await room.send({ method: 'planted-1' }, 'reset')).type).toBe('challenge.sent');
  });

  test('R1: a hundred wrong answers in a row disable the method, and the 101st is refused even with the right code', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, failuresPerDay: 1000, waitMinutes: [1] } }) });
    await room.plant([app]);
    await miss(room, 99);
    room.clock.forward(minute);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    expect(await room.check(challenge, await wrongAppCode(room))).toEqual({ type: 'answer.exhausted', scope: 'method', until: null });
    room.clock.forward(day);
    expect(await room.check(challenge, await room.appCode())).toEqual({ type: 'answer.exhausted', scope: 'method', until: null });
    expect(await room.send({ method: 'planted-1' }, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect((await room.read('reset')).methods).toMatchObject([{ usable: 'disabled' }]);
  });

  test('R1: success clears what was used and nothing else', async () => {
    const room = makeRoom();
    await room.plant([app, text]);
    const byApp = await room.challenge({ method: 'planted-1' }, 'reset');
    await room.check(byApp, await wrongAppCode(room));
    const sent = await room.challenge({ method: 'planted-2' }, 'reset');
    await room.check(sent, wrongCode(room.lastCode()));
    await room.check(byApp, await room.appCode());
    const { methods } = await room.document();
    expect(methods.map(({ tries }) => tries.wrong)).toEqual([0, 1]);
    expect(methods.map(({ lastUsedAt }) => lastUsedAt)).toEqual([room.clock.now(), null]);
  });

  test('R1: success leaves the failures and the sends of the account as they are', async () => {
    const room = makeRoom();
    await room.plant([app, text]);
    await miss(room, 3);
    const sent = await room.challenge({ method: 'planted-2' }, 'reset');
    const before = (await room.row(keys.pace(anna))) as { failures: unknown[]; sends: unknown[] };
    expect([before.failures.length, before.sends.length]).toEqual([1, 1]);
    accepted(await room.check(sent, room.lastCode()));
    expect(await room.row(keys.pace(anna))).toMatchObject({ failures: before.failures, sends: before.sends });
  });

  test('a wrong answer from another conversation counts against nobody, and learns nothing', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const pace = await room.row(keys.pace(anna));
    const elsewhere = { stack: keys.stack('elsewhere', anna) };
    for (let n = 0; n < 4; n += 1) {
      expect(await room.check(challenge, wrongCode(room.lastCode()), elsewhere)).toMatchObject({ reason: 'expired', triesLeft: 3 });
    }
    expect((await room.document()).methods[0]?.tries).toEqual({ wrong: 0, waitUntil: 0, reused: 0 });
    expect(await room.row(keys.pace(anna))).toEqual(pace);
    accepted(await room.check(challenge, room.lastCode()));
  });

  test('a new draft brings no new tries, whichever number it is for; the first right code does', async () => {
    const room = makeRoom();
    const asked = async (number: string) => room.challenge({ draft: taken(await room.draft('text-message', number)) }, 'register');
    const first = await asked(mobile);
    for (const triesLeft of [2, 1]) expect(await room.check(first, wrongCode(room.lastCode()))).toMatchObject({ triesLeft });
    const again = await asked(mobile);
    expect(await room.check(again, wrongCode(room.lastCode()))).toMatchObject({ type: 'answer.exhausted', scope: 'method' });
    expect(await room.row(keys.pace(anna))).toMatchObject({ failures: [{ door: 'teams' }] });
    const draft = taken(await room.draft('text-message', '+46701740606'));
    const until = room.clock.now() + minute;
    expect(await room.send({ draft }, 'register')).toEqual({ type: 'challenge.refused', reason: 'pace', until });
    expect((await room.send({ draft: taken(await room.draft('email', alternate)) }, 'register')).type).toBe('challenge.sent');
    room.clock.forward(minute);
    accepted(await room.check(await room.challenge({ draft }, 'register'), room.lastCode()));
    expect(await room.check(await asked(mobile), wrongCode(room.lastCode()))).toMatchObject({ triesLeft: 2 });
  });

  test('a day later a draft has tries of its own again', async () => {
    const room = makeRoom();
    const asked = async () => room.challenge({ draft: taken(await room.draft('text-message', mobile)) }, 'register');
    expect(await room.check(await asked(), wrongCode(room.lastCode()))).toMatchObject({ triesLeft: 2 });
    room.clock.forward(day);
    expect(await room.check(await asked(), wrongCode(room.lastCode()))).toMatchObject({ triesLeft: 2 });
  });

  test('wrong codes to a draft count against the account too', async () => {
    const room = makeRoom();
    for (let n = 1; n <= 5; n += 1) {
      room.clock.forward(hour);
      const draft = taken(await room.draft('authenticator-app'));
      const challenge = await room.challenge({ draft }, 'register');
      for (let tries = 0; tries < 2; tries += 1) expect((await room.check(challenge, '000000')).type).toBe('answer.rejected');
      expect(await room.check(challenge, '000000')).toMatchObject({ type: 'answer.exhausted', scope: n < 5 ? 'method' : 'account' });
    }
  });
});

describe('I9: the account is read again before an answer is weighed', () => {
  test.each([
    ['was disabled', accountOf(anna, { enabled: false })],
    ['is gone', null],
  ])('the right code of an account that %s proves nothing, not even once it is back', async (_, account) => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    const refused = { type: 'answer.rejected', reason: 'expired' };
    expect(await room.check(challenge, code, { account: async () => account })).toMatchObject(refused);
    expect(await room.check(challenge, code)).toMatchObject(refused);
    expect((await room.audit()).at(-1)).toMatchObject({ act: 'methods.check-answer', verdict: 'refused' });
  });

  test('a directory that is away stops no check: no act goes by without asking it again', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const account = () => Promise.reject(new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'away'));
    accepted(await room.check(challenge, room.lastCode(), { account }));
  });
});

describe('one answer, one verdict', () => {
  test('I6: a redelivered attempt gets the same verdict and counts once', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const wrong = wrongCode(room.lastCode());
    const first = await room.check(challenge, wrong, { id: 'attempt-1' });
    expect(await room.check(challenge, wrong, { id: 'attempt-1' })).toEqual(first);
    expect((await room.document()).methods[0]?.tries.wrong).toBe(1);
    const right = await room.check(challenge, room.lastCode(), { id: 'attempt-2' });
    expect(await room.check(challenge, room.lastCode(), { id: 'attempt-2' })).toEqual(right);
    expect(right.type).toBe('answer.accepted');
    room.clock.forward(6 * minute);
    expect(await room.check(challenge, wrong, { id: 'attempt-1' })).toEqual(first);
  });

  test('every decision has its audit entry, and neither code nor number stands in the store', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const challenge = await room.challenge(byText, 'reset');
    const code = room.lastCode();
    await room.check(challenge, wrongCode(code));
    await room.check(challenge, code);
    expect((await room.audit()).map(({ act, verdict, reason }) => `${act} ${verdict} ${reason}`)).toEqual([
      'methods.send-challenge allowed reset sending',
      'methods.check-answer refused reset text-message wrong',
      'methods.check-answer allowed reset text-message right',
    ]);
    const stored = await Promise.all([keys.methods(anna), keys.pace(anna), keys.challenge(anna, challenge)].map((key) => room.row(key)));
    for (const secret of [code, mobile, mobile.slice(3)]) expect(JSON.stringify(stored)).not.toContain(secret);
  });
});
