import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeEngines, type Engine } from '../store/engines.ts';
import { Desk, type DeskCard } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, signsIn, type Language } from './steps.ts';

/** What the employee reads; the helpdesk's own words are in the language of its policy. */
const words = {
  sv: {
    confirm: 'Talar du i telefon med helpdesk',
    verified: 'ser nu att det är du',
    reported: 'Tack för att du säger till',
    unlocked: /upplåst/u,
    removed: 'Metoden är borttagen',
    call: 'helpdesksamtal',
    gives: 'har låtit dig få ett tillfälligt lösenord',
    signInNow: 'Logga in med det här nu',
    wasShown: 'Det tillfälliga lösenordet har visats',
    nowShown: 'Ditt tillfälliga lösenord står på sidan nu',
    change: 'ändra lösenord',
  },
  en: {
    confirm: 'Are you on the phone with the helpdesk',
    verified: 'can see that it is you',
    reported: 'Thank you for saying so',
    unlocked: /unlocked/u,
    removed: 'The method is removed',
    call: 'helpdesk call',
    gives: 'has allowed you a temporary password',
    signInNow: 'Sign in with this now',
    wasShown: 'The temporary password has been shown',
    nowShown: 'Your temporary password stands on the page now',
    change: 'change password',
  },
} as const;

