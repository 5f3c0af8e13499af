import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CheckHow } from '../../dialogs/views.ts';
import { exportAudit } from '../../src/security/audit-export.ts';
import type { LocalAccountChange } from '../../src/directory/local-account.ts';
import { describeEngines } from '../store/engines.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, signsIn } from './steps.ts';

const words = {
  sv: { asked: 'ombedd', vouch: 'Gå i god', code: 'startkod', contact: 'kontakta en administratör' },
  en: { asked: 'asked', vouch: 'Vouch for', code: 'start code', contact: 'contact an administrator' },
} as const;

/** Two people who vouch, and the helpdesk they do it for (I12). */
class Vouching {
  readonly desk: Desk;
  readonly agent: Person;
  readonly manager: Person;

  constructor(house: House, agent: DemoAccount, manager: DemoAccount) {
    this.desk = new Desk(house);
    this.agent = new Person(house, agent);
    this.manager = new Person(house, manager);
  }

  static async in(house: House): Promise<Vouching> {
    const agent = await house.hire('registered', { account: { groups: ['fjallbyn-helpdesk'] } });
    const made = new Vouching(house, agent, await house.hire('registered'));
    // The bot speaks first to whoever has spoken with it.
    await made.agent.say('hej');
    await made.manager.say('hej');
    return made;
  }

  /** Somebody who works for this manager. */
  hire(house: House, story: 'registered' | 'unregistered' | 'not-enabled' | 'no-password' | 'privileged', more: LocalAccountChange = {}) {
    return house.hire(story, { account: { managerId: this.manager.account.id, ...more } });
  }

  /** The person asks for an administrator; the agent takes the case. */
  async opened(person: Person): Promise<string> {
    const offers = person.buttons().map((data) => data['choose']);
    if (person.prompt === 'verify.answer') await person.choose(offers.includes('another') ? 'another' : 'contact');
    if (!['verify.choose', 'escalate.offer'].includes(person.prompt)) await person.say(words[person.language].contact);
    if (person.prompt === 'verify.choose') await person.choose('contact');
    expect(person.prompt).toBe('escalate.offer');
    await person.choose('contact');
    const number = /LK-\d+/u.exec(person.words)?.[0] ?? '';
    await this.desk.card(number);
    await this.desk.hasIt(person.account);
    await this.press(person, 'claim');
    return number;
  }

  /** The agent presses a button of the newest case's card as it is now. @returns the response */
  press(person: Person, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.desk.act(person.account, this.agent.account, act, typed);
  }

  /** One of them proves who they are and says what they did. */
  async vouches(house: House, who: Person, how: CheckHow | 'not-sure'): Promise<void> {
    await this.begins(who);
    await pass(house, who, 'authenticator-app');
    expect(who.prompt).toBe('vouch.how');
    await who.choose(how);
  }

  async begins(who: Person): Promise<void> {
    await this.looks(who);
    await who.choose('begin');
  }

  /** One of them looks at what is asked of them. */
  async looks(who: Person): Promise<void> {
    await who.hearOf('Du ombeds hjälpa');
    await who.choose('asked');
    expect(who.prompt).toBe('asked.list');
    await who.choose(who.choiceNamed(words[who.language].vouch));
    expect(who.prompt).toBe('vouch.asked');
  }

  /** Both vouch; what each reads out. */
  async halves(house: House, person: Person, typed: Readonly<Record<string, string>> = {}): Promise<readonly [string, string]> {
    await this.opened(person);
    await this.press(person, 'check-identity', { second: 'manager', ...typed });
    await this.vouches(house, this.agent, 'called-back');
    expect(this.agent.prompt).toBe('vouch.waiting');
    await this.vouches(house, this.manager, 'knows-them');
    await this.agent.hear('vouch.half');
    return [halfIn(this.agent), halfIn(this.manager)];
  }

  /** The person types a start code. */
  async types(person: Person, code: string): Promise<void> {
    await person.say(words[person.language].code);
    expect(person.prompt).toBe('start-code.ask');
    await person.type(code);
  }
}

const halfIn = (person: Person): string => {
  expect(person.prompt).toBe('vouch.half');
  return /(?<![0-9A-Z])(?=[0-9A-Z]*\d|[A-Z]{5})[0-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z-])/u.exec(person.words)?.[0] ?? '';
};

