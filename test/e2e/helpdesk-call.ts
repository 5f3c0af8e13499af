import { randomUUID } from 'node:crypto';
import { Desk } from './desk.ts';
import type { DemoAccount, House } from './house.ts';
import { Person } from './person.ts';
import { pass } from './steps.ts';
import { until } from './wait.ts';

/** An agent of the helpdesk on the telephone with somebody: her side of a call (I15). */
export class HelpdeskCall {
  readonly agent: DemoAccount;
  readonly desk: Desk;
  readonly #house: House;
  readonly #chat: Person;

  private constructor(house: House, agent: DemoAccount) {
    this.#house = house;
    this.agent = agent;
    this.desk = new Desk(house);
    this.#chat = new Person(house, agent);
  }

  static async in(house: House): Promise<HelpdeskCall> {
    const made = new HelpdeskCall(house, await house.hire('agent', { methods: ['authenticator-app'] }));
    // The bot speaks first to whoever has spoken with it.
    await made.#chat.say('hej');
    return made;
  }

  /** She opens a case for somebody who calls, by their user ID, and takes it. */
  async takes(account: DemoAccount): Promise<void> {
    const { contacts, organisation } = this.#house.config.policy;
    await new Person(this.#house, this.agent).post({
      type: 'message',
      id: randomUUID(),
      text: `verifiera ${account.userId}`,
      conversation: { id: contacts.desk.conversation, conversationType: 'channel', tenantId: organisation.tenants[0] },
    });
    await until(
      async () => (await this.desk.cases(account))[0]?.state === 'delivered',
      () => 'the case of the call was never delivered',
    );
    await this.does(account, 'claim');
  }

  /** Presses a button of the newest case as it is now. @returns everything in the response */
  async does(account: Pick<DemoAccount, 'id'>, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
    const [record] = await this.desk.cases(account);
    return this.desk.press({ case: record?.id, act, version: record?.revision, ...typed }, this.agent);
  }

  /** She asks for a call number, proving herself first where she has not. @returns the digits, as her own chat shows them */
  async number(account: Pick<DemoAccount, 'id'>): Promise<string> {
    const pressed = await this.does(account, 'verify-caller');
    if (pressed.includes('din egen chatt')) {
      await this.#chat.hear('verify.answer');
      await pass(this.#house, this.#chat, 'authenticator-app');
      await this.does(account, 'verify-caller');
    }
    await this.#chat.hearOf('Samtalsnumret');
    return /(?<!\d)\d{6}(?!\d)/u.exec(this.#chat.words)?.[0] ?? '';
  }

  /** What has become of the call of somebody's newest case. */
  async state(account: Pick<DemoAccount, 'id'>): Promise<string> {
    return (await this.desk.cases(account))[0]?.caller?.state ?? '';
  }
}