function stories(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale } = languages[language];
  let house: House;
  let desk: Desk;
  let nina: DemoAccount;
  let omar: DemoAccount;
  let chat: Person;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    desk = new Desk(house);
    nina = await house.hire('agent', { methods: ['authenticator-app'] });
    omar = await house.hire('agent', { methods: ['authenticator-app'] });
    chat = new Person(house, nina);
    await chat.say('hej');
  });
  afterAll(() => house.close());

  /** Somebody who is refused says yes to the helpdesk, and Nina takes the case. */
  async function opened(story: 'registered' | 'locked' = 'registered'): Promise<{ person: Person; card: DeskCard }> {
    const person = new Person(house, await house.hire(story, { methods: ['authenticator-app', 'text-message'] }), { locale });
    await person.say({ sv: 'kontakt', en: 'contact' }[language]);
    await person.choose('contact');
    const card = await desk.card(/LK-\d+/u.exec(person.words)?.[0] ?? '');
    await desk.hasIt(person.account);
    await desk.act(person.account, nina, 'claim');
    await person.hearOf(nina.name);
    return { person, card };
  }

  /** Nina asks for a call number, proving herself first where she has not. @returns the digits, as her own chat shows them */
  async function number(person: Person): Promise<string> {
    const pressed = await desk.act(person.account, nina, 'verify-caller');
    if (pressed.includes('din egen chatt')) {
      await chat.hear('verify.answer');
      await pass(house, chat, 'authenticator-app');
      expect(chat.words).toContain('Nu kan du hjälpa till');
      await desk.act(person.account, nina, 'verify-caller');
    }
    await chat.hearOf('Samtalsnumret');
    return /(?<!\d)\d{6}(?!\d)/u.exec(chat.words)?.[0] ?? '';
  }

  /** The caller types what they hear, and shows who they are. */
  async function verifies(person: Person, card: DeskCard, digits: string): Promise<void> {
    await person.say(digits);
    expect(person.prompt).toBe('caller.confirm');
    expect(person.words).toContain(said.confirm);
    expect(person.words).toContain(nina.name);
    await person.choose('yes');
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    expect(person.words).toContain(said.verified);
    expect(person.prompt).toBe('caller.waiting');
    await desk.changed(card, 'VERIFIERAD');
  }

  test('a forwarded link of what was given shows nothing without the chat, and what was given ends with the claim', async () => {
    const { person, card } = await opened();
    await verifies(person, card, await number(person));
    await desk.act(person.account, nina, 'give-password');
    await person.hear('reset.page');
    const tab = await openPage(house, person);
    await desk.act(person.account, nina, 'release');
    const password = 'Tjuvens lösenord 99';
    await tab.submit({ password, again: password });
    expect(await signsIn(house, person, password)).toBe(false);
  });

  test('an unlock, then a removal by a colleague’s approval', async () => {
    const { person, card } = await opened('locked');
    await verifies(person, card, await number(person));
    await desk.act(person.account, nina, 'give-unlock');
    await person.hear('caller.waiting');
    expect(person.words).toMatch(said.unlocked);
    expect((await house.directory.find(person.account.id))?.locked).toBeNull();
    await desk.changed(card, 'använt');

    expect(await desk.act(person.account, nina, 'give-remove-method', { method: 'text-message' })).toContain('Be en kollega');
    await desk.act(person.account, nina, 'ask-colleague', { what: 'remove-text-message' });
    expect(await desk.act(person.account, nina, 'approve')).toContain('Det krävs en kollega');
    const omarsChat = new Person(house, omar);
    await omarsChat.say('visa att jag är handläggare');
    await pass(house, omarsChat, 'authenticator-app');
    await desk.act(person.account, omar, 'approve');
    await person.hear('caller.lost');
    const [lost] = person.buttons();
    await person.press({ ...lost });
    expect(person.words).toContain(said.removed);
  });

  test('I16: a temporary password, shown once on a page, lets its owner in and must be changed; it is said and kept nowhere', async () => {
    const { person, card } = await opened();
    await verifies(person, card, await number(person));
    await desk.act(person.account, nina, 'give-temporary-pass');
    await person.hear('temporary-pass.page');
    expect(person.words).toContain(said.gives);
    const { url } = person.page();
    const tab = await openPage(house, person);
    expect(person.prompt).toBe('temporary-pass.claimed');
    expect(await signsIn(house, person, person.account.password ?? '')).toBe(true);
    await tab.submit({});
    expect(tab.words).toContain(said.signInNow);
    const given = /(?:[A-HJ-NP-Za-km-z2-9]{4}-){3,}[A-HJ-NP-Za-km-z2-9]{4}/u.exec(tab.words)?.[0] ?? '';
    expect(await signsIn(house, person, given)).toBe(true);
    expect(await signsIn(house, person, person.account.password ?? '')).toBe(false);
    expect((await house.directory.find(person.account.id))?.mustChangePassword).toBe(true);
    await person.hear('sign-out.ask');
    expect(person.words).toContain(said.nowShown);
    await person.choose('no');
    await desk.changed(card, 'Ett tillfälligt lösenord tilläts');

    // Loaded again it says that it was shown; whoever has the link sees less than that.
    await tab.open(url);
    expect(tab.words).toContain(said.wasShown);
    expect(tab.words).not.toContain(given);
    await tab.comeBack(url);
    expect(tab.words).not.toContain(said.wasShown);
    expect(tab.words).not.toContain(given);

    // I19: told everywhere.
    const { number: to = '', userId } = person.account;
    for (const [kind, place] of [['sms', to] as const, ['mail', userId] as const])
      await house.delivered(
        (entry) => entry.kind === kind && entry.to === place && /tillfälligt lösenord|temporary password/u.test(entry.text),
      );

    // The one who signs in with it chooses another, which is final.
    await person.say(said.change);
    const changing = await openPage(house, person);
    const chosen = 'Blåsippor under snön 7';
    await changing.submit({ present: given, password: chosen, again: chosen });
    await person.hear('sign-out.ask');
    expect(await signsIn(house, person, chosen)).toBe(true);
    expect((await house.directory.find(person.account.id))?.mustChangePassword).toBe(false);
    await person.choose('no');

    // A second one on the same day takes a colleague.
    expect(await desk.act(person.account, nina, 'give-temporary-pass')).toMatch(/Be en kollega/u);
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    expect(everything).not.toContain(given);
    expect(JSON.stringify(await desk.cases(person.account))).not.toContain(given);
  });

  test('“no” is a report: the agent sees it, and nothing was asked', async () => {
    const { person, card } = await opened();
    const digits = await number(person);
    await person.say(`${said.call} ${digits}`);
    await person.choose('no');
    expect(person.words).toContain(said.reported);
    await desk.changed(card, 'ANMÄLT');
    expect(await desk.act(person.account, nina, 'give-password')).not.toContain('"ok"');
    expect((await desk.newest(person.account)).grants ?? []).toEqual([]);
  });

  test('who stops in the middle is not verified', async () => {
    const { person, card } = await opened();
    await person.say(await number(person));
    await person.choose('yes');
    await person.say({ sv: 'avbryt', en: 'cancel' }[language]);
    await desk.changed(card, 'INTE VERIFIERAD');
  });
}

describeEngines('a call with the helpdesk', (engine) => {
  describe.each(['sv', 'en'] as const)('in %s', (language) => stories(engine, language));
});
