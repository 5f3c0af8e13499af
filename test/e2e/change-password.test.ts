import { afterEach, expect, test } from '@jest/globals';
import { describeEngines } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { openPage, signsIn } from './steps.ts';

const fresh = 'Åkerbär vid Torne älv 77';

describeEngines('a change of a known password', (engine) => {
  const houses: House[] = [];
  afterEach(async () => {
    await Promise.all(houses.splice(0).map((house) => house.close()));
  });
  const open = async (): Promise<House> => {
    const { store } = await engine.fresh();
    const house = await openHouse({ store });
    houses.push(house);
    return house;
  };

  test.each([
    ['sv-SE', 'jag vill byta mitt lösenord', 'Ändra ditt lösenord', 'Det är inte lösenordet'],
    ['en-GB', 'I want to change my password', 'Change your password', 'That is not the password'],
  ])('in %s: by a sentence, with the present password and no method at all', async (locale, sentence, title, wrong) => {
    const house = await open();
    const account = await house.hire('unregistered');
    const person = new Person(house, account, { locale });
    await person.say('hej');
    await person.say(sentence);
    expect(person.prompt).toBe('change-password.page');
    const tab = await openPage(house, person);
    expect(tab.words).toContain(title);
    await tab.submit({ present: 'något annat', password: fresh, again: fresh });
    expect(tab.words).toContain(wrong);
    expect(await signsIn(house, person, fresh)).toBe(false);
    await tab.submit({ present: account.password ?? '', password: fresh, again: fresh });
    await person.hear('sign-out.ask');
    expect(await signsIn(house, person, fresh)).toBe(true);
    // R29: the other devices, a moment after the answer.
    const ended = async (): Promise<number | undefined> => (await house.directory.peek(account.id))?.sessionsEnded;
    await person.choose('sign-out');
    expect(person.prompt).toBe('home.menu');
    expect(await ended()).toBe(0);
    house.clock.forward(5_000);
    await person.hear();
    expect(person.words).toMatch(/utloggade|signed out/u);
    expect(await ended()).toBe(1);
    // I19: the work mailbox is told.
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === account.userId && /lösenord|password/u.test(text));
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    for (const secret of [fresh, account.password ?? 'none']) expect(everything).not.toContain(secret);
  });

  test('I10: a privileged account, I9: one managed elsewhere: refused with its reason, and no page', async () => {
    const house = await open();
    for (const story of ['privileged', 'managed-elsewhere'] as const) {
      const person = new Person(house, await house.account(story));
      await person.say('ändra lösenord');
      expect(person.prompt).not.toBe('change-password.page');
      expect(person.words).toContain(story === 'privileged' ? 'extra skydd' : 'hanteras');
      expect(person.page().url).toBe('');
    }
  });
});
