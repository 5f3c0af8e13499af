import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Challenge } from 'altcha-lib';
import type { House } from './house.ts';
import { solveWork } from './solve-work.ts';
import { until } from './wait.ts';

interface CardPart {
  readonly type?: string;
  readonly title?: string;
  readonly url?: string;
  readonly text?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What the bot said at the front door. */
export interface DoorActivity {
  readonly id: string;
  readonly type: string;
  readonly label?: string;
  readonly text?: string;
  readonly attachments?: readonly { readonly content: unknown }[];
}

export interface DoorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface VisitorOptions {
  readonly locale?: string;
  /** The network address it comes from: a loopback one. */
  readonly from?: string;
  /** Over https: the certificate that it trusts. */
  readonly trusts?: string;
}

/** A browser at the front door, without the browser: it holds the cookie, does the work, and reads by polling. */
export class Visitor {
  readonly #house: Pick<House, 'url'>;
  readonly #locale: string;
  readonly #from: string;
  readonly #trusts: string | undefined;
  cookie = '';
  conversation = '';
  #watermark = '';
  /** Work that was done ahead, for what is said next. */
  #done: string | null = null;
  /** What the bot said last. */
  heard: DoorActivity = { id: '', type: 'message' };
  /** Everything it said. */
  readonly all: DoorActivity[] = [];

  constructor(house: Pick<House, 'url'>, { locale = 'sv-SE', from = '127.0.0.1', trusts }: VisitorOptions = {}) {
    this.#trusts = trusts;
    this.#house = house;
    this.#locale = locale;
    this.#from = from;
  }

  get prompt(): string {
    return this.heard.label ?? '';
  }

  /** All the words of what the bot said last. */
  get words(): string {
    return [this.heard.text ?? '', ...this.#parts().map(({ text = '', title = '' }) => [text, title].join(' '))].join('\n');
  }

  /** The ids of the choices that stand. */
  get choices(): readonly string[] {
    return this.#parts().flatMap(({ type, data }) =>
      type === 'Action.Execute' && typeof data?.['choose'] === 'string' ? [data['choose']] : [],
    );
  }

  /** The address of the page that stands in the chat. */
  get page(): string {
    return this.#parts().find(({ url }) => url?.includes('/page/') === true)?.url ?? '';
  }

  /** Opens the door: begins a conversation, or finds the one that is held. */
  async open(): Promise<this> {
    const answer = await this.send(
      'POST',
      '/start/v3/directline/conversations',
      { locale: this.#locale },
      { 'x-latchkey-work': await this.work() },
    );
    if (answer.status > 201) throw new Error(`the door answered ${answer.status}`);
    this.conversation = (JSON.parse(answer.body) as { conversationId: string }).conversationId;
    this.#watermark = '';
    await this.read();
    return this;
  }

  /** Says something, and reads what the bot says to it. */
  async say(text: string): Promise<string> {
    return this.#exchange({ type: 'message', text });
  }

  async choose(choice: string): Promise<string> {
    return this.#press(this.#button(choice));
  }

  /** Types into the card's field and sends it. */
  async type(text: string): Promise<string> {
    return this.#press({ ...this.#button('answer'), answer: text });
  }

  /** Waits for the bot to speak first, until it shows this prompt. */
  async hear(prompt: string): Promise<string> {
    return this.#until(prompt, () => this.prompt === prompt);
  }

  /** The same, until it has said this. */
  async hearOf(words: RegExp): Promise<string> {
    return this.#until(String(words), () => words.test(this.words));
  }

  async #until(what: string, isHeard: () => boolean): Promise<string> {
    await until(
      async () => {
        // No oftener than a browser asks.
        await new Promise((resolve) => setTimeout(resolve, 250));
        await this.read();
        return isHeard() ? true : undefined;
      },
      () => `the door shows ${this.prompt}, not ${what}: ${this.words}`,
    );
    return this.words;
  }

  /** Reads what is new. */
  async read(): Promise<readonly DoorActivity[]> {
    const answer = await this.send('GET', `${this.#path()}?watermark=${this.#watermark}`);
    if (answer.status !== 200) throw new Error(`reading answered ${answer.status}`);
    const { activities, watermark } = JSON.parse(answer.body) as { activities: DoorActivity[]; watermark: string };
    this.#watermark = watermark;
    for (const activity of activities) {
      const known = this.all.findIndex(({ id }) => id === activity.id);
      if (known >= 0) this.all[known] = activity;
      else {
        this.all.push(activity);
        this.heard = activity;
      }
    }
    return activities;
  }

  /** Posts an activity of any shape to a conversation, one's own where none is named. */
  async post(activity: Readonly<Record<string, unknown>>, conversation = this.conversation): Promise<DoorAnswer> {
    const whole = { locale: this.#locale, channelData: { clientActivityID: newId() }, ...activity };
    const done = this.#done ?? (await this.work());
    this.#done = null;
    return this.send('POST', this.#path(conversation), whole, { 'x-latchkey-work': done });
  }

  /** Does the work for what is said next now, as somebody does who reads first. */
  async getReady(): Promise<void> {
    this.#done = await this.work();
  }

  /** One proof of work. */
  async work(): Promise<string> {
    const challenge = JSON.parse((await this.send('GET', '/start/work')).body) as Challenge;
    return Buffer.from(JSON.stringify({ challenge, solution: solveWork(challenge) })).toString('base64');
  }

  /** One request, as a browser on our page sends it. */
  send(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<DoorAnswer> {
    const url = new URL(path.startsWith('http') ? path : `${this.#house.url}${path}`);
    const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const given = {
      ...(method === 'POST' && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(sent)),
        origin: this.#house.url,
        'sec-fetch-site': 'same-origin',
      }),
      ...(this.cookie !== '' && { cookie: this.cookie }),
      ...headers,
    };
    const all = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<string, string>;
    return new Promise((resolve, reject) => {
      const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = ask(
        url,
        { method, headers: all, localAddress: this.#from, family: 4, ca: this.#trusts, servername: url.hostname },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            const [cookie] = response.headers['set-cookie'] ?? [];
            if (cookie !== undefined && cookie.includes('latchkey-door=')) this.cookie = cookie.split(';')[0] ?? '';
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
          });
        },
      );
      request.on('error', reject);
      request.end(sent);
    });
  }

  #path(conversation = this.conversation): string {
    return `/start/v3/directline/conversations/${conversation}/activities`;
  }

  #press(data: Readonly<Record<string, unknown>>): Promise<string> {
    return this.#exchange({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'choose', data }, trigger: 'manual' },
      replyToId: this.heard.id,
    });
  }

  async #exchange(activity: Readonly<Record<string, unknown>>): Promise<string> {
    const answer = await this.post(activity);
    if (answer.status !== 200) throw new Error(`the door answered ${answer.status}: ${answer.body}`);
    await this.read();
    return this.words;
  }

  #button(choice: string): Readonly<Record<string, unknown>> {
    const found = this.#parts().find(({ type, data }) => type === 'Action.Execute' && data?.['choose'] === choice)?.data;
    if (found === undefined) throw new Error(`no button "${choice}" in ${this.prompt}: ${this.words}`);
    return found;
  }

  #parts(): readonly CardPart[] {
    const found: CardPart[] = [];
    const look = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(look);
      else if (typeof value === 'object' && value !== null) {
        if ('type' in value) found.push(value as CardPart);
        for (const [key, inner] of Object.entries(value)) if (key !== 'fallback') look(inner);
      }
    };
    look(this.heard.attachments?.map(({ content }) => content));
    return found;
  }
}

const newId = (): string => randomBytes(16).toString('base64url');
