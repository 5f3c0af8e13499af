import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { appCode } from './codes.ts';
import { askFor, languages, newestCode, pass, provePresentPassword, registerApp, registerByCode, rightCode } from './steps.ts';

const minuteMs = 60_000;

let house: House;
beforeAll(async () => {
  const breaker = { codes: 20, usedPercent: 0, minutes: 60 };
  house = await openHouse({ policy: (policy) => ({ ...policy, telephony: { ...policy.telephony, breaker } }) });
});
afterAll(async () => house.close());

type Typed = 'authenticator-app' | 'text-message' | 'email';

/**
 * What is true of every method whose code is typed in the chat. Calls, keys, questions and recovery codes tell theirs in stories of their own:
 * phone-call, security-key, security-questions, recovery-codes.
 */
describe.each(['sv', 'en'] as const)('every method, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const chatOf = (account: DemoAccount): Person => new Person(house, account, { locale });
  const cancel = say('avbryt', 'cancel');
  const wrongWords = say('Koden stämmer inte', 'That is not the code');

  /** Somebody whose lock and password are both theirs to mend: two purposes at hand. */
  const hire = async (): Promise<Person> => {
    const lock = { since: house.clock.now(), why: 'wrong-passwords', until: null } as const;
    return chatOf(await house.hire('registered', { account: { lock } }));
  };
  /** Stands where this method's code is asked for; mail is the second step, after another. */
  async function asked(person: Person, kind: Typed, purpose: 'reset' | 'unlock'): Promise<void> {
    house.clock.forward(3 * minuteMs);
    await person.say(purpose === 'reset' ? forgot : languages[language].locked);
    if (purpose === 'reset') await person.choose('reset');
    if (kind === 'email') await pass(house, person, 'authenticator-app');
    await askFor(person, kind);
  }
  /** Whether the code was taken: the next step stands there, or what comes after the last. */
  const isTaken = (person: Person, kind: Typed): boolean =>
    kind === 'email' ? person.prompt === 'reset.page' : person.words.includes(say('Steg 2 av 2', 'Step 2 of 2'));

  describe.each(['authenticator-app', 'text-message', 'email'] as const)('%s', (kind) => {
    test('is registered by a person who shows that it works, and is listed', async () => {
      const person = chatOf(await house.hire('unregistered'));
      await person.say(register);
      await provePresentPassword(house, person);
      if (kind === 'authenticator-app') await registerApp(house, person);
      else if (kind === 'email') await registerByCode(house, person, kind, say('matrix.sv@example.org', 'matrix.en@example.org'));
      else await registerByCode(house, person, kind, say('+46701740628', '+46701740629'));
      await person.choose('finish');
      await person.say(say('mina metoder', 'my methods'));
      expect(person.words.toLowerCase()).toContain(languages[language].kinds[kind].toLowerCase());
    });

    test('is a gate: its right code is taken', async () => {
      const person = await hire();
      await asked(person, kind, 'reset');
      await person.type(await rightCode(house, person, kind));
      expect(isTaken(person, kind)).toBe(true);
    });

    test('refuses a wrong code, and says how many tries are left', async () => {
      const person = await hire();
      await asked(person, kind, 'reset');
      const right = await rightCode(house, person, kind);
      await person.type(right === '000000' ? '111111' : '000000');
      expect(person.words).toContain(wrongWords);
      expect(person.words).toContain(say('Du har 2 försök kvar', 'You have 2 tries left'));
      expect(isTaken(person, kind)).toBe(false);
    });

    test('refuses an expired code', async () => {
      const person = await hire();
      await asked(person, kind, 'reset');
      const code = await rightCode(house, person, kind);
      house.clock.forward(11 * minuteMs);
      await person.type(code);
      expect(person.words).toContain(kind === 'authenticator-app' ? wrongWords : say('slutat gälla', 'has expired'));
      expect(isTaken(person, kind)).toBe(false);
    });

    test('R4, R7: refuses a code that was taken once', async () => {
      const person = await hire();
      await asked(person, kind, 'reset');
      const code = await rightCode(house, person, kind);
      await person.type(code);
      expect(isTaken(person, kind)).toBe(true);
      await person.say(cancel);
      if (kind === 'authenticator-app') {
        // Within the half minute in which it is the app's present code still.
        await person.say(forgot);
        await person.choose('reset');
        await askFor(person, kind);
      } else await asked(person, kind, 'reset');
      await person.type(code);
      expect(person.words).toContain(kind === 'authenticator-app' ? say('redan använd', 'used already') : wrongWords);
      expect(isTaken(person, kind)).toBe(false);
    });

    test("R7: refuses another account's code", async () => {
      const [mine, theirs] = [await hire(), await hire()];
      await asked(mine, kind, 'reset');
      await asked(theirs, kind, 'reset');
      const foreign =
        kind === 'authenticator-app'
          ? await appCode(theirs.account.otpauth ?? '', house.clock.now())
          : await newestCode(house, (kind === 'email' ? theirs.account.address : theirs.account.number) ?? '');
      await mine.type(foreign);
      expect(mine.words).toContain(wrongWords);
      expect(isTaken(mine, kind)).toBe(false);
    });

    test('R7: refuses a code of another purpose', async () => {
      const person = await hire();
      await asked(person, kind, 'unlock');
      const code = await rightCode(house, person, kind);
      if (kind === 'authenticator-app') {
        // It is no purpose's own; once it was taken for one it is nothing for another.
        await person.type(code);
        await person.say(cancel);
        await person.say(forgot);
        await person.choose('reset');
        await askFor(person, kind);
        await person.type(code);
        expect(person.words).toContain(say('redan använd', 'used already'));
      } else {
        await person.say(cancel);
        await asked(person, kind, 'reset');
        await person.type(code);
        expect(person.words).toContain(wrongWords);
      }
      expect(isTaken(person, kind)).toBe(false);
    });

    test('goes away again, after a step-up, and is asked for no more', async () => {
      const person = await hire();
      house.clock.forward(3 * minuteMs);
      await person.say(say('mina metoder', 'my methods'));
      const name = {
        'authenticator-app': say('autentiseringsapp', 'authenticator app'),
        'text-message': say('sms', 'text message'),
        email: say('e-postadress', 'email address'),
      };
      await person.choose(person.choiceNamed(`${say('Hantera', 'Manage')} ${name[kind]}`));
      await person.choose('remove');
      await pass(house, person, kind === 'authenticator-app' ? 'text-message' : 'authenticator-app');
      await person.choose('remove');
      expect(person.prompt).toBe('methods.list');
      expect(person.buttons().length).toBeGreaterThan(0);
      expect(() => person.choiceNamed(`${say('Hantera', 'Manage')} ${name[kind]}`)).toThrow();
    });
  });
});
