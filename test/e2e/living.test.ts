import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, newestCode, pass, type Language } from './steps.ts';

const minuteMs = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => house.close());

describe.each(['sv', 'en'] as const)('living with methods, over HTTP: %s', (language: Language) => {
  const { locale, forgot } = languages[language];
  const say = (sv: string, en: string): string => (language === 'sv' ? sv : en);
  const newNumber = language === 'sv' ? '+46701740633' : '+46701740634';

  test('named, preferred, its number changed, and how it works, by buttons and by words', async () => {
    const account = await house.hire('registered', { methods: ['text-message', 'authenticator-app'] });
    const person = new Person(house, account, { locale });

    // The list: I8's line on top, then each, masked, with when it was added and used.
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    expect(person.prompt).toBe('methods.list');
    expect(person.words).toContain(say('Du kan återställa ditt eget lösenord', 'You can reset your own password'));
    const masked = `...${(account.number ?? '').slice(-2)}`;
    expect(person.words).toContain(`sms (${masked})`.replace('sms', say('sms', 'text message')));
    expect(person.words).toContain(say('inte använd än', 'not used yet'));

    // One of them, by what stands in its label.
    await person.say(masked);
    expect(person.prompt).toBe('method.choose');
    expect(person.words).toContain(masked);
    await person.choose('how');
    expect(person.words).toContain(say('Så fungerar sms', 'How text messages work'));
    expect(person.prompt).toBe('method.choose');

    // A name: what is none is refused, what is one stands beside the masked number.
    await person.choose('name');
    expect(person.prompt).toBe('method.name');
    await person.type('[Jobb](https://evil.example)');
    expect(person.words).toContain(say('Det går inte som namn', 'That cannot be a name'));
    await person.say('Jobbtelefonen');
    expect(person.prompt).toBe('methods.list');
    expect(person.words).toContain(`${masked}, Jobbtelefonen`);

    // The one to be asked for first, by its name.
    await person.say('jobbtelefonen');
    await person.choose('prefer');
    expect(person.words).toContain(say('den vi frågar efter först', 'the one we ask for first'));

    // A new number in its place: a step-up, a code to the new number, and the old one is told one last time.
    await person.say('Jobbtelefonen');
    await person.choose('change');
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('register-text-message.number');
    expect(person.words).toContain(say('det nya mobilnumret', 'the new mobile number'));
    await person.type(newNumber);
    await person.type(await newestCode(house, newNumber));
    expect(person.prompt).toBe('methods.list');
    const newMasked = `...${newNumber.slice(-2)}`;
    expect(person.words).toContain(say('Numret är bytt', 'The number is changed'));
    expect(person.words).toContain(`${newMasked}, Jobbtelefonen`);
    expect(person.words).not.toContain(masked);
    await house.delivered(({ to, text }) => to === account.number && /byttes|was changed/u.test(text));
    await person.choose('done');

    // Another day it is asked for first; where the code goes, the masked number stands, not the name.
    house.clock.forward(25 * 60 * minuteMs);
    await person.say(forgot);
    if (person.prompt === 'verify.choose') await person.say('Jobbtelefonen');
    expect(person.prompt).toBe('verify.answer');
    expect(person.words).toContain(newMasked);
    expect(person.words).not.toContain('Jobbtelefonen');
    await person.say(say('avbryt', 'cancel'));

    // Neither number was ever shown whole.
    const shown = JSON.stringify(house.connector.calls.map(({ activity }) => activity));
    for (const whole of [account.number ?? '', newNumber]) expect(shown).not.toContain(whole);
  });

  test('a number not used for half a year is asked about at a quiet moment, never on the way to a password', async () => {
    const account = await house.hire('registered', { methods: ['text-message', 'authenticator-app'] });
    const person = new Person(house, account, { locale });
    await person.say(say('meny', 'menu'));
    expect(person.prompt).toBe('home.menu');
    house.clock.forward(185 * 24 * 60 * minuteMs);

    // On the way to a password nothing is asked.
    await person.say(forgot);
    expect(person.prompt.startsWith('verify.')).toBe(true);
    await person.say(say('avbryt', 'cancel'));
    expect(person.prompt).toBe('home.menu');

    // At the menu it is, once; and it goes on counting.
    await person.say(say('börja om', 'start over'));
    expect(person.prompt).toBe('home.confirm');
    expect(person.words).toContain(`...${(account.number ?? '').slice(-2)}`);
    await person.choose('check');
    expect(person.prompt).toBe('confirm.code');
    await person.type(await newestCode(house, account.number ?? ''));
    expect(person.words).toContain(say('Tack, den fungerar', 'Thank you, it works'));
    expect(person.prompt).toBe('home.menu');
    await person.say(say('börja om', 'start over'));
    expect(person.prompt).toBe('home.menu');

    // A week later the other one, on a hello; "not now" is an answer, and a wish is none.
    house.clock.forward(8 * 24 * 60 * minuteMs);
    await person.say(say('hej', 'hello'));
    expect(person.prompt).toBe('home.confirm');
    await person.choose('later');
    expect(person.prompt).toBe('home.menu');
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    expect(person.words).toContain(say('Du kan återställa ditt eget lösenord', 'You can reset your own password'));
    house.clock.forward(8 * 24 * 60 * minuteMs);
    await person.say(say('börja om', 'start over'));
    expect(person.prompt).toBe('home.confirm');
    await person.say(forgot);
    expect(person.prompt.startsWith('verify.')).toBe(true);
  });

  test('how a method works is answered wherever it is asked, and where methods are chosen', async () => {
    const person = new Person(house, await house.hire('unregistered'), { locale });
    await person.say(say('hur funkar authenticator', 'how do I set up the app'));
    expect(person.words).toContain(say('Så fungerar autentiseringsappen', 'How the authenticator app works'));
    expect(person.prompt).toBe('home.menu');
  });
});