describeEngines('a start code', (engine) => {
  let house: House;
  let vouching: Vouching;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    vouching = await Vouching.in(house);
  });
  afterAll(() => house.close());

  test.each([
    ['not enabled', 'not-enabled', 'sv', {}],
    ['never had a password', 'no-password', 'en', { lost: 'yes' }],
    ['lost everything', 'registered', 'sv', { lost: 'yes' }],
    ['not registered', 'unregistered', 'en', {}],
  ] as const)('I12: %s: from the first sentence to a working sign-in', async (_, story, language, typed) => {
    const person = new Person(house, await vouching.hire(house, story), { locale: languages[language].locale });
    await person.say(languages[language].forgot);
    const [first, second] = await vouching.halves(house, person, typed);
    expect(first).not.toBe(second);
    await person.hear();
    await vouching.types(person, `${first} ${second.toLowerCase()}`);
    const mayRegister = story !== 'not-enabled';
    if (mayRegister) {
      expect(person.prompt).toBe('start-code.choose');
      await person.choose('password');
    }
    const password = 'Odon på heden 2027';
    const tab = await openPage(house, person);
    await tab.submit({ password, again: password });
    do await person.hear();
    while (!['sign-out.ask', 'start-code.choose', 'home.menu'].includes(person.prompt));
    expect(await signsIn(house, person, password)).toBe(true);
    if (person.prompt === 'sign-out.ask') await person.choose('no');
    if (mayRegister) {
      expect(person.prompt).toBe('start-code.choose');
      await person.choose('register');
      expect(person.prompt).toBe('register.choose');
      await person.choose('finish');
    }
    expect(person.prompt).toBe('home.menu');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');
  });

  test('I12: a half alone, both in one person’s hands twice, a guess and a third guess get nothing; then it is over', async () => {
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    const [first, second] = await vouching.halves(house, person);
    await vouching.types(person, `${first}${first}`);
    expect(person.prompt).toBe('start-code.ask');
    await person.type(`${second}${second}`);
    expect(person.prompt).toBe('start-code.ask');
    await person.type('AAAAABBBBB');
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).not.toBe('start-code.choose');
    expect(person.page().url).toBe('');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');
  });

  test('I12: another person’s code is none; used once it is used up; ten minutes later it is over', async () => {
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    const [first, second] = await vouching.halves(house, person);
    const stranger = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.types(stranger, `${first}${second}`);
    expect(stranger.prompt).toBe('home.menu');
    await vouching.types(person, `${second}${first}`);
    expect(person.prompt).toBe('start-code.choose');
    await person.say('avbryt');
    await vouching.types(person, `${first}${second}`);
    expect(person.prompt).toBe('home.menu');
    await vouching.press(person, 'resolve');
    for (const each of [vouching.agent, vouching.manager]) await each.choose('done');

    const late = new Person(house, await vouching.hire(house, 'unregistered'));
    const code = await vouching.halves(house, late);
    house.clock.forward(10 * 60_000);
    await vouching.types(late, code.join(''));
    expect(late.prompt).toBe('home.menu');
    await vouching.press(late, 'resolve');
  });

  test('R38: who may not vouch is not asked: the person, the agent, a former manager, somebody without methods; and privileged accounts get none', async () => {
    const { desk } = vouching;
    const person = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.opened(person);
    const second = (who: DemoAccount | Person) => ({ second: 'other', who: 'account' in who ? who.account.userId : who.userId });
    for (const who of [person, vouching.agent, await house.hire('registered')])
      expect(await vouching.press(person, 'check-identity', second(who))).toContain('hör inte till någon som får gå i god');
    const mute = await house.hire('unregistered', { account: { groups: ['fjallbyn-helpdesk'] } });
    expect(await vouching.press(person, 'check-identity', second(mute))).toContain('egna verifieringsmetoder');
    await house.directory.change(person.account.id, { managerId: null });
    expect(await vouching.press(person, 'check-identity', { second: 'manager' })).toContain('ingen chef');
    expect((await desk.cases(person.account))[0]?.startCode).toBeUndefined();

    const privileged = new Person(house, await vouching.hire(house, 'privileged'));
    await vouching.opened(privileged);
    expect(await vouching.press(privileged, 'check-identity', { second: 'manager' })).toContain('extra skydd');
    const reachable = new Person(house, await vouching.hire(house, 'registered'));
    await vouching.opened(reachable);
    expect(await vouching.press(reachable, 'check-identity', { second: 'manager' })).toContain('metoder som räcker');
  });

  test('I12: a manager who is none any more when they answer records nothing; who knows nothing of it ends it', async () => {
    const former = new Person(house, await vouching.hire(house, 'unregistered'));
    await vouching.opened(former);
    await vouching.press(former, 'check-identity', { second: 'manager' });
    await vouching.begins(vouching.manager);
    await pass(house, vouching.manager, 'authenticator-app');
    await house.directory.change(former.account.id, { managerId: null });
    await vouching.manager.choose('knows-them');
    expect(vouching.manager.prompt).toBe('home.menu');
    expect((await vouching.desk.cases(former.account))[0]?.startCode?.checks).toEqual([]);

    await vouching.looks(vouching.agent);
    await vouching.agent.choose('not-asked');
    expect((await vouching.desk.cases(former.account))[0]?.startCode?.reported).not.toBeNull();
  });

  test('each step stands in the audit, with who, on which proof and what they did; no half stands anywhere', async () => {
    const lines: string[] = [];
    for await (const line of exportAudit(house.store, house.seals, 0)) lines.push(line);
    const told = lines.map((line) => JSON.parse(line) as { act: string; reason: string; actor: string; proofs: readonly string[] });
    const vouched = told.find(({ act, reason }) => act === 'desk.vouch' && reason === 'manager knows-them');
    expect(vouched).toMatchObject({ actor: vouching.manager.account.id, proofs: [expect.any(String)] });
    expect(told.filter(({ act }) => act === 'desk.start-code').map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['issued', 'redeemed', 'wrong']),
    );
  });
});
