import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { twilioNeeds } from '../../src/build/twilio-room.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import { TwilioDelivery } from '../../src/delivery/twilio.ts';
import { createLog } from '../../src/server/log.ts';
import { LoopbackTransport, startTwilio, tellStatus, type TwilioMood } from '../delivery/twilio-stand-in.ts';
import { codeIn } from './codes.ts';
import { openHouse, type House, type Scene } from './house.ts';
import { Person } from './person.ts';
import { languages, pass, setPassword } from './steps.ts';
import { until } from './wait.ts';

const settings = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'token-of-the-test',
  from: '+46766861004',
  callFrom: '+46766861004',
};
const newPassword = 'Lingon under tallen 2026';

/** The product with texts by Twilio's own client, to a stand-in on loopback that answers as Twilio's published API does. */
describe('text messages over HTTP', () => {
  let twilio: Awaited<ReturnType<typeof startTwilio>>;
  let house: House;
  let scene: Scene;
  const mails: (Parcel & { readonly at: string })[] = [];

  beforeAll(async () => {
    twilio = await startTwilio();
    const knot: { texts?: TwilioDelivery } = {};
    house = await openHouse({
      twilio: settings,
      ports: {
        delivery: {
          async deliver(parcel) {
            if (parcel.kind === 'sms' && knot.texts !== undefined) return knot.texts.deliver(parcel);
            mails.push({ ...parcel, at: new Date(house.clock.now()).toISOString() });
            return { ok: true, providerId: null };
          },
        },
      },
    });
    const log = createLog('silent', house.clock);
    knot.texts = new TwilioDelivery(settings, { ...twilioNeeds(house, log), transport: new LoopbackTransport(twilio.port, 3_000) });
    scene = {
      ...house,
      outbox: async () => [
        ...twilio.received.map(({ to, text }) => ({ at: '', kind: 'sms' as const, to, text })),
        ...mails.map(({ at, kind, to, text }) => ({ at, kind, to, text })),
      ],
    };
  });
  afterAll(async () => {
    await house.close();
    await twilio.close();
  });

  const over = () => ({ publicUrl: house.config.publicUrl, url: house.url, authToken: settings.authToken });
  /** The newest text to a number: its code, and where to tell what became of it. */
  const textTo = (to: string) => twilio.received.findLast((each) => each.to === to) ?? { text: '', statusCallback: null };

  /** Somebody who forgot the password; a text message is the first step, for it is what they use. */
  async function texted(language: 'sv' | 'en' = 'sv', methods: Parameters<House['hire']>[1] = {}): Promise<Person> {
    const person = new Person(scene, await house.hire('registered', methods), { locale: languages[language].locale });
    await person.say(languages[language].forgot);
    expect(person.words).toContain(language === 'sv' ? 'Vi har skickat ett sms' : 'We have sent a text message');
    return person;
  }

  test.each(['sv', 'en'] as const)(
    'not delivered, as Twilio says a moment later: the chat goes on by itself, another way leads to the new password (%s)',
    async (language) => {
      const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
      const person = await texted(language);
      const { text, statusCallback } = textTo(person.account.number ?? '');
      expect(statusCallback).toContain(`${house.config.publicUrl}/twilio/message/`);
      expect(statusCallback).not.toContain(person.account.id);
      for (const status of ['queued', 'sent']) expect(await tellStatus(over(), statusCallback ?? '', status)).toBe(204);

      const spoken = house.connector.calls.length;
      expect(await tellStatus(over(), statusCallback ?? '', 'undelivered', 30_003)).toBe(204);
      await person.hear('verify.answer');
      expect(person.words).toContain(say('Koden gick inte fram till', 'The code did not get through to'));
      expect(person.words).toContain(say('autentiseringsapp', 'authenticator app'));
      // Twilio says it again, and late something else.
      for (const status of ['undelivered', 'sent', 'delivered', 'failed'])
        expect(await tellStatus(over(), statusCallback ?? '', status, 30_003)).toBe(204);

      await person.say(codeIn(text));
      expect(person.prompt).toBe('verify.answer');
      expect(house.connector.calls.slice(spoken).filter(({ activity }) => activity.label === 'verify.answer')).toHaveLength(2);
      await pass(scene, person, 'authenticator-app');
      await pass(scene, person, 'email');
      expect(person.prompt).toBe('reset.page');
      await setPassword(scene, person, newPassword);
    },
  );

  test('R34: a callback that Twilio did not sign, or for a sending nobody made, does nothing', async () => {
    const person = await texted();
    const { text, statusCallback } = textTo(person.account.number ?? '');
    expect(await tellStatus({ ...over(), authToken: 'a guess' }, statusCallback ?? '', 'undelivered', 30_005)).toBe(403);
    expect(await tellStatus(over(), `${statusCallback}x`, 'undelivered', 30_005)).toBe(204);
    await person.say(codeIn(text));
    expect(person.words).toContain('Steg 2 av 2');
    expect(house.logLines.some((line) => line.includes('forged-webhook'))).toBe(true);
  });

  test('R23, I19: a number out of service is switched off, its owner is told elsewhere and in the chat, and proves it anew', async () => {
    const person = await texted();
    const { number = '', address = '', userId } = person.account;
    expect(await tellStatus(over(), textTo(number).statusCallback ?? '', 'undelivered', 30_005)).toBe(204);
    await person.hear('verify.answer');
    expect(person.words).toContain('Teleoperatören uppger att ett av dina registrerade nummer (sms) inte längre finns');
    const told = await until(
      async () =>
        mails.filter(({ to, text }) => (to === userId || to === address) && text.includes('inte längre finns')).length === 2 ? mails : null,
      () => `told: ${mails.map(({ to }) => to).join()}`,
    );
    expect(JSON.stringify(told.map(({ text }) => text))).not.toContain(number.slice(3));
    await person.choose('cancel');

    house.clock.forward(60_000);
    await person.say('mina verifieringsmetoder');
    expect(person.words).toContain('avstängd eftersom numret inte går att nå');
    house.clock.forward(60_000);
    await person.say('registrera');
    await pass(scene, person, 'authenticator-app');
    await person.choose('text-message');
    await person.type(number);
    await person.type(codeIn(textTo(number).text));
    expect(person.prompt).toBe('register.choose');
    await person.choose('finish');
    house.clock.forward(60_000);
    await person.say('mina verifieringsmetoder');
    expect(person.words).not.toContain('avstängd');
  });

  test('a number being registered to which nothing comes: asked for again by itself', async () => {
    const person = new Person(scene, await house.hire('registered', { methods: ['authenticator-app'] }));
    await person.say('registrera');
    await pass(scene, person, 'authenticator-app');
    await person.choose('text-message');
    await person.type('070-174 06 99');
    expect(await tellStatus(over(), textTo('+46701740699').statusCallback ?? '', 'failed', 30_006)).toBe(204);
    await person.hear('register-text-message.number');
    expect(person.words).toContain('Sms:et kunde inte levereras till det numret');
  });

  test.each([
    ['never answers', 'silent', 'Vi vet inte säkert att koden gick fram'],
    ['hangs up', 'hangs-up', 'Vi vet inte säkert att koden gick fram'],
    ['is broken (503)', 'broken', 'Vi vet inte säkert att koden gick fram'],
    ['has too much to do (429)', 'too-many', 'Det går inte att skicka koder den vägen just nu'],
    ['does not know us (20003)', 20_003, 'Det går inte att skicka koder den vägen just nu'],
    ['may not send there (21408)', 21_408, 'Det går inte att skicka koder den vägen just nu'],
    ['cannot text the number (21614)', 21_614, 'Koden kunde inte levereras dit'],
    ['was told STOP (21610)', 21_610, 'Det numret har tackat nej till våra sms'],
    ['knows no such number (21211)', 21_211, 'går inte längre att nå, så den är avstängd'],
  ] as const)('R42: a provider that %s: asked once, said as it is, and another way leads on', async (_how, mood: TwilioMood, words) => {
    const person = new Person(scene, await house.hire('registered'), {});
    const asked = twilio.asked;
    twilio.mood = mood;
    await person.say(languages.sv.forgot);
    twilio.mood = 'well';
    expect(person.words).toContain(words);
    expect(twilio.asked).toBe(asked + 1);
    if (words.startsWith('Vi vet')) await person.choose('another');
    await pass(scene, person, 'authenticator-app');
    expect(person.words).toContain('Steg 2 av 2');
    expect(twilio.asked).toBe(asked + 1);
  });
});

