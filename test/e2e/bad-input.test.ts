import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordsOf } from '../servers/connector.ts';
import { BrowserTab } from './browser-tab.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person, type PersonOptions } from './person.ts';
import { askFor, languages, newestCode, openPage, pass, provePresentPassword, rightCode, setPassword, signsIn } from './steps.ts';

const minuteMs = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  // Whatever was typed, nobody ever read a stack, an error's own text or a value that was not there.
  const said = house.connector.calls.map(({ activity }) => wordsOf(activity)).join('\n');
  expect(said).not.toMatch(/Error\b|latchkey_|undefined|\bnull\b|NaN|\[object|\.ts:\d+|\{[a-z]+\}/u);
  const faults = house.logLines.filter((line) => line.includes('"level":"error"'));
  expect(faults).toEqual([]);
  await house.close();
});

describe.each(['sv', 'en'] as const)('in %s', (language) => {
  const { locale, forgot, locked, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const chatOf = (account: DemoAccount, options: PersonOptions = {}): Person => new Person(house, account, { locale, ...options });

  /** Somebody who was asked for the code of a method, on the way to a new password. */
  async function asked(kind: 'authenticator-app' | 'text-message', account?: DemoAccount): Promise<Person> {
    const person = chatOf(account ?? (await house.hire('registered')));
    await person.say(forgot);
    await askFor(person, kind);
    return person;
  }

  /** A code that is certainly not this one. */
  const otherThan = (code: string): string => (code === '000000' ? '111111' : '000000');

  describe('a code', () => {
    test('R4: that is wrong: said so, with the tries left; the right one still works', async () => {
      const person = await asked('text-message');
      const code = await rightCode(house, person, 'text-message');
      await person.type(otherThan(code));
      expect(person.words).toContain(say('Koden stämmer inte. Du har 2 försök kvar.', 'That is not the code. You have 2 tries left.'));
      expect(person.prompt).toBe('verify.answer');
      await person.type(code);
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('I7: that comes late: said so; a new one comes at once', async () => {
      const person = await asked('text-message');
      const late = await rightCode(house, person, 'text-message');
      house.clock.forward(5 * minuteMs);
      await person.type(late);
      expect(person.words).toContain(say('Den koden har slutat gälla. Be om en ny', 'That code has expired. Ask for a new one'));
      await person.choose('resend');
      await person.type(await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('I7: that a newer one replaced: told which one to use, and it costs nothing', async () => {
      const person = await asked('text-message');
      const older = await rightCode(house, person, 'text-message');
      house.clock.forward(31_000);
      await person.choose('resend');
      const newer = await rightCode(house, person, 'text-message');
      const mark = /(?:märkt|marked) ([A-Z]{2})/u.exec(
        (await house.outbox()).findLast(({ to }) => to === person.account.number)?.text ?? '',
      )?.[1];
      await person.type(older);
      expect(person.words).toContain(say(`Skriv den som är märkt ${mark}`, `Type the one marked ${mark}`));
      await person.type(otherThan(newer));
      expect(person.words).toContain(say('Du har 2 försök kvar', 'You have 2 tries left'));
      await person.type(newer);
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('R4, R6: of an app that was used already: wait for the next one, which works', async () => {
      const person = await asked('authenticator-app');
      const code = await rightCode(house, person, 'authenticator-app');
      await person.type(code);
      await person.say(say('avbryt', 'cancel'));
      await person.say(forgot);
      await askFor(person, 'authenticator-app');
      await person.type(code);
      expect(person.words).toContain(
        say('Den koden är redan använd. Vänta på nästa', 'That code has been used already. Wait for the next'),
      );
      await person.type(await rightCode(house, person, 'authenticator-app'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('R3: of a text that was accepted, typed again where the next is asked: it counts for nothing', async () => {
      const person = await asked('text-message');
      const code = await rightCode(house, person, 'text-message');
      await person.type(code);
      await askFor(person, 'authenticator-app');
      await person.type(code);
      expect(person.words).toContain(say('Koden stämmer inte', 'That is not the code'));
      await person.type(await rightCode(house, person, 'authenticator-app'));
      expect(person.prompt).toBe('reset.page');
    });

    test("R7: that is another person's", async () => {
      const mine = await asked('text-message');
      const other = await asked('text-message');
      await mine.type(await rightCode(house, other, 'text-message'));
      expect(mine.words).toContain(say('Koden stämmer inte', 'That is not the code'));
      for (const person of [mine, other]) {
        await person.type(await rightCode(house, person, 'text-message'));
        expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
      }
    });

    test('R7: that was sent for another purpose', async () => {
      const person = chatOf(await house.hire('locked'));
      await person.say(locked);
      await askFor(person, 'text-message');
      const toUnlock = await rightCode(house, person, 'text-message');
      await person.say(say('avbryt', 'cancel'));
      await person.say(forgot);
      await person.choose('reset');
      await askFor(person, 'text-message');
      await person.type(toUnlock);
      expect(person.words).toContain(say('Koden stämmer inte', 'That is not the code'));
      await person.type(await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('I7, R4: brought twice by the channel: it counts once', async () => {
      const person = await asked('text-message');
      const code = await rightCode(house, person, 'text-message');
      const step = person.buttons().find((data) => data['choose'] === 'answer');
      const activity = {
        id: randomUUID(),
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb: 'choose', data: { ...step, answer: otherThan(code) } }, trigger: 'manual' },
      };
      const first = await person.post(activity);
      expect(await person.post(activity)).toEqual(first);
      await person.hear();
      await person.type(otherThan(code));
      expect(person.words).toContain(say('Du har ett försök kvar', 'You have one try left'));
    });

    test.each(['12', 'åtta', '12345', '1234567', '🙂🙂🙂🙂🙂🙂', 'ett två tre fyra fem sex'])(
      'that is none, "%s": told what is needed, and it costs no try',
      async (typed) => {
        const person = await asked('text-message');
        await person.say(typed);
        expect(person.prompt).toBe('verify.answer');
        await person.type(typed);
        expect(person.words).toContain(
          say('En kod är sex siffror. Det här kostade inget försök.', 'A code is six digits. This did not cost you a try.'),
        );
        await person.say(await rightCode(house, person, 'text-message'));
        expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
      },
    );
  });

  describe('a number', () => {
    const number = '070-174 06 21';
    const atNumber = async (): Promise<Person> => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(register);
      await provePresentPassword(house, person);
      await person.choose('text-message');
      return person;
    };
    const finished = async (person: Person): Promise<void> => {
      await person.type(number);
      expect(person.prompt).toBe('register-text-message.code');
      house.clock.forward(10 * minuteMs);
      await person.say(say('avbryt', 'cancel'));
    };

    test('text where it is asked', async () => {
      const person = await atNumber();
      for (const typed of say(['min mobil', 'vet inte', '📱'], ['my mobile', 'no idea', '📱'])) {
        await person.say(typed);
        expect(person.prompt).toBe('register-text-message.number');
        expect(person.words).toContain(say('Här behövs ett mobilnummer', 'What is needed here is a mobile number'));
        await person.type(typed);
        expect(person.prompt).toBe('register-text-message.number');
        expect(person.words).toContain(say('Det går inte att läsa som ett telefonnummer', 'That cannot be read as a phone number'));
      }
      await finished(person);
    });

    test.each([
      ['one too short', '070-174', say('inte att läsa som ett telefonnummer', 'cannot be read as a phone number')],
      ['one too long', '070-174 06 05 070-174 06 05', say('inte att läsa som ett telefonnummer', 'cannot be read as a phone number')],
      [
        'one of a country that the policy does not name',
        '+1 202 555 0123',
        say('från det landet kan inte användas', 'from that country cannot be used'),
      ],
      ['one that takes no texts', '08-465 004 10', say('kan inte ta emot sms', 'cannot receive text messages')],
    ])('%s', async (_what, typed, answer) => {
      const person = await atNumber();
      await person.type(typed);
      expect(person.prompt).toBe('register-text-message.number');
      expect(person.words).toContain(answer);
      await finished(person);
    });
  });

  describe('an address', () => {
    const atAddress = async (): Promise<Person> => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(register);
      await provePresentPassword(house, person);
      await person.choose('email');
      return person;
    };

    test('that is none', async () => {
      const person = await atAddress();
      for (const typed of ['inte en adress', 'x@', '@example.org', '📧', 'a@b@c']) {
        await person.type(typed);
        expect(person.prompt).toBe('register-email.address');
        expect(person.words).toContain(say('Det går inte att läsa som en e-postadress', 'That cannot be read as an email address'));
      }
      await person.say(say('min privata', 'my private one'));
      expect(person.words).toContain(say('Här behövs en e-postadress', 'What is needed here is an email address'));
      await person.type(`${randomUUID()}@example.org`);
      expect(person.prompt).toBe('register-email.code');
    });

    test('the work address, and any of the company, typed or written', async () => {
      const person = await atAddress();
      const refused = {
        [person.account.userId]: say('Det är din arbetsadress', 'That is your work address'),
        [person.account.userId.toUpperCase()]: say('Det är din arbetsadress', 'That is your work address'),
        'somebody@fjallbyn.example': say('Adresser hos Fjällbyn AB kan inte användas', 'Addresses at Fjällbyn AB cannot be used'),
        'me@mail.fjallbyn.example': say('Adresser hos Fjällbyn AB kan inte användas', 'Addresses at Fjällbyn AB cannot be used'),
      };
      for (const [typed, answer] of Object.entries(refused)) {
        await person.type(typed);
        expect(person.words).toContain(answer);
        await person.say(typed);
        expect(person.words).toContain(answer);
        expect(person.prompt).toBe('register-email.address');
      }
      const own = `${randomUUID()}@example.org`;
      await person.type(own);
      await person.type(await newestCode(house, own));
      expect(person.prompt).toBe('register.choose');
    });
  });

  describe('a message', () => {
    test.each([
      ['emoji', '🙂🙃👩‍👩‍👧‍👦🇸🇪'],
      ['mark-up', '<script>alert(1)</script> [x](javascript:alert(1)) **b**'],
      ['signs that cannot be seen', '\u202Eabc\u0000\u200B\uFEFF'],
      ['braces of a template', '{organisation} {0} ${process.env}'],
    ])('of %s is not understood, and said so', async (_what, text) => {
      const person = chatOf(await house.hire('registered'));
      await person.say(say('hej', 'hello'));
      await person.say(text);
      expect(person.prompt).toBe('home.menu');
      expect(person.words).toContain(say('Det förstod jag inte', 'I did not understand that'));
    });

    test('of nothing, a picture for instance, is answered with help', async () => {
      const person = await asked('text-message');
      await person.say('   ');
      expect(person.words).toContain(say('Skriv vad det gäller', 'Write what it is about'));
      expect(person.prompt).toBe('verify.answer');
    });

    test('of 100 KB, typed and in a card, is too long; nothing is lost', async () => {
      const person = await asked('text-message');
      const long = 'lösenord '.repeat(11_000);
      await person.say(long);
      expect(person.words).toContain(say('Det var mer än jag kan läsa på en gång', 'That was more than I can read at once'));
      expect(person.prompt).toBe('verify.answer');
      await person.type(long);
      expect(person.prompt).toBe('verify.answer');
      await person.type(await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test('of 300 KB is refused at the door with 413, and the chat goes on', async () => {
      const person = await asked('text-message');
      const refused = await person.post({ type: 'message', text: 'x'.repeat(300_000) });
      expect(refused.status).toBe(413);
      expect(refused.body).not.toMatch(/Error|\.ts|node:/u);
      await person.type(await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test.each([
      ['no activity', 'x'],
      ['no sender', { type: 'message', text: 'hej', from: null }],
      ['a value that is no data', { type: 'message', text: '', value: ['x'] }],
    ])('that is malformed (%s) is refused, and the chat goes on', async (_what, body) => {
      const person = await asked('text-message');
      const refused = typeof body === 'string' ? await person.post({ type: 7 }) : await person.post(body);
      expect(refused.status).toBe(400);
      expect(refused.body).not.toMatch(/Error|\.ts|node:/u);
      await person.type(await rightCode(house, person, 'text-message'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });
  });

  describe('a card', () => {
    const over = say('Det steget är redan klart. Vi är här nu:', 'That step is already over. This is where we are now:');

    test('tampered with does nothing: the present prompt stands, and the story goes on (R43)', async () => {
      const person = await asked('text-message');
      const own = (): Readonly<Record<string, unknown>> => person.buttons().find((data) => data['choose'] === 'answer') ?? {};
      const tampered: readonly ((data: Readonly<Record<string, unknown>>) => Record<string, unknown>)[] = [
        (data) => ({ ...data, step: 'AAAAAAAAAAAAAAAAAAAAAA' }),
        (data) => ({ ...data, step: undefined }),
        (data) => ({ ...data, step: ['x'] }),
        (data) => ({ ...data, choose: 'finish' }),
        (data) => ({ ...data, choose: 'verified' }),
        (data) => ({ ...data, choose: { toString: 'cancel' } }),
        (data) => ({ ...data, choose: '__proto__' }),
        (data) => ({ ...data, choose: 'x'.repeat(10_000) }),
        (data) => ({ choose: 'answer', answer: data['step'] }),
      ];
      for (const change of tampered) {
        await person.press(change(own()));
        expect(person.prompt).toBe('verify.answer');
        expect(person.words).toContain(over);
      }
      for (const answer of [['123456'], { code: '123456' }, 123_456, null, '']) {
        await person.press({ ...own(), answer });
        expect(person.prompt).toBe('verify.answer');
        expect(person.words).toContain(say('Svaret var tomt', 'The answer was empty'));
      }
      await person.press({
        ...own(),
        answer: await rightCode(house, person, 'text-message'),
        account: randomUUID(),
        proofs: ['x'],
        gates: 0,
      });
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test("of another person's chat does nothing", async () => {
      const mine = await asked('text-message');
      const theirs = await asked('text-message');
      const data = theirs.buttons().find((each) => each['choose'] === 'cancel') ?? {};
      await mine.press(data);
      expect(mine.words).toContain(over);
      expect(mine.prompt).toBe('verify.answer');
      await theirs.type(await rightCode(house, theirs, 'text-message'));
      expect(theirs.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });

    test.each(['execute', 'submit'] as const)('that is stale (pressed by %s) is answered with where we are', async (by) => {
      const person = chatOf(await house.hire('registered'), { by });
      await person.say(forgot);
      const stale = person.buttons();
      await askFor(person, 'authenticator-app');
      expect(person.buttons()).not.toContainEqual(stale[0]);
      for (const data of stale) {
        await person.press(data);
        expect(person.words).toContain(over);
        expect(person.prompt).toBe('verify.answer');
      }
      await person.type(await rightCode(house, person, 'authenticator-app'));
      expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
    });
  });

  describe('somebody', () => {
    test('whom the directory does not know gets the words of "not enabled", and a case on a yes', async () => {
      const person = chatOf({ id: randomUUID(), userId: '', name: 'Nobody', story: 'none' });
      await person.say(forgot);
      expect(person.words).toContain(
        say('Ditt konto är inte aktiverat för återställning av lösenord.', 'Your account is not enabled for password reset.'),
      );
      expect(person.prompt).toBe('escalate.offer');
      await person.choose('contact');
      expect(person.words).toMatch(/LK-\d{4}/u);
      await person.say(register);
      expect(person.prompt).toBe('escalate.offer');
    });

    test('of whom the channel says no object id hears that they cannot be recognised', async () => {
      const person = chatOf(await house.hire('registered'));
      const { length } = house.connector.calls;
      const { status } = await person.post({ type: 'message', text: forgot, from: { id: '29:x', name: 'X' } });
      expect(status).toBe(200);
      const { activity } = await house.connector.waitFor(({ conversation }) => conversation === person.conversation, length);
      expect(wordsOf(activity)).toContain(say('jag kan inte se vem du är', 'I cannot see who you are'));
    });
  });

  describe('a page (I21)', () => {
    const atPage = async (): Promise<Person> => {
      const person = await asked('authenticator-app');
      await pass(house, person, 'authenticator-app');
      await pass(house, person, 'text-message');
      expect(person.prompt).toBe('reset.page');
      return person;
    };
    const wrong = (number: string): string => String((Number(number) + 1) % 10_000).padStart(4, '0');
    const newPassword = 'Smultron vid stigen 2026';

    test('wrong number three times: over; the chat says so and gives a new link, which works', async () => {
      const person = await atPage();
      const { url, number } = person.page();
      const tab = await new BrowserTab(house.config.publicUrl).open(url);
      await tab.submit({ number: 'fyra' });
      expect(tab.words).toContain(say('Sidnumret har fyra siffror. Detta kostade inget försök.', 'did not cost'));
      await tab.submit({ number: wrong(number) });
      expect(tab.words).toContain(say('Det är inte sidnumret. Du har 2 försök kvar.', '2 tries left'));
      await tab.submit({ number: wrong(number) });
      await tab.submit({ number: wrong(number) });
      expect(tab.status).toBe(404);
      await person.hear('reset.expired');
      expect(person.words).toContain(say('Fel sidnummer skrevs för många gånger', 'The wrong page number was typed too many times'));
      await tab.open(url);
      await tab.submit({ number });
      expect(tab.status).toBe(404);
      await person.choose('new-link');
      await setPassword(house, person, newPassword);
      expect(await signsIn(house, person, newPassword)).toBe(true);
    });

    test('another browser, with the right number: told to go on in the first; its form does nothing', async () => {
      const person = await atPage();
      const { url, number } = person.page();
      const tab = await openPage(house, person);
      const other = await new BrowserTab(house.config.publicUrl).open(url);
      expect(other.words).not.toContain(person.account.userId);
      await other.submit({ number });
      expect(other.status).toBe(409);
      expect(other.words).toContain(say('Sidan är öppen i en annan webbläsare', 'open in another browser'));
      await other.submit({ password: newPassword, again: newPassword });
      expect(await signsIn(house, person, newPassword)).toBe(false);
      await tab.submit({ password: newPassword, again: newPassword });
      await person.hear('sign-out.ask');
      expect(await signsIn(house, person, newPassword)).toBe(true);
    });

    test('used again: nothing is set twice, and nobody else sees anything', async () => {
      const person = await atPage();
      const { url, number } = person.page();
      const tab = await setPassword(house, person, newPassword);
      await tab.submit({ password: 'Blåklint i diket 2026', again: 'Blåklint i diket 2026' });
      expect(await signsIn(house, person, newPassword)).toBe(true);
      const other = await new BrowserTab(house.config.publicUrl).open(url);
      expect(other.status).toBe(404);
      await other.submit({ number });
      expect(other.words).not.toContain(person.account.userId);
    });

    test('after its ten minutes: over; the chat offers a new link, which works', async () => {
      const person = await atPage();
      const tab = await openPage(house, person);
      house.clock.forward(10 * minuteMs);
      await tab.submit({ password: newPassword, again: newPassword });
      expect(tab.status).toBe(404);
      expect(await signsIn(house, person, newPassword)).toBe(false);
      await person.hear('reset.expired');
      await person.choose('new-link');
      await setPassword(house, person, newPassword);
      expect(await signsIn(house, person, newPassword)).toBe(true);
    });

    test('R40: a form from elsewhere, or without its token, changes nothing', async () => {
      const person = await atPage();
      const { url } = person.page();
      const tab = await openPage(house, person);
      const bare = new URLSearchParams({ password: newPassword, again: newPassword });
      const whole = new URLSearchParams([...tab.hidden, ...bare]);
      expect(whole.get('csrf')).toMatch(/^[\w.-]{20,}$/u);
      const own = new URL(house.config.publicUrl).origin;
      const sent: readonly (readonly [URLSearchParams, Readonly<Record<string, string>>])[] = [
        [whole, { origin: 'https://evil.example' }],
        [whole, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
        [whole, {}],
        [bare, { origin: own, 'sec-fetch-site': 'same-origin' }],
        [new URLSearchParams([...bare, ['csrf', 'x'.repeat(43)]]), { origin: own, 'sec-fetch-site': 'same-origin' }],
      ];
      for (const [body, headers] of sent) {
        const refused = await fetch(`${house.url}${new URL(url).pathname}`, {
          method: 'POST',
          body,
          headers: { ...headers, cookie: tab.cookies },
        });
        expect(refused.status).toBe(403);
      }
      expect(await signsIn(house, person, newPassword)).toBe(false);
      await tab.submit({ password: newPassword, again: newPassword });
      await person.hear('sign-out.ask');
      expect(await signsIn(house, person, newPassword)).toBe(true);
    });

    test('a password against the rules, or typed in two ways: said which, and the page stays', async () => {
      const person = await atPage();
      const tab = await openPage(house, person);
      const refused = [
        [{ password: newPassword, again: 'något annat' }, say('Lösenorden är inte lika', 'not the same')],
        [{ password: '', again: '' }, say('Skriv det nya lösenordet i båda fälten', 'both')],
        [{ password: 'kort', again: 'kort' }, say('minst 12 tecken', 'at least 12')],
        [{ password: 'password1234', again: 'password1234' }, say('svårt att gissa', 'hard to guess')],
        [
          { password: person.account.password ?? '', again: person.account.password ?? '' },
          say('lösenordet du har nu', 'password you have now'),
        ],
      ] as const;
      for (const [form, answer] of refused) {
        await tab.submit(form);
        expect(tab.status).toBe(422);
        expect(tab.words).toContain(answer);
      }
      await tab.submit({ password: newPassword, again: newPassword });
      await person.hear('sign-out.ask');
      expect(await signsIn(house, person, newPassword)).toBe(true);
    });

    test.each(['p00-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA', 'x', '..%2F..%2Fetc%2Fpasswd', '%00'])(
      'that never was, %s: over',
      async (address) => {
        const tab = await new BrowserTab(house.config.publicUrl).open(`${house.url}/page/${address}`);
        expect([400, 404]).toContain(tab.status);
        expect(tab.html).not.toMatch(/Error\b|\.ts:|node:/u);
      },
    );

    test('of the present password: wrong ones are counted, then it is over and the chat says so', async () => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(register);
      const tab = await openPage(house, person);
      for (let left = 4; left > 0; left -= 1) {
        await tab.submit({ password: 'inte det' });
        expect(tab.status).toBe(422);
        expect(tab.words).toContain(
          say(
            left === 1 ? 'Du har ett försök kvar i dag' : `Du har ${left} försök kvar i dag`,
            left === 1 ? 'one try left' : `${left} tries left`,
          ),
        );
      }
      await tab.submit({ password: 'inte det' });
      expect(tab.status).toBe(404);
      await person.hear('escalate.offer');
      expect(person.words).toContain(say('Det blev för många fel', 'too many'));
    });
  });
});
