import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MethodKind } from '../../dialogs/methods.ts';
import type { Policy } from '../../src/config/policy.ts';
import { wordsOf } from '../servers/connector.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import {
  askFor,
  languages,
  newestCode,
  openPage,
  pass,
  provePresentPassword,
  registerApp,
  registerByCode,
  rightCode,
  setPassword,
  signsIn,
} from './steps.ts';

const minuteMs = 60_000;
const newPassword = 'Hjortron på myren 2026';

const houses: House[] = [];
async function houseWith(reset: Partial<Policy['reset']> = {}, changes: Partial<Policy> = {}): Promise<House> {
  const house = await openHouse({ policy: (policy) => ({ ...policy, ...changes, reset: { ...policy.reset, ...reset } }) });
  houses.push(house);
  return house;
}
let house: House;
let desk: Desk;
beforeAll(async () => {
  house = await houseWith();
  desk = new Desk(house);
});
afterAll(async () => {
  await Promise.all(houses.map((each) => each.close()));
});

const caseNumber = (text: string): string => /LK-\d{4,}/u.exec(text)?.[0] ?? '';

describe.each(['sv', 'en'] as const)('who may do what, in %s', (language) => {
  const { locale, forgot, locked, register, myCase } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const chatOf = (account: DemoAccount, where = house): Person => new Person(where, account, { locale });
  const cancel = say('avbryt', 'cancel');

  /** Answers with a code that is certainly wrong. */
  async function wrong(person: Person, right: string): Promise<void> {
    await person.type(right === '000000' ? '111111' : '000000');
  }

  describe('I2: what counts', () => {
    test('a second gate is of another group: nothing of the first is offered again', async () => {
      const person = chatOf(await house.hire('registered'));
      await person.say(forgot);
      await pass(house, person, 'text-message');
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
      expect(person.words).not.toContain(say('Sms till', 'Text message to'));
      await askFor(person, 'authenticator-app');
    });

    test('a mail address is never the first gate that makes enough: it is offered only after one that counts', async () => {
      const person = chatOf(await house.hire('registered'));
      await person.say(forgot);
      await pass(house, person, 'authenticator-app');
      await pass(house, person, 'email');
      expect(person.prompt).toBe('reset.page');
    });

    test.each<readonly [1 | 2, 'allow' | 'refuse', readonly MethodKind[], boolean]>([
      [1, 'allow', ['text-message'], true],
      [1, 'allow', ['email'], false],
      [2, 'allow', ['text-message'], false],
      [2, 'allow', ['text-message', 'authenticator-app'], true],
      [2, 'refuse', ['text-message', 'authenticator-app'], false],
      [2, 'refuse', ['text-message', 'email'], true],
    ])('%s gate(s), one device: %s; %s: enough is %s', async (gates, oneDevice, methods, isEnough) => {
      const of =
        houses.find(({ config }) => config.policy.reset.gates === gates && config.policy.reset.oneDevice === oneDevice) ??
        (await houseWith({ gates, oneDevice }));
      const person = chatOf(await of.hire('registered', { methods }), of);
      await person.say(forgot);
      expect(person.prompt.startsWith('verify.')).toBe(isEnough);
      if (!isEnough) {
        expect(person.prompt).toBe('escalate.offer');
        return;
      }
      // The one that counts first, since an address never stands alone.
      for (const kind of methods) if (person.prompt.startsWith('verify.')) await pass(of, person, kind);
      expect(person.prompt).toBe('reset.page');
    });
  });

  test('I3: with nothing registered the present password comes first, on a page, and a wrong one leads nowhere', async () => {
    const person = chatOf(await house.hire('unregistered'));
    await person.say(register);
    expect(person.prompt).toBe('first-proof.page');
    const tab = await openPage(house, person);
    await tab.submit({ password: 'inte det' });
    expect(tab.status).toBe(422);
    await tab.submit({ password: person.account.password ?? '' });
    await person.hear('register.choose');
  });

  describe('I4: step-up', () => {
    test('who has a method proves it, once for several new ones; after "Finish" it is asked anew', async () => {
      const person = chatOf(await house.hire('registered', { methods: ['authenticator-app'] }));
      await person.say(register);
      expect(person.words).toContain(
        say('Innan något ändras behöver vi veta att det är du', 'Before anything changes, we need to know that it is you'),
      );
      await pass(house, person, 'authenticator-app');
      await registerByCode(house, person, 'text-message', '070-174 06 22', '+46701740622');
      await registerByCode(house, person, 'email', `${language}.step.up@example.org`);
      await person.choose('finish');
      await person.say(register);
      expect(person.prompt.startsWith('verify.')).toBe(true);
      house.clock.forward(10 * minuteMs);
    });

    test('a method added in a session proves nothing in it: when the proof is old, the present password is asked again', async () => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(register);
      await provePresentPassword(house, person);
      await registerApp(house, person);
      house.clock.forward(16 * minuteMs);
      await person.choose('authenticator-app');
      expect(person.prompt).toBe('first-proof.page');
    });

    test('the proof of nothing but the sign-in removes nothing: a removal asks for a gate', async () => {
      const person = chatOf(await house.hire('registered', { methods: ['text-message', 'authenticator-app'] }));
      await person.say(say('mina metoder', 'my methods'));
      await person.choose(person.choiceNamed(say('Hantera sms', 'Manage text message')));
      await person.choose('remove');
      expect(person.prompt.startsWith('verify.')).toBe(true);
      await pass(house, person, 'authenticator-app');
      expect(person.prompt).toBe('method.confirm');
      await person.choose('remove');
      expect(person.words).toContain(say('är borttagen', 'is removed'));
      // I19: the number that went is told one last time.
      await house.delivered(({ to, text }) => to === person.account.number && /borttagen|togs bort|removed/u.test(text));
    });
  });

  describe('I6: tries belong to the method and the account', () => {
    test('a new code brings no new tries; after three wrong answers the method rests, the others do not', async () => {
      const person = chatOf(await house.hire('registered'));
      await person.say(forgot);
      await askFor(person, 'text-message');
      await wrong(person, await rightCode(house, person, 'text-message'));
      await wrong(person, await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Du har ett försök kvar', 'You have one try left'));
      house.clock.forward(31_000);
      await person.choose('resend');
      await wrong(person, await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(
        say(
          'Det blev tre fel i rad, så den metoden vilar nu. Den fungerar igen',
          'three wrong in a row, so that method rests now. It works again',
        ),
      );

      await pass(house, person, 'authenticator-app');
      await pass(house, person, 'email');
      expect(person.prompt).toBe('reset.page');
    });

    test('the right code is worth nothing while the method rests, and a minute later it works again', async () => {
      const person = chatOf(await house.hire('registered', { methods: ['text-message', 'email'] }));
      await person.say(forgot);
      await askFor(person, 'text-message');
      for (let n = 0; n < 3; n += 1) await wrong(person, await rightCode(house, person, 'text-message'));
      expect(person.prompt).toBe('escalate.offer');
      expect(person.words).toContain(say('Du kan försöka igen', 'You can try again'));
      await person.choose('no');
      house.clock.forward(minuteMs);
      await person.say(forgot);
      await pass(house, person, 'text-message');
      await pass(house, person, 'email');
      expect(person.prompt).toBe('reset.page');
    });

    test('five failures of an account in a day close self-service for a day: for a reset and for a change, with the time and a case', async () => {
      const person = chatOf(await house.hire('registered'));
      for (let failure = 1; failure <= 5; failure += 1) {
        const kind = failure % 2 === 0 ? 'text-message' : 'authenticator-app';
        await person.say(cancel);
        house.clock.forward(20 * minuteMs);
        await person.say(forgot);
        await askFor(person, kind);
        for (let n = 0; n < 3; n += 1) await wrong(person, await rightCode(house, person, kind));
      }
      expect(person.prompt).toBe('escalate.offer');
      expect(person.words).toContain(
        say('Du har inga försök kvar just nu. Du kan försöka igen', 'You have no tries left for now. You can try again'),
      );
      await person.choose('contact');
      expect((await desk.card(caseNumber(person.words))).words).toContain('LK_PACE');
      for (const wish of [forgot, register]) {
        await person.say(wish);
        expect(person.prompt).toBe('escalate.offer');
        await person.choose('no');
      }
      house.clock.forward(24 * 60 * minuteMs);
      await person.say(forgot);
      expect(person.prompt).toBe('verify.answer');
    });
  });

  test('I8: "Finish" says what a reset would say: one more is needed, or you can reset', async () => {
    const person = chatOf(await house.hire('unregistered'));
    await person.say(register);
    await provePresentPassword(house, person);
    const number = say('+46701740624', '+46701740625');
    await registerByCode(house, person, 'text-message', number);
    await person.choose('finish');
    expect(person.words).toContain(
      say('En till behövs innan du kan återställa ditt eget lösenord', 'One more is needed before you can reset your own password'),
    );
    expect(person.words).toMatch(say(/autentiseringsapp.*e-postadress/u, /authenticator app.*email/u));
    await person.say(say('mina metoder', 'my methods'));
    expect(person.words).toContain(say('En till behövs innan du kan återställa', 'One more is needed before you can reset'));
    await person.say(cancel);
    await person.say(forgot);
    expect(person.prompt).toBe('escalate.offer');
    await person.choose('no');

    await person.say(register);
    await person.type(await newestCode(house, number));
    await registerByCode(house, person, 'email', `${language}.finish@example.org`);
    await person.choose('finish');
    expect(person.words).toContain(say('Klart. Du kan återställa ditt eget lösenord.', 'Finished. You can reset your own password.'));
    await person.say(forgot);
    expect(person.prompt.startsWith('verify.')).toBe(true);
    house.clock.forward(10 * minuteMs);
  });

  test('I9: disabled in the middle: the open page sets nothing, and the chat ends at the refusal', async () => {
    const person = chatOf(await house.hire('registered'));
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    const tab = await openPage(house, person);
    await house.directory.change(person.account.id, { enabled: false });
    await tab.submit({ password: newPassword, again: newPassword });
    expect(tab.status).toBe(404);
    await person.hear('escalate.offer');
    await house.directory.change(person.account.id, { enabled: true });
    expect(await signsIn(house, person, newPassword)).toBe(false);
    expect(await signsIn(house, person, person.account.password ?? '')).toBe(true);
  });

  test('I9: disabled between two steps: the code proves nothing, the dialog ends and says why; enabled again, the methods rest', async () => {
    const person = chatOf(await house.hire('registered'));
    await person.say(forgot);
    await askFor(person, 'authenticator-app');
    await house.directory.change(person.account.id, { enabled: false });
    await person.type(await rightCode(house, person, 'authenticator-app'));
    await person.hear('escalate.offer');
    expect(person.words).toContain(say('Något har ändrats med ditt konto', 'Something about your account has changed'));
    await house.directory.change(person.account.id, { enabled: true });
    await person.choose('no');
    await person.say(say('mina metoder', 'my methods'));
    expect(person.words).toContain(say('vilande sedan ditt konto stängdes av', 'resting since your account was switched off'));
    await person.say(cancel);
    await person.say(forgot);
    expect(person.prompt).toBe('escalate.offer');
  });

  describe('I11: where', () => {
    test('another user ID, a colleague\'s or nobody\'s: "I can only help you with your own account", the same for both', async () => {
      const person = chatOf(await house.hire('registered'));
      await person.say(say('hej', 'hello'));
      const heard: string[] = [];
      for (const userId of ['alma.lindqvist@fjallbyn.example', 'nobody.at.all@fjallbyn.example']) {
        heard.push(await person.say(say(`${userId} är min kollega`, `${userId} is my colleague`)));
      }
      expect(heard[0]).toContain(say('Jag kan bara hjälpa dig med ditt eget konto', 'I can only help you with your own account'));
      expect(heard[1]).toBe(heard[0]);
    });

    test.each([
      ['a group chat', { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true }],
      ['a channel', { id: '19:channel@thread.tacv2;messageid=1', conversationType: 'channel', isGroup: true }],
      ["the helpdesk's own channel", { id: '19:helpdesk@thread.tacv2', conversationType: 'channel', isGroup: true }],
    ])('in %s: "let us take this in private", and no word on the account', async (_which, conversation) => {
      const person = chatOf(await house.hire('locked'));
      const { length } = house.connector.calls;
      await person.post({ type: 'message', text: locked, conversation });
      const { activity } = await house.connector.waitFor((call) => call.conversation === conversation.id, length);
      expect(wordsOf(activity)).toBe(
        say(
          'Det här tar vi på tu man hand. Skriv till mig i en egen chatt.',
          'Let us take this in private. Write to me in a chat of our own.',
        ),
      );
      // Nothing was begun in private either.
      await person.say(say('hej', 'hello'));
      expect(person.prompt).toBe('home.menu');
    });

    test("a case's button works in the helpdesk's channel alone, for agents alone, never on one's own case (I14)", async () => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(forgot);
      await person.choose('contact');
      const number = caseNumber(person.words);
      const card = await desk.card(number);
      await desk.hasIt(person.account);
      const agent = await house.account('agent');
      const elsewhere = { id: 'a:chat-of-the-agent', conversationType: 'personal' };
      expect(await desk.press(card.data, agent, elsewhere)).toContain('Det här går bara att göra i helpdeskens egen konversation');
      expect(await desk.press(card.data, agent, { id: '19:other@thread.tacv2' })).toContain('Det här går bara att göra');
      expect(await desk.press(card.data, person.account)).toContain('Bara helpdeskens handläggare');
      expect(await desk.press(card.data, await house.account('privileged'))).toContain('Bara helpdeskens handläggare');
      expect(await desk.press({ ...card.data, case: 'p03-AAAAAAAAAAAAAAAAAAAAAA' }, agent)).toContain('Ärendet finns inte längre');
      expect(await desk.press({ ...card.data, act: 'grant' }, agent)).toContain('Det valet finns inte');
      expect((await desk.cases(person.account)).map(({ state }) => state)).toEqual(['delivered']);

      const own = chatOf(await house.hire('agent'));
      await own.say(forgot);
      await own.choose('contact');
      const ownCard = await desk.card(caseNumber(own.words));
      expect(await desk.press(ownCard.data, own.account)).toContain('Ärendet gäller ditt eget konto');

      expect(await desk.press(card.data, agent)).toContain(`${agent.name} har ärendet`);
      await person.hear();
      // A second click, on the card as it was: it changes nothing, and shows the case as it is.
      expect(await desk.press(card.data, await house.hire('agent'))).toContain(agent.name);
      expect((await desk.cases(person.account))[0]?.claimed?.by).toBe(agent.id);
    });
  });

  describe('I13: a case says how its requester is known', () => {
    test('signed in to Teams alone, and then: proved by one gate, which is a case of its own', async () => {
      const person = chatOf(await house.hire('registered'));
      await person.say(forgot);
      await person.choose('another');
      await person.choose('contact');
      await person.choose('contact');
      const signedIn = await desk.card(caseNumber(person.words));
      expect(signedIn.words).toContain('Bara inloggad i Teams. Inget annat är bevisat');

      await person.say(forgot);
      await pass(house, person, 'authenticator-app');
      await person.choose('contact');
      await person.choose('contact');
      const proved = await desk.card(caseNumber(person.words));
      expect(proved.words).toContain('Bevisat med 1 verifieringssteg');
      expect((await desk.cases(person.account)).map(({ requester }) => requester.how)).toEqual(['proved', 'signed-in']);
    });

    test('its number opens nothing: neither another person nor the requester gets anything by it', async () => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(forgot);
      await person.choose('contact');
      const number = caseNumber(person.words);
      const other = chatOf(await house.hire('registered'));
      await other.say(number);
      expect(other.words).not.toContain(number);
      await other.say(myCase);
      expect(other.words).not.toContain(number);
      expect(other.words).toContain(say('Du har inga ärenden hos oss', 'You have no cases with us'));
    });
  });

  test('I19: a new password is told at once to the work mailbox and every number and address, with no code and no link but "this was not me"', async () => {
    const person = chatOf(await house.hire('registered'));
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    await setPassword(house, person, newPassword);
    const { userId, number = '', address = '' } = person.account;
    for (const place of [userId, number, address]) {
      const { text } = await house.delivered(
        ({ to, text: told }) =>
          to === place && told.includes('Fjällbyns IT-avdelning') && !/^\d{6}/u.test(told) && !/märkt|marked/u.test(told),
      );
      expect(text).toMatch(say(/lösenord/u, /password/u));
      expect(text.replace(/http:\/\/localhost:\d+\/not-me\/\S+/u, '')).not.toMatch(/https?:|\b\d{6}\b/u);
      for (const label of [userId, number, address]) expect(text).not.toContain(label);
    }
  });
});
