import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BrowserTab } from './browser-tab.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { askFor, languages, openPage, pass, setPassword, signsIn } from './steps.ts';
import { until } from './wait.ts';

const newPassword = 'Hjortron på myren 2026';

let house: House;
let desk: Desk;
beforeAll(async () => {
  house = await openHouse();
  desk = new Desk(house);
});
afterAll(() => house.close());

describe.each(['sv', 'en'] as const)('I17: "this was not me", in %s', (language) => {
  const { locale, forgot, locked, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);
  const chatOf = (account: DemoAccount): Person => new Person(house, account, { locale });

  /** The link in the newest mail about the account that has one. */
  async function linkTo({ userId }: DemoAccount): Promise<string> {
    const linkIn = (text: string): string | undefined => /https?:\/\/\S+\/not-me\/\S+/u.exec(text)?.[0];
    const { text } = await house.delivered((entry) => entry.kind === 'mail' && entry.to === userId && linkIn(entry.text) !== undefined);
    return linkIn(text) ?? '';
  }
  const press = async (url: string): Promise<BrowserTab> => {
    const tab = await new BrowserTab(house.config.publicUrl).open(url);
    return tab.submit({ 'not-me': 'yes' });
  };

  test('a password set by a thief with two gates: the mail, its page, the button; then everything is refused kindly, and the helpdesk has one case', async () => {
    const account = await house.hire('registered');
    const thief = chatOf(account);
    await thief.say(forgot);
    await pass(house, thief, 'authenticator-app');
    await pass(house, thief, 'text-message');
    await setPassword(house, thief, newPassword);
    const url = await linkTo(account);
    const looked = await new BrowserTab(house.config.publicUrl).open(url);
    expect(looked.status).toBe(200);
    for (const told of [account.userId, account.name, newPassword]) expect(looked.html).not.toContain(told);
    expect(await desk.cases(account)).toEqual([]);

    const done = await press(url);
    expect(done.words).toContain(say('Ditt konto är skyddat', 'Your account is protected'));
    await thief.hear('home.menu');
    expect(thief.words).toContain(say('Ditt konto är nu skyddat', 'Your account is protected now'));
    for (const wish of [
      forgot,
      say('lås upp', 'unlock'),
      register,
      say('mina metoder', 'my methods'),
      say('ändra lösenord', 'change password'),
    ]) {
      await thief.say(wish);
      expect([wish, thief.prompt]).toEqual([wish, 'escalate.offer']);
      expect(thief.words).toContain(say('Ditt konto är skyddat just nu', 'Your account is protected right now'));
      await thief.choose('no');
    }
    await until(
      async () => (await desk.cases(account))[0]?.freeze?.sessions !== null,
      () => 'the sessions were never ended',
    );
    const [only, ...others] = await desk.cases(account);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ code: 'LK_FROZEN', priority: 'highest', requester: { how: 'nobody' } });
    const card = await desk.card(only?.number ?? '');
    expect(card.words).toContain('LK_FROZEN');

    // Whoever asks for help is led to that case, and no second one is opened.
    await thief.say(forgot);
    await thief.choose('contact');
    expect(thief.words).toContain(only?.number ?? 'none');
    expect(await desk.cases(account)).toHaveLength(1);
    expect((await press(url)).words).toContain(say('Ditt konto är skyddat', 'Your account is protected'));
    expect(await desk.cases(account)).toHaveLength(1);
  });

  test('a freeze between the page that was opened and the password that was typed: nothing is set', async () => {
    const account = await house.hire('locked');
    const owner = chatOf(account);
    await owner.say(locked);
    if (owner.prompt === 'reset.locked') await owner.choose('unlock');
    await pass(house, owner, 'authenticator-app');
    await pass(house, owner, 'text-message');
    const url = await linkTo(account);

    const thief = owner;
    await thief.say(forgot);
    await pass(house, thief, 'authenticator-app');
    await pass(house, thief, 'text-message');
    const tab = await openPage(house, thief);
    await press(url);
    await tab.submit({ password: newPassword, again: newPassword });
    expect(tab.status).toBe(404);
    expect(await signsIn(house, thief, newPassword)).toBe(false);
  });

  test('in the chat: it is offered after something changed, asks once, and freezes', async () => {
    const account = await house.hire('registered');
    const person = chatOf(account);
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    await setPassword(house, person, newPassword);
    await person.say(say('Det var inte jag!', 'That was not me!'));
    if (person.prompt === 'leave.ask') await person.choose('leave');
    expect(person.prompt).toBe('not-me.confirm');
    expect(person.words).toContain(say('Lösenordet till ditt konto ändrades', 'The password of your account was changed'));
    await person.choose('freeze');
    expect(person.words).toMatch(/LK-\d+/u);
    const [only] = await desk.cases(account);
    expect(only).toMatchObject({ code: 'LK_FROZEN', priority: 'highest', requester: { how: 'signed-in' } });
    await person.say(say('det var inte jag', 'that was not me'));
    expect(person.words).toContain(only?.number ?? 'none');
  });

  test('beside a code: "I did not ask for this" ends that request and tells the helpdesk, and the person can go on', async () => {
    const account = await house.hire('registered');
    const person = chatOf(account);
    await person.say(forgot);
    await askFor(person, 'text-message');
    await person.choose('not-asked');
    expect(person.words).toContain(say('Tack för att du säger till', 'Thank you for telling us'));
    await until(
      async () => (await desk.cases(account)).some(({ code }) => code === 'LK_REPORTED'),
      () => 'the helpdesk heard nothing',
    );
    // What takes no gate is held up; what takes one is not, and lifts it.
    await person.say(say('ändra lösenord', 'change password'));
    expect(person.prompt).toBe('escalate.offer');
    await person.choose('no');
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    expect(person.prompt).toBe('reset.page');
    await person.say(say('avbryt', 'cancel'));
    await person.say(say('ändra lösenord', 'change password'));
    expect(person.prompt).toBe('change-password.page');
  });
});
