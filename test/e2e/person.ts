import { randomUUID } from 'node:crypto';
import { wordsOf, partsOf, type Recorded, type Sent } from '../servers/connector.ts';
import type { DemoAccount, Scene } from './house.ts';
import { overdue } from './wait.ts';

export interface PersonOptions {
  readonly locale?: string;
  readonly channelId?: string;
  /** How buttons are pressed. */
  readonly by?: 'execute' | 'submit';
  /** The channel's token, where the bot asks for one. */
  readonly token?: () => Promise<string>;
}

/** A person reads before they write, which also keeps the bot within the channel's limits on what it may send. */
const readingMs = 2_000;

/** Somebody in a 1:1 chat with the bot, as Teams brings them. */
export class Person {
  readonly account: DemoAccount;
  readonly conversation: string;
  readonly #house: Scene;
  readonly #locale: string;
  readonly #channelId: string;
  readonly #by: 'execute' | 'submit';
  readonly #token: (() => Promise<string>) | undefined;
  /** Calls of the connector that this person has read. */
  #read = 0;
  /** What the bot said last. */
  heard: Sent = { type: 'message' };
  #heardId = '';
  /** How many messages were written and buttons pressed. */
  acts = 0;

  constructor(house: Scene, account: DemoAccount, { locale = 'sv-SE', channelId = 'msteams', by = 'execute', token }: PersonOptions = {}) {
    this.#token = token;
    this.#house = house;
    this.account = account;
    this.#locale = locale;
    this.#channelId = channelId;
    this.#by = by;
    this.conversation = `a:${randomUUID()}`;
  }

  /** The prompt that stands in the chat. */
  get prompt(): string {
    return this.heard.label ?? '';
  }

  /** What they speak. */
  get language(): 'sv' | 'en' {
    return this.#locale.startsWith('sv') ? 'sv' : 'en';
  }

  /** Everything that stands in the bot's last activity. */
  get words(): string {
    return wordsOf(this.heard);
  }

  /** Writes something, and reads what the bot says to it. */
  async say(text: string): Promise<string> {
    return this.#exchange({ type: 'message', text, textFormat: 'plain' });
  }

  /** Presses the button with this choice. Where no cards show, writes its number instead. */
  async choose(choice: string): Promise<string> {
    const data = this.#data(choice);
    return this.#press(data);
  }

  /** Types into the card's field and sends it. */
  async type(text: string): Promise<string> {
    return this.#press({ ...this.#data('answer'), answer: text });
  }

  /** Presses a button as it was on some card, with data of one's own making. */
  async press(data: Readonly<Record<string, unknown>>): Promise<string> {
    return this.#press(data);
  }

  /** The data of the card's buttons as they stand now. */
  buttons(): readonly Readonly<Record<string, unknown>>[] {
    const card = this.heard.attachments?.[0]?.content;
    if (card === undefined) return [];
    return [...partsOf(card)]
      .filter(({ type }) => type === 'Action.Execute')
      .map((part) => part['data'] as Readonly<Record<string, unknown>>);
  }

  /** The choice whose button begins with these words: `Sms till ...` for `Sms`. */
  choiceNamed(words: string): string {
    const card = this.heard.attachments?.[0]?.content;
    const found = (card === undefined ? [] : [...partsOf(card)]).find(
      ({ type, title }) => type === 'Action.Execute' && typeof title === 'string' && title.startsWith(words),
    );
    const data = found?.['data'] as { readonly choose: string } | undefined;
    if (data === undefined) throw new Error(`no button "${words}..." in ${this.prompt}: ${this.words}`);
    return data.choose;
  }

  /** Waits for the bot to speak first. */
  async hear(prompt?: string): Promise<string> {
    const call = await this.#next(this.#read);
    if (prompt !== undefined && call.activity.label !== prompt) return this.hear(prompt);
    return this.words;
  }

