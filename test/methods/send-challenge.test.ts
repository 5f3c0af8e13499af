import { describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { LatchkeyError } from '../../src/errors.ts';
import { keys } from '../../src/store/keys.ts';
import { accepted, accountOf, alternate, anna, codeOf, day, hour, makeRoom, minute, mobile, taken } from './room.ts';

const text = { kind: 'text-message', to: mobile } as const;
const app = { kind: 'authenticator-app' } as const;
const mail = { kind: 'email', to: alternate } as const;
const byText = { method: 'planted-1' };

describe('I7: what is sent', () => {
  test.each(languages)(
    'a text begins with the code, has the mark, and says that nobody at the helpdesk asks for it (%s)',
    async (language) => {
      const room = makeRoom();
      await room.plant([text]);
      const sent = await room.send(byText, 'reset', { language });
      if (sent.type !== 'challenge.sent') throw new Error('not sent');
      const [parcel] = room.parcels;
      expect(parcel).toMatchObject({ kind: 'sms', to: mobile, id: sent.challenge });
      expect(parcel?.text).toMatch(/^\d{6} /);
      expect(parcel?.text).toContain(` ${sent.mark ?? 'none'}`);
      expect(parcel?.text).toMatch(language === 'sv' ? /Ingen på helpdesk frågar efter den/ : /Nobody at the helpdesk will ask you for it/);
      expect(parcel?.text.length).toBeLessThanOrEqual(160);
      expect(sent).toMatchObject({ kind: 'text-message', masked: '...05', expiresAt: room.clock.now() + 5 * minute });
      expect(JSON.stringify(sent)).not.toContain(codeOf(parcel));
    },
  );

  test.each(languages)('a mail begins with the code, and its subject has the mark and no code (%s)', async (language) => {
    const room = makeRoom();
    await room.plant([text, mail]);
    const sent = await room.send({ method: 'planted-2' }, 'unlock', { language });
    const [parcel] = room.parcels;
    if (sent.type !== 'challenge.sent' || parcel?.kind !== 'mail') throw new Error('no mail');
    expect(parcel.to).toBe(alternate);
    expect(parcel.text).toMatch(/^\d{6}\n/);
    // The same as HTML: the code first, then what it is for, and that nobody asks for it.
    const shown = (parcel.html ?? '')
      .replaceAll(/<(head|title)>.*?<\/\1>/gs, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    expect(shown.slice(0, 6)).toBe(parcel.text.slice(0, 6));
    expect(parcel.html).toContain(`<html lang="${language}">`);
    expect(shown).toContain(room.ports.sentences.say(language, 'message.why.unlock'));
    expect(shown).toMatch(language === 'sv' ? /Ingen på helpdesk frågar efter den/ : /Nobody at the helpdesk will ask you for it/);
    // One link, to say that it was not asked for; nothing is loaded.
    expect(parcel.html?.match(/https?:/g)).toHaveLength(1);
    expect(parcel.html).not.toMatch(/<img|<script/);
    expect(parcel.subject).toContain(sent.mark);
    expect(parcel.subject).not.toMatch(/\d{6}/);
    expect(parcel.text).toMatch(language === 'sv' ? /Ingen på helpdesk frågar efter den/ : /Nobody at the helpdesk will ask you for it/);
    expect(sent.expiresAt).toBe(room.clock.now() + 10 * minute);
  });

  test('every purpose has its words in every language', async () => {
    for (const language of languages) {
      const room = makeRoom();
      await room.plant([text]);
      for (const purpose of ['reset', 'unlock', 'step-up'] as const) await room.challenge(byText, purpose, { language });
      const draft = taken(await room.draft('email', alternate));
      await room.challenge({ draft }, 'register', { language });
      expect(new Set(room.parcels.map((parcel) => parcel.text.replaceAll(/\d{6}|[A-Z]{2}/g, ''))).size).toBe(4);
    }
  });
});

describe('I6, R33: sends count', () => {
  test('another code may be asked for after 30, 60 and 120 s', async () => {
    const room = makeRoom({ policy: (policy) => ({ ...policy, limits: { ...policy.limits, sendsPerNumberIn10Minutes: 10 } }) });
    await room.plant([text]);
    for (const seconds of [30, 60, 120, 120]) {
      const until = room.clock.now() + seconds * 1000;
      expect(await room.send(byText, 'reset')).toMatchObject({ type: 'challenge.sent', resendAt: until });
      room.clock.forward(seconds * 1000 - 1);
      expect(await room.send(byText, 'reset')).toEqual({ type: 'challenge.refused', reason: 'resend-too-soon', until });
      room.clock.forward(1);
    }
  });

  test('an accepted code ends the waits: the next verification starts anew', async () => {
    const room = makeRoom();
    await room.plant([text]);
    await room.prove('planted-1', 'step-up');
    expect((await room.send(byText, 'step-up')).type).toBe('challenge.sent');
  });

  test('four go to one number in ten minutes, whichever accounts and purposes they are for', async () => {
    const room = makeRoom();
    const bo = 'account-of-bo';
    await room.plant([text]);
    await room.plant([text], bo);
    const first = room.clock.now();
    await room.challenge(byText, 'reset');
    await room.challenge(byText, 'unlock');
    await room.challenge(byText, 'step-up');
    await room.challenge(byText, 'reset', { accountId: bo });
    const refused = { type: 'challenge.refused', reason: 'pace', until: first + 10 * minute };
    expect(await room.send(byText, 'unlock', { accountId: bo })).toEqual(refused);
    room.clock.forward(10 * minute - 1);
    expect(await room.send(byText, 'unlock', { accountId: bo })).toEqual(refused);
    room.clock.forward(1);
    expect((await room.send(byText, 'unlock', { accountId: bo })).type).toBe('challenge.sent');
    expect(room.parcels).toHaveLength(5);
  });

  test('R32: ten go to one number in 24 h, whichever accounts it serves; an eleventh by another account of it does not', async () => {
    const room = makeRoom();
    const bo = 'account-of-bo';
    await room.plant([text]);
    await room.plant([text], bo);
    const first = room.clock.now();
    for (let n = 0; n < 10; n += 1) {
      await room.challenge(byText, 'reset', { accountId: n % 2 === 0 ? anna : bo });
      room.clock.forward(hour);
    }
    expect(await room.send(byText, 'reset', { accountId: bo })).toEqual({ type: 'challenge.refused', reason: 'pace', until: first + day });
    room.clock.forward(14 * hour);
    expect((await room.send(byText, 'reset', { accountId: bo })).type).toBe('challenge.sent');
  });

  test('fifty sends at once to one number: four are made', async () => {
    const room = makeRoom();
    const accounts = Array.from({ length: 50 }, (_, n) => `account-${n}`);
    for (const accountId of accounts) await room.plant([text], accountId);
    const results = await Promise.all(accounts.map((accountId) => room.send(byText, 'reset', { accountId })));
    expect(results.filter(({ type }) => type === 'challenge.sent')).toHaveLength(4);
    expect(room.parcels).toHaveLength(4);
  });

  test('ten go out for an account in 24 h, over all its methods; an app is not among them', async () => {
    const room = makeRoom();
    await room.plant([text, mail, app]);
    const first = room.clock.now();
    for (let n = 0; n < 10; n += 1) {
      await room.challenge({ method: n % 2 === 0 ? 'planted-1' : 'planted-2' }, 'reset');
      room.clock.forward(hour);
    }
    expect(await room.send(byText, 'reset')).toEqual({ type: 'challenge.refused', reason: 'pace', until: first + day });
    expect((await room.send({ method: 'planted-3' }, 'reset')).type).toBe('challenge.sent');
    room.clock.forward(14 * hour);
    expect((await room.send(byText, 'reset')).type).toBe('challenge.sent');
  });
});

describe('what may be challenged', () => {
  test('I2: an address is never challenged for a step-up, nor a registered method to be registered', async () => {
    const room = makeRoom();
    await room.plant([text, mail]);
    const gone = { type: 'challenge.failed', reason: 'gone' };
    expect(await room.send({ method: 'planted-2' }, 'step-up')).toEqual(gone);
    expect(await room.send(byText, 'register')).toEqual(gone);
    const draft = taken(await room.draft('text-message', '0701740606'));
    for (const purpose of ['step-up', 'reset', 'unlock'] as const) expect(await room.send({ draft }, purpose)).toEqual(gone);
    expect(await room.send({ draft }, 'register', { stack: keys.stack('elsewhere', anna) })).toEqual(gone);
    expect(await room.send({ method: 'planted-9' }, 'reset')).toEqual(gone);
    expect(room.parcels).toHaveLength(0);
  });

  test('I9: nothing is sent for an account that is disabled, gone or cannot be asked for', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const send = (account: () => Promise<ReturnType<typeof accountOf> | null>) => room.send(byText, 'reset', { account });
    expect(await send(() => Promise.resolve(null))).toEqual({ type: 'challenge.failed', reason: 'gone' });
    expect(await send(() => Promise.resolve(accountOf(anna, { enabled: false })))).toEqual({ type: 'challenge.failed', reason: 'gone' });
    const down = (): Promise<null> => Promise.reject(new LatchkeyError('latchkey_directory_unreachable', 'unavailable', 'down'));
    expect(await send(down)).toEqual({ type: 'challenge.failed', reason: 'unavailable' });
    expect(room.parcels).toHaveLength(0);
  });

  test('a kind that the policy no longer allows is not challenged', async () => {
    const room = makeRoom({
      policy: (policy) => ({ ...policy, methods: { ...policy.methods, 'text-message': { enabled: false, most: 2 } } }),
    });
    await room.plant([text]);
    expect(await room.send(byText, 'reset')).toEqual({ type: 'challenge.failed', reason: 'gone' });
  });
});

describe('recorded before sent', () => {
  test('the challenge and the counted send are in the store when delivery is called', async () => {
    const room = makeRoom();
    await room.plant([text]);
    const seen: unknown[] = [];
    const looking = {
      ...room.ports.delivery,
      deliver: async (parcel: never) => (seen.push(await room.row(keys.challenge(anna, 'the-act'))), room.ports.delivery.deliver(parcel)),
    };
    const { sendChallenge } = await import('../../src/methods/send-challenge.ts');
    await sendChallenge({ ...room.ports, delivery: looking }).run({ ...byText, purpose: 'reset' }, room.act({ id: 'the-act' }));
    expect(seen).toMatchObject([{ id: 'the-act', state: 'open' }]);
    expect(await room.row(keys.pace(anna))).toMatchObject({ sends: [room.clock.now()] });
  });

  test.each([
    ['rejected', 'undeliverable'],
    ['unavailable', 'unavailable'],
  ] as const)('I6: delivery that was %s leaves no challenge and no wait, and the send stays counted', async (reason, told) => {
    const room = makeRoom();
    await room.plant([text]);
    room.outcomes.push({ ok: false, reason });
    expect(await room.send(byText, 'reset', { id: 'the-act' })).toEqual({ type: 'challenge.failed', reason: told });
    expect(await room.row(keys.challenge(anna, 'the-act'))).toBeNull();
    expect(await room.row(keys.pace(anna))).toMatchObject({ sends: [room.clock.now()], codes: [] });
    expect((await room.send(byText, 'reset')).type).toBe('challenge.sent');
  });

  test('delivery in doubt leaves a challenge whose code is accepted', async () => {
    const room = makeRoom();
    await room.plant([text]);
    room.outcomes.push({ ok: false, reason: 'doubtful' });
    const doubtful = await room.send(byText, 'reset');
    if (doubtful.type !== 'challenge.doubtful') throw new Error('not doubtful');
    accepted(await room.check(doubtful.challenge, room.lastCode()));
  });

  test('found started: without its row nothing was sent; with it, it may still arrive; an app waits for its code', async () => {
    const room = makeRoom();
    await room.plant([text, app]);
    const doubt = (id: string, method: string) => room.handlers.sendChallenge.doubt?.({ method, purpose: 'reset' }, room.act({ id }));
    expect(await doubt('never', 'planted-1')).toEqual({ type: 'challenge.failed', reason: 'unavailable' });
    const sent = await room.send(byText, 'reset', { id: 'texted' });
    expect(await doubt('texted', 'planted-1')).toEqual({ ...sent, type: 'challenge.doubtful' });
    const opened = await room.send({ method: 'planted-2' }, 'reset', { id: 'opened' });
    expect(await doubt('opened', 'planted-2')).toEqual(opened);
    expect(room.parcels).toHaveLength(1);
  });
});
