import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeInBrowser } from '../servers/browser.ts';
import { startBrowser } from '../servers/chromium.ts';
import { KeyBrowser } from './chromium-key.ts';
import { actsIn, Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, pass } from './steps.ts';

describeInBrowser('a key ceremony that was forwarded, while the helpdesk verifies a caller', () => {
  let house: House;
  let desk: Desk;
  let chromium: Browser;
  let victim: KeyBrowser;
  let nina: DemoAccount;
  let ninasChat: Person;
  beforeAll(async () => {
    chromium = await startBrowser();
    house = await openHouse();
    desk = new Desk(house);
    nina = await house.hire('agent', { methods: ['authenticator-app'] });
    ninasChat = new Person(house, nina);
    await ninasChat.say('visa att jag är handläggare');
    await pass(house, ninasChat, 'authenticator-app');
  });
  afterAll(async () => {
    await house.close();
    await chromium.close();
  });
  beforeEach(async () => {
    victim = await KeyBrowser.open(chromium, { locale: 'sv-SE' });
  });
  afterEach(() => victim.close());

  /** Whoever holds a chat that is signed in, up to the key that the helpdesk's call asks for; its owner's key is in the owner's own browser. */
  async function called(): Promise<Person> {
    await victim.insert();
    const chat = new Person(house, await house.hire('registered', { methods: ['text-message', 'authenticator-app'] }));
    await chat.say(languages.sv.register);
    await pass(house, chat, 'text-message');
    await chat.choose('security-key');
    const { url } = chat.page();
    const digits = await victim.use(chat.page());
    for (let n = 0; n < 3 && JSON.stringify(chat.heard).includes(url); n += 1) await chat.hear();
    await chat.type(digits);
    await chat.choose('finish');
    house.clock.forward(60_000);

    await new Person(house, nina).post({
      type: 'message',
      text: `verifiera ${chat.account.userId}`,
      conversation: { id: house.config.policy.contacts.desk.conversation, conversationType: 'channel', isGroup: true },
    });
    await desk.hasIt(chat.account);
    await desk.act(chat.account, nina, 'claim');
    await desk.act(chat.account, nina, 'verify-caller');
    await ninasChat.hearOf(`Samtalsnumret för ärende ${(await desk.newest(chat.account)).number}`);
    await chat.say(/(?<!\d)\d{6}(?!\d)/u.exec(ninasChat.words)?.[0] ?? '');
    await chat.choose('yes');
    await askFor(chat, 'security-key');
    return chat;
  }

  const caller = async (chat: Person) => (await desk.newest(chat.account)).caller;

  test('I15, I21: it names account and purpose to whoever opens it, and the key alone verifies nobody: its six digits are missing in the chat', async () => {
    const chat = await called();
    const page = chat.page();
    await victim.open(page);
    const words = await victim.page.content();
    expect(words).toContain(chat.account.userId);
    expect(words).toMatch(/helpdesk/iu);
    await victim.press();
    const digits = await victim.digits();
    expect(digits).toMatch(/^\d{6}$/u);
    for (let n = 0; n < 3 && JSON.stringify(chat.heard).includes(page.url); n += 1) await chat.hear();
    // The thief has the chat and not the page: it waits for digits that they do not see.
    expect(chat.prompt).toBe('verify.answer');
    expect(chat.words).not.toContain(digits);
    await chat.type(digits === '000000' ? '111111' : '000000');
    expect(chat.prompt).toBe('verify.answer');
    expect(await caller(chat)).toMatchObject({ state: 'asked', proofs: [] });
    expect(actsIn(await desk.act(chat.account, nina, 'give-password'))).not.toContain('give-password');
    expect((await desk.newest(chat.account)).grants ?? []).toEqual([]);
  });

  test('I21, R7: the digits of a ceremony for something else are worth nothing in the call, nor the call’s in another chat', async () => {
    const chat = await called();
    // Another chat of the same person, whose page a thief had forwarded.
    const thief = new Person(house, await house.hire('registered'));
    await thief.say(languages.sv.register);
    await pass(house, thief, 'text-message');
    await thief.choose('security-key');
    const other = await KeyBrowser.open(chromium, { locale: 'sv-SE' });
    await other.insert();
    const foreign = await other.use(thief.page());
    await chat.type(foreign);
    expect(chat.prompt).toBe('verify.answer');
    expect(await caller(chat)).toMatchObject({ state: 'asked', proofs: [] });
    await other.close();
  });

  test('I21: with the link and without its number nothing of the ceremony is shown; the browser that opened it first has it', async () => {
    const chat = await called();
    const page = chat.page();
    const forwarded = await chromium.newPage();
    await forwarded.goto(page.url);
    for (const told of ['data-options', chat.account.userId, chat.account.name]) expect(await forwarded.content()).not.toContain(told);
    await victim.open(page);
    await forwarded.locator('input[name="number"]').fill(page.number);
    const answer = forwarded.waitForResponse((each) => each.request().method() === 'POST');
    await forwarded.keyboard.press('Enter');
    const shown = await (await answer).text();
    for (const told of ['data-options', chat.account.userId, chat.account.name]) expect(shown).not.toContain(told);
    await forwarded.close();
    expect(await caller(chat)).toMatchObject({ state: 'asked', proofs: [] });
  });
});