  /** Waits for the bot to speak first until it has said this. */
  async hearOf(words: string): Promise<string> {
    return (await this.hear()).includes(words) ? this.words : this.hearOf(words);
  }

  /** Reads on to what the bot said last, where it may have said more than one thing. */
  async hearLast(): Promise<string> {
    await this.hear();
    const { calls } = this.#house.connector;
    while (calls.some((call, index) => index >= this.#read && call.method === 'POST' && call.conversation === this.conversation))
      await this.hear();
    return this.words;
  }

  /** The address and number of the page that stands in the chat. */
  page(): { url: string; number: string } {
    const card = this.heard.attachments?.[0]?.content;
    const parts = card === undefined ? [] : [...partsOf(card)];
    const link = parts.map((part) => part['url']).find((url) => typeof url === 'string' && url.includes('/page/'));
    const url = typeof link === 'string' ? link : (/https?:\/\/\S+\/page\/[\w.-]+/u.exec(this.words)?.[0] ?? '');
    const number = /(?<![\d.])\d{4}(?!\d)/u.exec(this.words.replace(url, ''))?.[0] ?? '';
    return { url, number };
  }

  /** Brings an activity of any shape; gives the status and what the response carries. */
  async post(activity: Readonly<Record<string, unknown>>): Promise<{ status: number; body: string }> {
    const response = await fetch(`${this.#house.url}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token !== undefined && { authorization: `Bearer ${await this.#token()}` }),
      },
      body: JSON.stringify({ ...this.#envelope(), ...activity }),
    });
    return { status: response.status, body: await response.text() };
  }

  #data(choice: string): Readonly<Record<string, unknown>> {
    const found = this.buttons().find((data) => data['choose'] === choice);
    if (found === undefined) throw new Error(`no button "${choice}" in ${this.prompt}: ${this.words}`);
    return found;
  }

  #press(data: Readonly<Record<string, unknown>>): Promise<string> {
    return this.#by === 'execute'
      ? this.#exchange({
          type: 'invoke',
          name: 'adaptiveCard/action',
          value: { action: { type: 'Action.Execute', verb: 'choose', data }, trigger: 'manual' },
          replyToId: this.#heardId,
        })
      : this.#exchange({ type: 'message', value: data, replyToId: this.#heardId });
  }

  async #exchange(activity: Readonly<Record<string, unknown>>): Promise<string> {
    this.#house.clock.forward(readingMs);
    this.acts += 1;
    const from = this.#house.connector.calls.length;
    const { status, body } = await this.post(activity);
    if (status !== 200) throw new Error(`the bot answered ${status}: ${body}`);
    await this.#next(Math.max(from, this.#read));
    return this.words;
  }

  async #next(from: number): Promise<Recorded> {
    const { connector } = this.#house;
    const fits = (call: Recorded): boolean => call.method === 'POST' && call.conversation === this.conversation;
    const call = await Promise.race([
      connector.waitFor(fits, from),
      overdue(() => `nothing was said after ${this.prompt}: ${this.words}\n${this.#house.logLines.slice(-6).join('')}`),
    ]);
    this.#read = connector.calls.indexOf(call) + 1;
    this.heard = call.activity;
    this.#heardId = call.id;
    return call;
  }

  #envelope(): Readonly<Record<string, unknown>> {
    return {
      id: randomUUID(),
      timestamp: new Date(this.#house.clock.now()).toISOString(),
      channelId: this.#channelId,
      serviceUrl: this.#house.connector.serviceUrl,
      locale: this.#locale,
      from: { id: `29:${this.account.id}`, aadObjectId: this.account.id, name: this.account.name },
      recipient: { id: '28:latchkey', name: 'Latchkey' },
      conversation: { id: this.conversation, conversationType: 'personal', tenantId: this.#house.config.policy.organisation.tenants[0] },
      channelData: { tenant: { id: this.#house.config.policy.organisation.tenants[0] } },
    };
  }
}
