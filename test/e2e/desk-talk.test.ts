import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordsOf } from '../servers/connector.ts';
import { describeEngines, type Engine } from '../store/engines.ts';
import { Desk, type DeskCard } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, type Language } from './steps.ts';
import { until } from './wait.ts';

/** What the employee reads; the helpdesk's own words are in the language of its policy. */
const words = {
  sv: {
    claimed: (agent: string, number: string) => `${agent} på helpdesken har tagit ditt ärende ${number}.`,
    asked: (agent: string, number: string) => `${agent} på helpdesken frågar om ditt ärende ${number}:`,
    never: 'Svara aldrig med lösenord, koder eller personnummer.',
    heldBack: 'Helpdesken behöver det inte.',
    written: 'Det är skickat till helpdesken.',
    resolved: (number: string) => `Helpdesken har markerat ditt ärende ${number} som löst.`,
    working: 'Fungerar det nu?',
    reopened: (number: string) => `Ditt ärende ${number} är öppnat igen.`,
    withdrawn: (number: string) => `Ditt ärende ${number} är återtaget.`,
    ready: 'Vilken dator eller telefon gäller det',
    none: 'Du har inga ärenden hos oss.',
    list: 'Öppna ärenden, de mest brådskande först',
    inPrivate: 'Det här tar vi på tu man hand.',
  },
  en: {
    claimed: (agent: string, number: string) => `${agent} at the helpdesk has taken up your case ${number}.`,
    asked: (agent: string, number: string) => `${agent} at the helpdesk asks about your case ${number}:`,
    never: 'Never reply with a password, a code or an identity number.',
    heldBack: 'the helpdesk does not need it.',
    written: 'It is sent to the helpdesk.',
    resolved: (number: string) => `The helpdesk has marked your case ${number} as resolved.`,
    working: 'Does it work now?',
    reopened: (number: string) => `Your case ${number} is open again.`,
    withdrawn: (number: string) => `Your case ${number} is withdrawn.`,
    ready: 'Which computer or phone is it about',
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
  let omar: DemoAccount;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    desk = new Desk(house);
    nina = await house.hire('agent');
    omar = await house.hire('agent');
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

  const caseOf = async (person: Person) => {
    const [newest] = await desk.cases(person.account);
    if (newest === undefined) throw new Error('there is no case');
    return newest;
  };

  /** Presses a button of the case as it is now. */
  async function does(person: Person, by: DemoAccount, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
    const { id, revision } = await caseOf(person);
    return desk.press({ case: id, act, version: revision, ...typed }, by);
  }

  test('refused, a case, mailed, claimed by two at once, asked and answered, resolved, "it still does not work", and resolved', async () => {
    const { person, number, card } = await opened();
    expect(await desk.mail(number)).toContain('https://teams.microsoft.com/l/channel/');
    for (const part of [person.account.name, person.account.userId, 'SSPR_0014', 'En chatt bevisar ingenting'])
      expect(card.words).toContain(part);

    const both = await Promise.all([desk.press(card.data, nina), desk.press(card.data, omar)]);
    const winner = (await caseOf(person)).claimed?.by === nina.id ? nina : omar;
    const other = winner === nina ? omar : nina;
    expect(both.every((body) => body.includes(`${winner.name} har ärendet`))).toBe(true);
    await person.hearOf(said.claimed(winner.name, number));

    expect(await does(person, winner, 'ask', { note: 'Vad är din kod? 123 456' })).toContain('Helpdesken behöver det inte.');
    await does(person, winner, 'ask', { quick: 'which-device' });
    await person.hearOf(said.asked(winner.name, number));
    for (const part of [said.ready, said.never]) expect(person.words).toContain(part);
    expect(person.prompt).toBe('case-status.reply');
    await person.type('811218-9876 är mitt personnummer');
    expect(person.words).toContain(said.heldBack);
    await person.type('Den svarta datorn, vid receptionen');
    expect(person.words).toContain(said.written);
    await desk.changed(card, 'Den svarta datorn, vid receptionen');
    expect(JSON.stringify([await caseOf(person), house.logLines])).not.toMatch(/811218|123 456/u);

    expect(await does(person, other, 'resolve')).toContain('Det gör den som har ärendet.');
    await does(person, winner, 'resolve', { note: 'Kontot är upplåst.' });
    await person.hearOf(said.resolved(number));
    for (const part of ['Kontot är upplåst.', said.working]) expect(person.words).toContain(part);
    await person.choose('broken');
    expect(person.words).toContain(said.reopened(number));
    expect(await caseOf(person)).toMatchObject({ state: 'reopened', claimed: null });
    await until(
      async () => (await caseOf(person)).activity !== null && (await caseOf(person)).activity !== card.activityId,
      () => 'the helpdesk did not get its card anew',
    );

    await does(person, other, 'claim');
    await does(person, other, 'resolve');
    await person.hearOf(said.resolved(number));
    await person.choose('done');
    expect(person.prompt).toBe('home.menu');
  });

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
    expect(await caseOf(person)).toMatchObject({ state: 'withdrawn', claimed: null });
  });

  test('I13: a colleague who guesses the number gets nothing', async () => {
    const { person, number } = await opened();
    const thief = new Person(house, await house.hire('registered'), { locale });
    await thief.say(myCase);
    expect(thief.words).toContain(said.none);
    await thief.say(number);
    expect(thief.words).not.toContain(person.account.name);
    expect(await caseOf(person)).toMatchObject({ state: 'delivered', revision: 1 });
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
    expect(await caseOf(first.person)).toMatchObject({ revision: 2, claimed: { by: nina.id } });
    expect(await desk.press({ ...second.card.data, act: 'resolve' }, nina)).toContain('Ingen har tagit ärendet');
    expect(await desk.press({ ...second.card.data, version: 7 }, nina)).toContain('Ingen har tagit ärendet');
    expect(await desk.press({ ...second.card.data, account: nina.id, claimed: nina.id }, nina)).toContain(`${nina.name} har ärendet`);
    expect(await caseOf(second.person)).toMatchObject({ account: second.person.account.id, revision: 2 });
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