describe('R32: the day of telephony is used up', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, sendsPerDay: 1 } }) });
  });
  afterAll(() => house.close());

  test("a text is refused as nobody's fault: a verification goes on by itself another way, a registration to another method", async () => {
    const first = new Person(house, await house.hire('registered'));
    await first.say(languages.sv.forgot);
    expect(first.words).toContain('Vi har skickat ett sms');

    const person = new Person(house, await house.hire('registered'));
    await person.say(languages.sv.forgot);
    expect(person.words).toContain(
      'Det går inte att skicka koder till telefoner just nu. Det är inget fel på ditt konto eller ditt nummer.',
    );
    await pass(house, person, 'authenticator-app');
    expect(person.words).toContain('Steg 2 av 2');
    await person.choose('cancel');
    house.clock.forward(60_000);
    await person.say(languages.sv.register);
    await pass(house, person, 'authenticator-app');
    await person.choose('text-message');
    await person.type('070-174 06 98');
    expect(person.words).toContain('Lägg till en annan metod, eller försök igen senare.');
    expect(person.prompt).toBe('register.choose');
    expect((await house.outbox()).filter(({ kind }) => kind === 'sms')).toHaveLength(1);
    expect(house.logLines.some((line) => line.includes('telephony-stopped') && line.includes('budget'))).toBe(true);
  });
});
