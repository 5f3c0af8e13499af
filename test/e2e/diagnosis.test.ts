import { afterEach, expect, test } from '@jest/globals';
import { describeEngines } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, pass } from './steps.ts';

describeEngines('what is wrong with an account', (engine) => {
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

  test.each(['sv', 'en'] as const)('in %s: unlocked, and locked again within minutes: said, once, with what to do', async (language) => {
    const house = await open();
    const account = await house.hire('locked');
    const person = new Person(house, account, { locale: languages[language].locale });
    await person.say(languages[language].locked);
    expect(person.words).toMatch(/Det låstes|It was locked on/u);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    expect(person.prompt).toBe('home.menu');
    expect(person.buttons().map(({ choose }) => choose)).not.toContain('unlock');

    // A phone tries the old password.
    for (let guess = 0; guess < 10; guess += 1) await house.directory.provePassword(account.id, `old-${guess}`);
    house.clock.forward(2 * 60_000);
    await person.hear('home.menu');
    expect(person.words).toMatch(/låstes igen|was locked again/u);
    expect(person.buttons().map(({ choose }) => choose)).toContain('unlock');
  });

  test.each([
    ['expired', /har gått ut/u],
    ['must-change', /är tillfälligt och måste bytas/u],
  ] as const)('a password that is %s is said to be that, before a reset and where an unlock was asked for', async (passwordDue, words) => {
    const house = await open();
    const account = await house.hire('registered');
    await house.directory.change(account.id, { passwordDue });
    const person = new Person(house, account);
    await person.say('lås upp mitt konto');
    expect(person.prompt).toBe('unlock.not-locked');
    expect(person.words).toMatch(words);
    await person.choose('reset');
    expect(person.words).toMatch(words);
    expect(person.prompt).toBe('verify.answer');
  });
});
