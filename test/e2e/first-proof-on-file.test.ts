import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, newestCode, openPage, pass, provePresentPassword, registerApp, setPassword, signsIn, type Language } from './steps.ts';

const hourMs = 3_600_000;

/** Somebody like Björn: nothing is registered, the password is forgotten, and the company has a number of theirs on file. */
describe('I3: a first proof by a code to what the directory holds, over HTTP', () => {
  let house: House;
  let hired = 0;
  beforeAll(async () => {
    house = await openHouse({
      policy: (same) => ({
        ...same,
        firstProof: { directoryPlaces: 'any' },
        cooling: { hours: 24, firstRegistration: true },
        telephony: { ...same.telephony, sendsPerCountryPerDay: 1000, sendsPerDay: 1000 },
      }),
    });
  });
  afterAll(() => house.close());

  /** A number of the series for films, and what its last two digits are. */
  const somebody = async (privileged = false): Promise<{ account: DemoAccount; number: string; ending: string }> => {
    hired += 1;
    const ending = String(60 + hired);
    const number = `+467017406${ending}`;
    const account = await house.hire('unregistered', {
      account: { privileged, placesOnFile: [{ kind: 'phone', to: `070-174 06 ${ending}` }] },
    });
    return { account, number, ending };
  };
  const told = async (to: string, words: string): Promise<boolean> =>
    (await house.outbox()).some((entry) => entry.to === to && entry.text.includes(words));

  const said: Readonly<
    Record<Language, Readonly<Record<'none' | 'offer' | 'ask' | 'by' | 'sent' | 'passed' | 'cools' | 'added', string>>>
  > = {
    sv: {
      none: 'Vi kunde inte verifiera ditt konto',
      offer: 'Du kan registrera nu: vi skickar först en kod till ett nummer eller en adress som',
      ask: 'Visa först att det är du',
      by: 'Med en kod i sms till',
      sent: 'Vi har skickat ett sms till',
      passed: 'Tack, koden stämde',
      cools: 'börjar gälla först efter en tid',
      added: 'Fjällbyn AB',
    },
    en: {
      none: 'We could not verify your account',
      offer: 'You can register some now: first we send a code to a number or an address that',
      ask: 'First show that it is you',
      by: 'With a code by text message to',
      sent: 'We have sent a text message to',
      passed: 'Thank you, the code was right',
      cools: 'does not count until',
      added: 'Fjällbyn AB',
    },
  };

  test.each(['sv', 'en'] as const)(
    'who forgot the password and has nothing registered: registers by the code on file, waits until it counts, and resets (%s)',
    async (language) => {
      const { account, number, ending } = await somebody();
      const words = said[language];
      const person = new Person(house, account, { locale: languages[language].locale });
      await person.say(languages[language].forgot);
      expect(person.words).toContain(words.none);
      expect(person.words).toContain(words.offer);
      await person.choose('register');

      expect(person.prompt).toBe('first-proof.choose');
      expect(person.words).toContain(words.ask);
      await person.choose(person.choiceNamed(`${words.by} ...${ending}`));
      expect(person.words).toContain(`${words.sent} ...${ending}`);
      const code = await newestCode(house, number);
      await person.type(code);
      expect(person.words).toContain(words.passed);
      expect(person.prompt).toBe('register.choose');

      // An app, and the number itself: with a code of its own.
      const key = await registerApp(house, person);
      await person.choose('text-message');
      await person.choose(person.choiceNamed(language === 'sv' ? `Använd ...${ending}` : `Use ...${ending}`));
      // The code of before is none here.
      await person.type(code);
      expect(person.prompt).toBe('register-text-message.code');
      await person.type(await newestCode(house, number));
      expect(person.prompt).toBe('register.choose');
      await person.choose('finish');
      // I19: at the place on file and in the work mailbox, whoever it was.
      expect(await told(number, words.added)).toBe(true);
      expect(await told(account.userId, words.added)).toBe(true);

      // I5: it counts when the policy says so.
      await person.say(languages[language].forgot);
      expect(person.prompt).toBe('escalate.offer');
      expect(person.words).toContain(words.cools);
      await person.choose('no');
      house.clock.forward(25 * hourMs);
      const back = { ...account, otpauth: `otpauth://totp/x?secret=${key.replaceAll(' ', '')}`, number };
      const returned = new Person(house, back, { locale: languages[language].locale });
      await returned.say(languages[language].forgot);
      await pass(house, returned, 'authenticator-app');
      await pass(house, returned, 'text-message');
      await setPassword(house, returned, `Ny-väg-till-berget-${ending}`);
      expect(await signsIn(house, returned, `Ny-väg-till-berget-${ending}`)).toBe(true);
      const log = house.logLines.join('\n');
      expect(log).not.toContain(number);
      expect(log).not.toMatch(new RegExp(`1740 ?6 ?${ending}`, 'u'));
    },
  );

  test('the password is asked for as before, by whoever remembers it; another way leads back', async () => {
    const { account, ending } = await somebody();
    const person = new Person(house, account);
    await person.say(languages.sv.register);
    await person.choose('password');
    expect(person.prompt).toBe('first-proof.page');
    await openPage(house, person);
    await person.choose('another');
    expect(person.prompt).toBe('first-proof.choose');
    // In words as by a button.
    await person.say(ending);
    expect(person.prompt).toBe('first-proof-code.code');
    await person.choose('another');
    await person.choose('password');
    await provePresentPassword(house, person);
    expect(person.prompt).toBe('register.choose');
  });

  test('I10: who has extra protection has the present password alone', async () => {
    const { account } = await somebody(true);
    const person = new Person(house, account);
    await person.say(languages.sv.register);
    expect(person.prompt).toBe('first-proof.page');
    expect(person.buttons().map(({ choose }) => choose)).not.toContain('another');
  });

  test('a thief in an unlocked Teams: a place that is not there any more, a button of another’s card, a code of another’s', async () => {
    const { account } = await somebody();
    const other = await somebody();
    const thief = new Person(house, account);
    const owner = new Person(house, other.account);
    await owner.say(languages.sv.register);
    const place = owner.choiceNamed('Med en kod i sms till');
    await thief.say(languages.sv.register);
    const [button] = thief.buttons();
    await thief.press({ ...button, choose: place });
    expect(thief.prompt).toBe('first-proof.choose');
    await owner.choose(place);
    const mine = thief.choiceNamed('Med en kod i sms till');
    await thief.choose(mine);
    await thief.type(await newestCode(house, other.number));
    expect(thief.prompt).toBe('first-proof-code.code');
    await thief.choose('another');
    await house.directory.change(account.id, { placesOnFile: [] });
    await thief.choose(mine);
    // Nothing is on file any more: the password is what is left.
    expect(thief.prompt).toBe('first-proof.page');
    expect(thief.words).toContain('Dit kan ingen kod skickas längre');
  });

  test('I17: whoever gets the code and did not ask for it says so; then nothing begins here by a code', async () => {
    const { account } = await somebody();
    const person = new Person(house, account);
    await person.say(languages.sv.register);
    await person.choose(person.choiceNamed('Med en kod i sms till'));
    await person.choose('not-asked');
    expect(person.words).toContain('Tack för att du säger till');
    await person.say(languages.sv.register);
    expect(person.prompt).toBe('escalate.offer');
  });
});

/** The same person under the policy as it comes: the present password, and nobody is promised anything else. */
test('off by default: who is not registered is offered an administrator, and registering asks for the password', async () => {
  const house = await openHouse();
  try {
    const person = new Person(house, await house.account('unregistered'));
    await person.say(languages.sv.forgot);
    expect(person.buttons().map(({ choose }) => choose)).toEqual(['contact', 'no']);
    await person.choose('no');
    await person.say(languages.sv.register);
    expect(person.prompt).toBe('first-proof.page');
  } finally {
    await house.close();
  }
});
