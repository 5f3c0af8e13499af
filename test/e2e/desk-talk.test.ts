import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordsOf } from '../servers/connector.ts';
import { describeEngines, type Engine } from '../store/engines.ts';
import { Desk, type DeskCard } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, type Language } from './steps.ts';

/** What the employee reads; the helpdesk's own words are in the language of its policy. */
const words = {
  sv: {
    written: 'Det är skickat till helpdesken.',
    withdrawn: (number: string) => `Ditt ärende ${number} är återtaget.`,
    none: 'Du har inga ärenden hos oss.',
    list: 'Öppna ärenden, de mest brådskande först',
    inPrivate: 'Det här tar vi på tu man hand.',
  },
  en: {
    written: 'It is sent to the helpdesk.',
    withdrawn: (number: string) => `Your case ${number} is withdrawn.`,
    none: 'You have no cases with us.',
    list: 'Open cases, the most urgent first',
    inPrivate: 'Let us take this in private.',
  },
} as const;

function stories(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale, forgot, myCase } = languages[language];
  let house: House;
  let desk: Desk;
  let nina: DemoAccount;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    desk = new Desk(house);
    nina = await house.hire('agent');
  });
  afterAll(() => house.close());

  /** Somebody who has registered nothing is refused, and says yes to the helpdesk. */
  async function opened(): Promise<{ person: Person; number: string; card: DeskCard }> {
    const person = new Person(house, await house.hire('unregistered'), { locale });
    await person.say(forgot);
    await person.choose('contact');
    const number = /LK-\d+/u.exec(person.words)?.[0] ?? '';
    const card = await desk.card(number);
    await desk.hasIt(person.account);
    return { person, number, card };
  }

  test('the employee writes and withdraws; a late press changes nothing', async () => {
    const { person, number, card } = await opened();
    await person.say(myCase);
    expect(person.prompt).toBe('case-status.open');
    await person.choose('write');
    await person.type('Jag sitter i möte till tre');
    expect(person.words).toContain(said.written);
    await desk.changed(card, 'Jag sitter i möte till tre');
    await person.say(myCase);
    await person.choose('withdraw');
    expect(person.words).toContain(said.withdrawn(number));
    expect(await desk.press(card.data, nina)).toContain('Återtaget av personen');
    expect(await desk.newest(person.account)).toMatchObject({ state: 'withdrawn', claimed: null });
  });

  test('I13: a colleague who guesses the number gets nothing', async () => {
    const { person, number } = await opened();
    const thief = new Person(house, await house.hire('registered'), { locale });
    await thief.say(myCase);
    expect(thief.words).toContain(said.none);
    await thief.say(number);
    expect(thief.words).not.toContain(person.account.name);
    expect(await desk.newest(person.account)).toMatchObject({ state: 'delivered', revision: 1 });
  });

  test('R43: a card that was replayed, changed, or is of another case does nothing twice and nothing else', async () => {
    const first = await opened();
    const second = await opened();
    const activity = {
      type: 'invoke',
      id: randomUUID(),
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'case', data: first.card.data }, trigger: 'manual' },
    };
    const channel = { id: house.config.policy.contacts.desk.conversation, conversationType: 'channel' };
    for (const _ of [1, 2]) await new Person(house, nina).post({ ...activity, conversation: channel });
    expect(await desk.newest(first.person.account)).toMatchObject({ revision: 2, claimed: { by: nina.id } });
    expect(await desk.press({ ...second.card.data, act: 'resolve' }, nina)).toContain('Ingen har tagit ärendet');
    expect(await desk.press({ ...second.card.data, version: 7 }, nina)).toContain('Ingen har tagit ärendet');
    expect(await desk.press({ ...second.card.data, account: nina.id, claimed: nina.id }, nina)).toContain(`${nina.name} har ärendet`);
    expect(await desk.newest(second.person.account)).toMatchObject({ account: second.person.account.id, revision: 2 });
  });

  test('I11, I14: agents ask in the channel; a member of the channel who is none, and another channel, get nothing', async () => {
    const { number } = await opened();
    const channel = (id: string) => ({ id, conversationType: 'channel', isGroup: true });
    const heardIn = async (account: DemoAccount, text: string, conversation: string): Promise<string> => {
      const { length } = house.connector.calls;
      await new Person(house, account, { locale }).post({ type: 'message', text, conversation: channel(conversation) });
      const { activity } = await house.connector.waitFor((call) => call.method === 'POST' && call.conversation === conversation, length);
      return wordsOf(activity);
    };
    const here = house.config.policy.contacts.desk.conversation;
    const listed = await heardIn(nina, 'open cases', here);
    for (const part of [said.list, number]) expect(listed).toContain(part);
    const employee = await house.hire('registered');
    expect(await heardIn(employee, 'open cases', here)).not.toContain('LK-');
    expect(await heardIn(nina, 'open cases', '19:other@thread.tacv2')).toContain(said.inPrivate);
  });
}

describeEngines('the desk', (engine) => {
  describe.each(['sv', 'en'] as const)('in %s', (language) => stories(engine, language));
});
