import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, openPage, pass, setPassword, signsIn } from './steps.ts';

const newPassword = 'Hjortron på myren 2026';
const codeForm = /\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b/gu;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe.each(['sv', 'en'] as const)('recovery codes, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);

  test('registered after a step-up, a gate of a reset beside a text message, made anew, and removed', async () => {
    const person = new Person(house, await house.hire('registered'), { locale });

    // Registered: shown on a page, kept when the person says so there.
    await person.say(register);
    await pass(house, person, 'text-message');
    expect(person.prompt).toBe('register.choose');
    await person.choose('recovery-codes');
    expect(person.prompt).toBe('register-recovery-codes.page');
    const tab = await openPage(house, person);
    const codes = tab.words.match(codeForm) ?? [];
    expect(codes).toHaveLength(10);
    await tab.submit({ kept: 'yes' });
    expect(tab.words).toContain(say('Återställningskoderna är bekräftade', 'Your recovery codes are confirmed'));
    await person.hear('register.choose');
    expect(person.words).toContain(say('Dina tio återställningskoder är sparade', 'Your ten recovery codes are saved'));
    await person.choose('finish');

    // A gate of a reset: with a wrong one told so, and a right one typed as people type it.
    house.clock.forward(60_000);
    await person.say(forgot);
    await pass(house, person, 'text-message');
    await askFor(person, 'recovery-codes');
    expect(person.words).toContain('10/10');
    await person.type('0000-0000-0000-0000');
    expect(person.words).toContain(say('Koden stämmer inte', 'That is not the code'));
    await person.say((codes[0] ?? '').toLowerCase().replaceAll('-', ' '));
    expect(person.prompt).toBe('reset.page');
    await setPassword(house, person, newPassword);
    expect(await signsIn(house, person, newPassword)).toBe(true);
    await person.choose('no');

    // The same code is over; another one is a step-up, and made anew they are replaced.
    house.clock.forward(60_000);
    await person.say(register);
    await askFor(person, 'recovery-codes');
    await person.type(codes[0] ?? '');
    expect(person.words).toContain(say('redan använd', 'used already'));
    await person.type(codes[1] ?? '');
    expect(person.prompt).toBe('register.choose');
    expect(person.words + JSON.stringify(person.heard)).toContain(say('de gamla slutar gälla', 'the old ones stop working'));
    await person.choose('recovery-codes');
    const anew = await openPage(house, person);
    const fresh = anew.words.match(codeForm) ?? [];
    await anew.submit({ kept: 'yes' });
    await person.hear('register.choose');
    await person.choose('finish');
    await house.delivered(
      ({ kind, text }) => kind === 'sms' && text.includes(say('återställningskoder gjordes om', 'recovery codes was made anew')),
    );

    // Removed.
    house.clock.forward(60_000);
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    expect(person.prompt).toBe('methods.list');
    await person.choose(person.choiceNamed(say('Hantera återställningskoder (10/10)', 'Manage recovery codes (10/10)')));
    await person.choose('remove');
    await askFor(person, 'recovery-codes');
    await person.type(fresh[0] ?? '');
    await person.choose('remove');
    expect(person.prompt).toBe('methods.list');
    // One of them was used to show who they are.
    expect(person.words).toContain(say('återställningskoder (9/10) är borttagen', 'recovery codes (9/10) is removed'));
    expect(person.buttons().every((data) => data['choose'] !== 'recovery-codes')).toBe(true);

    // No code that was shown stands anywhere but where its owner typed it.
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    for (const code of [...codes, ...fresh]) {
      for (const form of [code, code.replaceAll('-', ''), code.toLowerCase().replaceAll('-', ' ')]) expect(everything).not.toContain(form);
    }
  });
});
