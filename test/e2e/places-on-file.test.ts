import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, newestCode, provePresentPassword } from './steps.ts';

/** Björn's story: the company has a number and an address of his on file. */
describe('what the directory holds, over HTTP', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.close());

  const chatOf = (person: Person): string =>
    JSON.stringify(
      house.connector.calls.filter(({ conversation }) => conversation === person.conversation).map(({ activity }) => activity),
    );

  test.each([
    ['sv', 'har redan ett nummer till dig', 'har redan en privat adress', 'Använd'],
    ['en', 'has a number of yours on file', 'has a private address of yours on file', 'Use'],
  ] as const)('I3: is offered masked, and is a method once its code was typed, not before (%s)', async (language, number, address, use) => {
    const ending = language === 'sv' ? '36' : '37';
    const [mobile, mail] = [`+467017406${ending}`, `hemma-${language}@example.net`];
    const account = await house.hire('unregistered', {
      account: {
        placesOnFile: [
          { kind: 'phone', to: `070-174 06 ${ending}` },
          { kind: 'mail', to: mail },
          // The work mailbox and the company's domain need the password that is lost.
          { kind: 'mail', to: 'extra@fjallbyn.example' },
        ],
      },
    });
    const person = new Person(house, account, { locale: languages[language].locale });
    await person.say(languages[language].register);
    await provePresentPassword(house, person);

    await person.choose('text-message');
    expect(person.words).toContain(number);
    await person.choose(person.choiceNamed(`${use} ...${ending}`));
    expect(person.prompt).toBe('register-text-message.code');
    // Left before the code: it is no method, and stands to be chosen again.
    const sent = await newestCode(house, mobile);
    await person.choose('change');
    await person.choose(person.choiceNamed(`${use} ...${ending}`));
    house.clock.forward(60_000);
    if (person.prompt === 'register-text-message.later') await person.choose('again');
    const code = await newestCode(house, mobile);
    expect(code).not.toBe(sent);
    await person.type(code);
    expect(person.prompt).toBe('register.choose');

    await person.choose('email');
    expect(person.words).toContain(address);
    expect(person.buttons().map(({ choose }) => choose)).toHaveLength(3);
    await person.choose(person.choiceNamed(`${use} h...@example.net`));
    await person.type(await newestCode(house, mail));
    expect(person.prompt).toBe('register.choose');

    // What is registered is not offered again.
    await person.choose('text-message');
    expect(person.words).not.toContain(number);
    expect(chatOf(person)).not.toMatch(new RegExp(`1740 ?6 ?${ending}|hemma-|extra@`, 'u'));
    expect(house.logLines.join('\n')).not.toMatch(new RegExp(`1740 ?6 ?${ending}|hemma-|extra@`, 'u'));
  });

  test('R42: while the directory does not hold it any more, or does not answer, it is typed', async () => {
    const person = new Person(
      house,
      await house.hire('unregistered', { account: { placesOnFile: [{ kind: 'phone', to: '+46701740638' }] } }),
    );
    await person.say(languages.sv.register);
    await provePresentPassword(house, person);
    await person.choose('text-message');
    await house.directory.change(person.account.id, { placesOnFile: [] });
    await person.choose(person.choiceNamed('Använd ...38'));
    expect(person.words).toContain('Vi kunde inte hämta uppgiften från');
    expect(person.prompt).toBe('register-text-message.number');
    await person.type('070-174 06 38');
    await person.type(await newestCode(house, '+46701740638'));
    expect(person.prompt).toBe('register.choose');
  });
});
