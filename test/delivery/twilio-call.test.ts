import { afterEach, expect, test } from '@jest/globals';
import { callAddress, callEndAddress, callPath } from '../../src/delivery/sending-names.ts';
import { callRoutes } from '../../src/delivery/twilio-call.ts';
import type { ElsewherePorts } from '../../src/methods/answer-elsewhere.ts';
import { callAnswers } from '../../src/methods/answer-call.ts';
import { codeNotArrived } from '../../src/methods/not-arrived.ts';
import { CodesOfChallenges } from '../../src/methods/shown-code.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { createLog } from '../../src/server/log.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createServer, type Server } from '../../src/server/server.ts';
import { keys } from '../../src/store/keys.ts';
import { describeEngines } from '../store/engines.ts';
import { accountOf, anna, makeRoom, minute, stackOf, wrongCode } from '../methods/room.ts';
import { twilioSignature } from './twilio-signature.ts';

const authToken = 'token-of-the-test';
const publicUrl = 'https://it.example.org/latchkey';
const fixedLine = '+46846500410';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describeEngines('a call over Twilio', (engine) => {
  /** A call that rings, the product that made it behind a proxy, and Twilio, who signs what it brings. */
  async function ringing() {
    const { store } = await engine.fresh();
    const room = makeRoom({ store });
    await room.plant([{ kind: 'phone-call', to: fixedLine }]);
    const challenge = await room.challenge({ method: 'planted-1' }, 'reset');
    const ports: ElsewherePorts = { ...room.ports, wake: () => {}, accountOf: (id) => Promise.resolve(accountOf(id)) };
    const forged: string[] = [];
    const answers = callAnswers(ports, ({ account, id }) =>
      codeNotArrived(
        { ...ports, directory: { find: (each) => Promise.resolve(accountOf(each)) } },
        { accountId: account, challenge: id, code: null, isNumberDead: false },
      ),
    );
    const server = createServer({
      config: { mode: 'production', host: '127.0.0.1', port: 0, publicUrl },
      routes: callRoutes({ publicUrl, authToken, onForged: (path) => forged.push(path) }, room.seals, answers),
      ready: async () => [],
      clock: systemClock,
      random: systemRandom,
      log: createLog('silent', systemClock),
      metrics: createMetrics(),
    });
    servers.push(server);
    const port = await server.listen();

    const post = async (
      url: string,
      fields: Readonly<Record<string, string>>,
      token = authToken,
    ): Promise<{ status: number; body: string }> => {
      const response = await fetch(url.replace(publicUrl, `http://127.0.0.1:${port}`), {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { 'x-twilio-signature': twilioSignature(token, url, fields) },
      });
      return { status: response.status, body: await response.text() };
    };
    const base = `${publicUrl}${callPath}`;
    const sendingOf = (id: string) => ({ account: anna, what: 'challenge', id }) as const;
    const urlOf = (id: string): string => callAddress(base, room.seals, sendingOf(id), 'sv');
    const url = urlOf(challenge);
    const dial = (CallSid: string, of = url) => ({
      pickUp: () => post(of, { CallSid, CallStatus: 'in-progress', To: fixedLine }),
      /** Keys where the call waits, as its last TwiML says. */
      key: (twiml: { readonly body: string }, Digits: string) =>
        post(actionOf(twiml.body), { CallSid, CallStatus: 'in-progress', To: fixedLine, Digits }),
    });
    const ends = (CallStatus: string, CallSid = 'CA1', id = challenge) =>
      post(callEndAddress(base, room.seals, sendingOf(id)), { CallSid, CallStatus, To: fixedLine });
    const told = async (): Promise<readonly unknown[]> => {
      const opened = await store.open({ key: stackOf(anna), owner: null, now: 0 });
      return opened.inbox.map(({ value }) => (value as { event: unknown }).event);
    };
    const digits = new CodesOfChallenges(room.seals).of(challenge);
    const tries = async (): Promise<number> => (await room.document()).methods[0]?.tries.wrong ?? -1;
    return { room, challenge, digits, url, urlOf, post, dial, ends, told, tries, forged };
  }

  test('I22: picked up, it says who calls and why, and asks for the digits the chat shows; keyed right, the chat goes on', async () => {
    const { digits, dial, told, challenge } = await ringing();
    const call = dial('CA1');
    const opened = await call.pickUp();
    expect(opened.status).toBe(200);
    expect(opened.body).toContain(
      '<Say language="sv-SE">Hej! Det här är Latchkey, helpdeskens bot på Fjällbyn AB. Någon har bett i chatten om att återställa ditt lösenord.</Say>',
    );
    const after = await call.key(opened, digits);
    expect(after.body).toContain('<Say language="sv-SE">Tack, det stämmer. Fortsätt i chatten. Hej då.</Say><Hangup/>');
    expect(await told()).toEqual([
      { type: 'challenge.answered', challenge, verdict: { type: 'answer.accepted', proof: expect.any(String), kind: 'phone-call' } },
    ]);
  });

  test('I22: nothing a voicemail could hear, and nothing in an address, tells a code, a number or a person', async () => {
    const { digits, url, dial } = await ringing();
    const call = dial('CA1');
    const opened = await call.pickUp();
    const star = await call.key(opened, '*');
    const back = await call.key(star, '');
    const over = await call.key(back, '');
    for (const { body } of [opened, star, back, over]) {
      for (const secret of [digits, fixedLine, fixedLine.slice(-2), anna, 'Anna', 'Berg', 'anna.berg'])
        expect(spoken(body)).not.toContain(secret);
      for (const secret of [digits, fixedLine, anna, 'anna.berg']) expect(body).not.toContain(secret);
    }
    for (const secret of [digits, anna, '46846500410']) expect(url).not.toContain(secret);
  });

  test('a webhook brought again gets the same answer and counts once', async () => {
    const { room, digits, dial, told, tries } = await ringing();
    const call = dial('CA1');
    const opened = await call.pickUp();
    const wrong = await call.key(opened, wrongCode(digits));
    expect(await call.key(opened, wrongCode(digits))).toEqual(wrong);
    expect(await tries()).toBe(1);
    const right = await call.key(wrong, digits);
    expect(await call.key(wrong, digits)).toEqual(right);
    expect(await told()).toHaveLength(2);
    expect((await room.audit()).filter(({ reason }) => reason === 'reset phone-call right')).toHaveLength(1);
  });

  test('I22: wrong digits are asked for again once and cost a try each; then the call is over', async () => {
    const { digits, dial, told, tries, ends, challenge } = await ringing();
    const call = dial('CA1');
    const again = await call.key(await call.pickUp(), wrongCode(digits));
    expect(spoken(again.body)).toContain('Det var inte rätt siffror.');
    const over = await call.key(again, wrongCode(digits));
    expect(over.body).toContain('<Hangup/>');
    expect(await tries()).toBe(2);
    await ends('completed');
    expect(await told()).toEqual([
      {
        type: 'challenge.answered',
        challenge,
        verdict: { type: 'answer.rejected', reason: 'wrong', triesLeft: 2, mark: expect.any(String) },
      },
      {
        type: 'challenge.answered',
        challenge,
        verdict: { type: 'answer.rejected', reason: 'wrong', triesLeft: 1, mark: expect.any(String) },
      },
      { type: 'challenge.unanswered', challenge, reason: 'ended' },
    ]);
    // What was right a moment ago is over with the call.
    await call.key(again, digits);
    expect(spoken((await dial('CA2').pickUp()).body)).toContain('behövs inte längre');
    expect(await told()).toHaveLength(3);
  });

  test.each(['completed', 'busy', 'no-answer', 'canceled'])(
    'I22: a call that ends as %s without a key costs a send and no try',
    async (status) => {
      const { room, ends, told, tries, challenge } = await ringing();
      expect((await ends(status)).status).toBe(204);
      await ends(status);
      await ends('completed');
      expect(await told()).toEqual([{ type: 'challenge.unanswered', challenge, reason: 'no-answer' }]);
      expect(await tries()).toBe(0);
      expect(await room.row(keys.pace(anna))).toMatchObject({ sends: [expect.any(Number)] });
      expect((await room.audit()).at(-1)).toMatchObject({ reason: 'reset phone-call no-answer' });
    },
  );

  test('I22: no key twice, as on a voicemail, is no answer', async () => {
    const { dial, told, tries, challenge } = await ringing();
    const call = dial('CA1');
    const over = await call.key(await call.key(await call.pickUp(), ''), '');
    expect(over.body).toContain('<Hangup/>');
    expect(await told()).toEqual([{ type: 'challenge.unanswered', challenge, reason: 'no-answer' }]);
    expect(await tries()).toBe(0);
  });

  test('a call that the network cannot bring did not get through; what is under way says nothing', async () => {
    const { ends, told, challenge } = await ringing();
    for (const status of ['queued', 'ringing', 'in-progress', '']) await ends(status);
    expect(await told()).toEqual([]);
    await ends('failed');
    await ends('completed');
    expect(await told()).toEqual([{ type: 'challenge.unanswered', challenge, reason: 'undelivered' }]);
  });

  test('I22: star and then nine reports; star alone does not, nor nine without star', async () => {
    const { digits, dial, told, tries, challenge } = await ringing();
    const call = dial('CA1');
    const opened = await call.pickUp();
    const nine = await call.key(opened, '9');
    expect(spoken(nine.body)).not.toContain('Tack för att du sa till');
    const star = await call.key(opened, '*');
    expect(spoken(star.body)).toContain('Tryck nio nu');
    expect(await told()).toEqual([]);
    const confirmed = await call.key(star, '9');
    expect(spoken(confirmed.body)).toContain('Tack för att du sa till');
    expect(await call.key(star, '9')).toEqual(confirmed);
    expect(await told()).toEqual([{ type: 'challenge.unanswered', challenge, reason: 'reported' }]);
    expect(await tries()).toBe(0);
    // Nothing is passed after it.
    expect(spoken((await call.key(opened, digits)).body)).toContain('behövs inte längre');
    expect(JSON.stringify(await told())).not.toContain('answer.accepted');
  });

  test('a call whose end is told before its keys gives nothing away', async () => {
    const { digits, dial, ends, told, tries, challenge } = await ringing();
    const call = dial('CA1');
    const opened = await call.pickUp();
    await ends('completed');
    expect(spoken((await call.key(opened, digits)).body)).toContain('behövs inte längre');
    expect((await told()).filter((event) => (event as { type: string }).type === 'challenge.unanswered')).toEqual([
      { type: 'challenge.unanswered', challenge, reason: 'no-answer' },
    ]);
    expect(JSON.stringify(await told())).not.toContain('answer.accepted');
    expect(await tries()).toBe(0);
  });

  test('R34: what Twilio did not sign is 403 and does nothing; a name that we did not give is nobody', async () => {
    const { digits, url, post, dial, ends, told, tries, forged } = await ringing();
    const opened = await dial('CA1').pickUp();
    const fields = { CallSid: 'CA1', Digits: digits };
    expect((await post(actionOf(opened.body), fields, 'another-token')).status).toBe(403);
    expect((await post(`${publicUrl}${callPath}k1.none?in=sv`, fields)).status).toBe(404);
    expect((await post(url.replace('?in=sv', '?in=xx'), fields)).status).toBe(404);
    expect((await post(url.replace('?in=sv', '/ended'), { CallSid: 'CA1', CallStatus: 'completed' }, 'another-token')).status).toBe(403);
    expect([await told(), await tries(), forged.length]).toEqual([[], 0, 2]);
    expect((await ends('completed', 'CA1', 'none')).status).toBe(204);
    expect(await told()).toEqual([]);
  });

  test('fifty parallel right keyings: exactly one is accepted', async () => {
    const { room, digits, dial } = await ringing();
    const opened = await dial('CA0').pickUp();
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => dial(`CA${n}`).key(opened, digits)));
    expect(all.filter(({ body }) => body.includes('Tack, det stämmer'))).toHaveLength(1);
    expect((await room.audit()).filter(({ reason }) => reason === 'reset phone-call right')).toHaveLength(1);
  });

  test('I6: fifty parallel wrong keyings: exactly the limit is counted', async () => {
    const { digits, dial, tries } = await ringing();
    const opened = await dial('CA0').pickUp();
    await Promise.all(Array.from({ length: 50 }, (_, n) => dial(`CA${n}`).key(opened, wrongCode(digits))));
    // Two parallel ones end the call at its second question; at the first each is weighed until the third wrong one.
    expect(await tries()).toBe(3);
  });

  test('digits of another account, another purpose and a call that is over are wrong here', async () => {
    const { room, dial, tries } = await ringing();
    const other = await room.challenge({ method: 'planted-1' }, 'step-up');
    const opened = await dial('CA1').pickUp();
    const codes = new CodesOfChallenges(room.seals);
    expect(spoken((await dial('CA1').key(opened, codes.of(other))).body)).toContain('Det var inte rätt siffror.');
    expect(await tries()).toBe(1);
  });

  test('digits that have expired are not taken', async () => {
    const { room, digits, dial, told } = await ringing();
    const opened = await dial('CA1').pickUp();
    room.clock.forward(6 * minute);
    expect(spoken((await dial('CA1').key(opened, digits)).body)).toContain('behövs inte längre');
    expect(JSON.stringify(await told())).not.toContain('answer.accepted');
  });

  test('a newer call replaces it: picked up late it is not needed, and a report on it stops the newer one', async () => {
    const { room, challenge, urlOf, dial, told, digits } = await ringing();
    const early = await dial('CA1').pickUp();
    room.clock.forward(minute);
    const newer = await room.challenge({ method: 'planted-1' }, 'reset');
    expect(spoken((await dial('CA1').pickUp()).body)).toContain('behövs inte längre');
    const late = await dial('CA2', urlOf(newer)).pickUp();
    expect(spoken((await dial('CA2', urlOf(newer)).key(late, digits)).body)).toContain('hör till ett annat samtal');
    room.clock.forward(2 * minute);
    const newest = await room.challenge({ method: 'planted-1' }, 'reset');
    await dial('CA1').key(early, '*9');
    const unanswered = (await told()).filter((event) => (event as { type: string }).type === 'challenge.unanswered');
    expect(unanswered).toEqual([
      { type: 'challenge.unanswered', challenge: newer, reason: 'ended' },
      { type: 'challenge.unanswered', challenge, reason: 'reported' },
      { type: 'challenge.unanswered', challenge: newest, reason: 'reported' },
    ]);
  });

  test('a call for what was cancelled in the chat says that it is not needed, in its language', async () => {
    const { room, challenge, digits, dial, told } = await ringing();
    const opened = await dial('CA1').pickUp();
    await room.store.commit({ remove: [keys.challenge(anna, challenge)] });
    expect(spoken((await dial('CA1').pickUp()).body)).toContain('Det här samtalet behövs inte längre');
    expect(spoken((await dial('CA1').key(opened, digits)).body)).toContain('behövs inte längre');
    expect(await told()).toEqual([]);
  });
});

const actionOf = (twiml: string): string => (/action="([^"]+)"/u.exec(twiml)?.[1] ?? 'none').replaceAll('&amp;', '&');
const spoken = (twiml: string): string => [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/gu)].map(([, said]) => said).join(' ');
