import { expect } from '@jest/globals';
import type { CheckHow } from '../../dialogs/views.ts';
import type { LocalAccountChange } from '../../src/directory/local-account.ts';
import { Desk } from './desk.ts';
import type { DemoAccount, House } from './house.ts';
import { Person } from './person.ts';
import { pass } from './steps.ts';

const words = {
  sv: { vouch: 'Gå i god', code: 'startkod', contact: 'kontakta en administratör' },
  en: { vouch: 'Vouch for', code: 'start code', contact: 'contact an administrator' },
} as const;

/** Two people who vouch, and the helpdesk they do it for (I12). */
export class Vouching {
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
    await this.takes(person, number);
    return number;
  }

  /** The agent takes a case that was opened. */
  async takes(person: Pick<Person, 'account'>, number: string): Promise<void> {
    await this.desk.card(number);
    await this.desk.hasIt(person.account);
    await this.press(person, 'claim');
  }

  /** The agent presses a button of the newest case's card as it is now. @returns the response */
  press(person: Pick<Person, 'account'>, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
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
    return this.halvesFor(house, person, typed);
  }

  /** The same for somebody whose case the agent has. */
  async halvesFor(
    house: House,
    person: Pick<Person, 'account'>,
    typed: Readonly<Record<string, string>> = {},
  ): Promise<readonly [string, string]> {
    await this.press(person, 'check-identity', { second: 'manager', ...typed });
    await this.vouches(house, this.agent, 'called-back');
    expect(this.agent.prompt).toBe('vouch.waiting');
    await this.vouches(house, this.manager, 'knows-them');
    await this.agent.hear('vouch.half');
    return [halfIn(this.agent), halfIn(this.manager)];
  }

  /** Both have read out their half. */
  async done(): Promise<void> {
    for (const each of [this.agent, this.manager]) await each.choose('done');
  }

  /** The person types a start code. */
  async types(person: Person, code: string): Promise<void> {
    await person.say(words[person.language].code);
    expect(person.prompt).toBe('start-code.ask');
    await person.type(code);
  }
}

/** The half of a start code that stands in a chat. */
export const halfIn = (person: Person): string => {
  expect(person.prompt).toBe('vouch.half');
  return /(?<![0-9A-Z])(?=[0-9A-Z]*\d|[A-Z]{5})[0-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z-])/u.exec(person.words)?.[0] ?? '';
};
