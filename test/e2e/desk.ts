import { randomUUID } from 'node:crypto';
import { readCase, readCaseList, type CaseRecord } from '../../src/desk/case-record.ts';
import { keys } from '../../src/store/keys.ts';
import { partsOf, wordsOf, type Recorded } from '../servers/connector.ts';
import type { DemoAccount, House } from './house.ts';
import { Person } from './person.ts';
import { overdue, until } from './wait.ts';

/** A case card in the helpdesk's conversation. */
export interface DeskCard {
  readonly words: string;
  /** What its first button brings back; nothing where it has none. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly activityId: string;
}

/** The helpdesk's conversation, as its agents have it before them. */
export class Desk {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  get #conversation(): string {
    return this.#house.config.policy.contacts.desk.conversation;
  }

  /** The card of a case, already there or still to come. */
  async card(number: string): Promise<DeskCard> {
    const { connector } = this.#house;
    const fits = ({ method, conversation, activity }: Recorded): boolean =>
      method === 'POST' && conversation === this.#conversation && wordsOf(activity).includes(number);
    const call = await Promise.race([connector.waitFor(fits), overdue(() => `no card of case "${number}"`)]);
    return cardOf(call);
  }

  /** The card as it was changed last, once it holds these words. */
  async changed(card: DeskCard, words: string): Promise<DeskCard> {
    const { connector } = this.#house;
    const fits = ({ method, id, activity }: Recorded): boolean =>
      method === 'PUT' && id === card.activityId && wordsOf(activity).includes(words);
    return cardOf(await Promise.race([connector.waitFor(fits), overdue(() => `the card never said "${words}"`)]));
  }

  /** Somebody presses a card's button: in the helpdesk's channel, unless it is said where. @returns everything in the response */
  async press(data: DeskCard['data'], by: DemoAccount, where?: Readonly<Record<string, unknown>>): Promise<string> {
    const { status, body } = await new Person(this.#house, by).post({
      type: 'invoke',
      id: randomUUID(),
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'case', data }, trigger: 'manual' },
      conversation: {
        id: this.#conversation,
        conversationType: 'channel',
        tenantId: this.#house.config.policy.organisation.tenants[0],
        ...where,
      },
    });
    if (status !== 200) throw new Error(`the bot answered ${status}: ${body}`);
    return body;
  }

  /** An agent does one thing after another with a case, each on the card that the one before answered with. @returns the last response */
  async does(card: DeskCard, by: DemoAccount, ...acts: readonly string[]): Promise<string> {
    let body = '';
    let data = card.data;
    for (const act of acts) {
      body = await this.press({ ...data, act }, by);
      data = buttonsIn(body)[0] ?? {};
    }
    return body;
  }

  /** The cases of an account as they are stored, newest first. */
  async cases({ id }: Pick<DemoAccount, 'id'>): Promise<readonly CaseRecord[]> {
    const { store, clock } = this.#house;
    const read = async (key: string) => (await store.open({ key, owner: null, now: clock.now() })).rows.get(key)?.value ?? null;
    const list = readCaseList(await read(keys.casesOf(id)));
    return Promise.all(list.cases.map(async (each) => readCase(await read(keys.case(each.id)))));
  }

  /** The newest case of an account as it is stored. */
  async newest(account: Pick<DemoAccount, 'id'>): Promise<CaseRecord> {
    const [newest] = await this.cases(account);
    if (newest === undefined) throw new Error('there is no case');
    return newest;
  }

  /** Somebody presses a button of an account's newest case as it is now, whether or not its card shows that button. @returns everything in the response */
  async act(of: Pick<DemoAccount, 'id'>, by: DemoAccount, act: string, typed: Readonly<Record<string, string>> = {}): Promise<string> {
    const { id, revision } = await this.newest(of);
    return this.press({ case: id, act, version: revision, ...typed }, by);
  }

  /** The mail about a case to the administrators' address. */
  async mail(number: string): Promise<string> {
    const [to] = this.#house.config.policy.contacts.administratorsMail;
    const { text } = await this.#house.delivered((entry) => entry.kind === 'mail' && entry.to === to && entry.text.includes(number));
    return text;
  }

  /** Resolves when the card of a person's newest case is known to be there. */
  async hasIt(account: Pick<DemoAccount, 'id'>): Promise<void> {
    await until(
      async () => (await this.cases(account))[0]?.state === 'delivered',
      () => 'the case was never delivered',
    );
  }
}

/** The acts that a card in the response to a press offers. */
export const actsIn = (body: string): readonly unknown[] => buttonsIn(body).map(({ act }) => act);

/** What the buttons of a card bring back that stands in the response to a press. */
function buttonsIn(body: string): readonly DeskCard['data'][] {
  const { value } = JSON.parse(body) as { value?: unknown };
  if (typeof value !== 'object' || value === null || !('body' in value)) return [];
  return [...partsOf(value as Parameters<typeof partsOf>[0])].flatMap(({ type, data }) =>
    type === 'Action.Execute' ? [data as DeskCard['data']] : [],
  );
}

function cardOf({ activity, id }: Recorded): DeskCard {
  const card = activity.attachments?.[0]?.content;
  const button = (card === undefined ? [] : [...partsOf(card)]).find(({ type }) => type === 'Action.Execute');
  return { words: wordsOf(activity), data: (button?.['data'] ?? {}) as DeskCard['data'], activityId: id };
}
