import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { KeyBrowser } from './chromium-key.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass, setPassword, signsIn } from './steps.ts';

const newPassword = 'Hjortron på myren 2026';

describeInBrowser('security keys, in Chromium', () => {
  let house: House;
  let chromium: Browser;
  let tab: KeyBrowser;
  beforeAll(async () => {
    chromium = await startBrowser();
    house = await openHouse();
  });
  afterAll(async () => {
    await house.close();
    await chromium.close();
  });
  beforeEach(async () => {
    tab = await KeyBrowser.open(chromium);
  });
  afterEach(() => tab.close());

  /** Somebody at the page that registers a key. */
  const enrolling = async (locale = 'sv-SE'): Promise<Person> => {
    const person = new Person(house, await house.hire('registered'), { locale });
    await person.say(languages[person.language].register);
    await pass(house, person, 'text-message');
    await person.choose('security-key');
    expect(person.prompt).toBe('register-security-key.code');
    return person;
  };

  /** Types the digits a page shows, once the chat has heard that the key was right: the link is gone then. */
  const typeDigits = async (person: Person, url: string): Promise<void> => {
    const digits = await tab.digits();
    for (let n = 0; n < 3 && JSON.stringify(person.heard).includes(url); n += 1) await person.hear();
    await person.type(digits);
  };

  /** Opens the page that stands in the chat, uses the key that is in, and types the digits. */
  const useKey = async (person: Person): Promise<void> => {
    const page = person.page();
    await tab.open(page);
    await tab.press();
    await typeDigits(person, page.url);
  };

  /** Registers the key that is in, up to the list of methods. */
  const register = async (person: Person): Promise<void> => {
    await useKey(person);
    expect(person.prompt).toBe('register.choose');
  };

  test.each([
    ['sv', false],
    ['en', true],
  ] as const)('in %s, resident %s: registered, a gate of a reset, a step-up, and removed', async (language, resident) => {
    const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
    const { locale, forgot, register: wish } = languages[language];
    const key = await tab.insert({ resident });
    const person = await enrolling(locale);
    await register(person);
    expect(person.words).toContain(say('Säkerhetsnyckeln (Nyckel 1) är sparad', 'The security key (Key 1) is saved'));
    expect((await tab.credentials(key))[0]?.isResidentCredential).toBe(resident);
    await person.choose('finish');

    house.clock.forward(60_000);
    await person.say(forgot);
    await askFor(person, 'security-key');
    const asked = person.page();
    await tab.open(asked);
    expect(await tab.page.locator('main').innerText()).toContain(say('inför ett nytt lösenord', 'for a new password'));
    await tab.press();
    await typeDigits(person, asked.url);
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('reset.page');
    await setPassword(house, person, newPassword);
    expect(await signsIn(house, person, newPassword)).toBe(true);

    house.clock.forward(60_000);
    await person.say('start over');
    await person.say(wish);
    await askFor(person, 'security-key');
    await useKey(person);
    expect(person.prompt).toBe('register.choose');
    await person.choose('finish');

    house.clock.forward(60_000);
    await person.say(say('mina verifieringsmetoder', 'my verification methods'));
    await person.choose(person.choiceNamed(say('Hantera säkerhetsnyckel (Nyckel 1)', 'Manage security key (Key 1)')));
    await person.choose('remove');
    await pass(house, person, 'text-message');
    await person.choose('remove');
    expect(person.words).toContain(say('säkerhetsnyckel (Nyckel 1) är borttagen', 'security key (Key 1) is removed'));
    expect(tab.complaints).toEqual([]);
  });

  test('R16: without user verification nothing is registered: the browser says so, no try is counted, and with it the same page goes on', async () => {
    const key = await tab.insert();
    await tab.verify(key, false);
    const person = await enrolling();
    const { url, number } = person.page();
    await tab.open({ url, number });
    await tab.press();
    await tab.page.getByRole('alert').filter({ hasText: 'Nyckeln registrerades inte' }).waitFor();
    await tab.verify(key, true);
    await tab.press();
    await typeDigits(person, url);
    expect(person.prompt).toBe('register.choose');
    expect(tab.complaints).toEqual([]);
  });

  test('a key that is registered already, a key that is not known here, and two keys', async () => {
    const first = await tab.insert();
    const person = await enrolling();
    await register(person);
    await person.choose('security-key');
    const page = person.page();
    await tab.open(page);
    await tab.press();
    await tab.page.getByRole('alert').filter({ hasText: 'redan registrerad' }).waitFor();
    await tab.takeOut(first);
    await tab.insert();
    await tab.press();
    await typeDigits(person, page.url);
    expect(person.words).toContain('Nyckel 2');
    await person.choose('finish');

    // Another browser, with a key that nobody registered.
    const other = await KeyBrowser.open(chromium);
    await other.insert();
    house.clock.forward(60_000);
    await person.say(languages.sv.forgot);
    await askFor(person, 'security-key');
    await other.open(person.page());
    await other.press();
    await other.page.getByRole('alert').filter({ hasText: 'Det kostade inget försök' }).waitFor();
    await other.close();
    expect(tab.complaints).toEqual([]);
  });

  test('I21: a forwarded ceremony verifies nobody: the digits are worth nothing in the chat of who asked for them', async () => {
    const key = await tab.insert();
    const person = await enrolling();
    await register(person);
    await person.choose('finish');
    expect(await tab.credentials(key)).toHaveLength(1);
    // A thief in a chat of their own has digits that the victim's page showed read out to them.
    house.clock.forward(60_000);
    await person.say(languages.sv.forgot);
    await askFor(person, 'security-key');
    const digits = await tab.use(person.page());
    const thief = await enrolling();
    await thief.type(digits);
    expect(thief.words).toContain('Koden stämmer inte');
    // A browser that has the link and not the number sees nothing of the ceremony.
    const page = await chromium.newPage();
    await page.goto(thief.page().url);
    expect(await page.content()).not.toContain('data-options');
    await page.close();
  });

  test('R16: a copied key, whose counter goes back, is switched off; the chat says so, and a mail', async () => {
    const key = await tab.insert();
    const person = await enrolling();
    await register(person);
    await person.choose('finish');
    const [stolen] = await tab.credentials(key);
    if (stolen === undefined) throw new Error('the key holds nothing');
    house.clock.forward(60_000);
    await person.say(languages.sv.register);
    await askFor(person, 'security-key');
    await useKey(person);
    expect(person.prompt).toBe('register.choose');
    await person.choose('finish');

    const thief = await KeyBrowser.open(chromium, { locale: 'sv-SE' });
    await thief.copy(await thief.insert(), stolen);
    house.clock.forward(60_000);
    await person.say(languages.sv.forgot);
    await askFor(person, 'security-key');
    await thief.open(person.page());
    await thief.press();
    await thief.page.getByRole('heading', { name: 'Sidan gäller inte längre' }).waitFor();
    for (let n = 0; n < 3 && !person.words.includes('Den säkerhetsnyckeln är avstängd'); n += 1) await person.hear();
    expect(person.words).toContain('Den säkerhetsnyckeln är avstängd');
    await house.delivered(({ kind, text }) => kind === 'mail' && text.includes('har stängts av'));
    await thief.close();
  });

  test('a browser without WebAuthn is told what to do, and so is one without scripts', async () => {
    const person = await enrolling('en-GB');
    const { url, number } = person.page();
    await tab.page.addInitScript('delete window.PublicKeyCredential');
    await tab.page.goto(url);
    await tab.page.locator('input[name="number"]').fill(number);
    await tab.page.keyboard.press('Enter');
    await tab.page.getByRole('alert').filter({ hasText: 'cannot use security keys' }).waitFor();
    expect(await tab.page.locator('#ask').isVisible()).toBe(false);
    await person.hearLast();
    await person.choose('new-link');
    const bare = await chromium.newContext({ javaScriptEnabled: false });
    const page = await bare.newPage();
    const again = person.page();
    await page.goto(again.url);
    await page.locator('input[name="number"]').fill(again.number);
    await page.locator('button').click();
    await page.getByText('needs JavaScript').waitFor();
    await bare.close();
  });
});
