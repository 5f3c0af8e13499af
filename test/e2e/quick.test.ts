import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, newestCode, pass, provePresentPassword, registerByCode, rightCode, setPassword } from './steps.ts';

let house: House;
/** Where two texts a day are all. */
let small: House | null = null;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
});
afterEach(async () => {
  await small?.close();
  small = null;
});

/** How many messages and taps something took. */
async function acts(person: Person, work: () => Promise<unknown>): Promise<number> {
  const before = person.acts;
  await work();
  return person.acts - before;
}

describe.each(['sv', 'en'] as const)('how much a person has to do, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const hire = async (...given: Parameters<House['hire']>): Promise<Person> => new Person(house, await house.hire(...given), { locale });

  test('a text message is registered in four messages and taps or fewer, after the step-up', async () => {
    const person = await hire('unregistered');
    await person.say(register);
    await provePresentPassword(house, person);
    const number = say('+46701740626', '+46701740627');
    const took = await acts(person, () => registerByCode(house, person, 'text-message', number));
    expect(took).toBeLessThanOrEqual(4);
    expect(person.words).toContain(say('...', '...') + number.slice(-2));
  });

  test('a reset by two gates takes seven messages and taps or fewer, pages not counted', async () => {
    const person = await hire('registered');
    const took = await acts(person, async () => {
      await person.say(forgot);
      await pass(house, person, 'text-message');
      await pass(house, person, 'authenticator-app');
      await setPassword(house, person, 'Odon i skogen 2026');
    });
    expect(took).toBeLessThanOrEqual(7);
  });

  test('from the menu to the first code it is one tap: the preferred method is asked at once, and another one is named', async () => {
    const person = await hire('registered', { methods: ['text-message', 'authenticator-app'] });
    await person.say(say('hej', 'hello'));
    const took = await acts(person, () => person.choose('reset'));
    expect(took).toBe(1);
    expect(person.prompt).toBe('verify.answer');
    expect(person.words).toContain(say('Steg 1 av 2', 'Step 1 of 2'));
    expect(person.words).toContain(say('Använd en annan metod', 'Use another method'));
    const sent = await newestCode(house, person.account.number ?? '');
    expect(sent).toMatch(/^\d{6}$/u);
    await person.type(sent);
    expect(person.words).toContain(say('Steg 2 av 2', 'Step 2 of 2'));
  });

  test('what cannot succeed is not asked for, and says why: the day\u2019s codes are sent, and the app is left', async () => {
    small = await openHouse({
      policy: (policy) => ({
        ...policy,
        reset: { ...policy.reset, gates: 1 },
        limits: { ...policy.limits, sendsPerAccountPerDay: 2 },
      }),
    });
    const person = new Person(small, await small.hire('registered'), { locale });
    for (let sent = 0; sent < 2; sent += 1) {
      await person.say(forgot);
      await person.say(say('avbryt', 'cancel'));
      small.clock.forward(11 * 60_000);
    }
    await person.say(forgot);
    expect(person.words).toMatch(/fler koder till metoden|more codes to the method|No more codes can be sent to the method/u);
    expect(person.words).toContain(say('Öppna din autentiseringsapp', 'Open your authenticator app'));
    await person.type(await rightCode(small, person, 'authenticator-app'));
    expect(person.prompt).toBe('reset.page');
  });
});
