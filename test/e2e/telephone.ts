import { randomUUID } from 'node:crypto';
import type { House } from './house.ts';

/** A call that rings in the local outbox, answered as the page's telephone does: over HTTP, key by key. */
export class Telephone {
  readonly #url: string;
  readonly #id = randomUUID();
  #step: string | null = null;
  /** What the call said last. */
  says = '';

  private constructor(url: string) {
    this.#url = url;
  }

  /** The newest call to a number, ringing. */
  static async ringing(house: House, number: string): Promise<Telephone> {
    const call = (await house.outbox()).findLast(({ kind, to }) => kind === 'call' && to === number);
    if (call?.url === undefined) throw new Error(`no call to ${number}`);
    return new Telephone(call.url);
  }

  async answer(): Promise<this> {
    return this.#send('');
  }

  /** Keys, and none after them; '' is no key at all. */
  async key(keys: string): Promise<this> {
    if (this.#step === null) throw new Error(`the call waits for no keys: ${this.says}`);
    return this.#send(keys);
  }

  get isOver(): boolean {
    return this.#step === null;
  }

  async hangUp(): Promise<void> {
    const ended = await fetch(this.#url.replace(/\?.*/u, '/ended'), { method: 'POST' });
    if (!ended.ok) throw new Error(`hanging up answered ${ended.status}`);
  }

  async #send(keys: string): Promise<this> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ call: this.#id, step: this.#step, keys }),
    });
    if (!response.ok) throw new Error(`the call answered ${response.status}`);
    const { says, listens } = (await response.json()) as { readonly says: readonly string[]; readonly listens: string | null };
    this.says = says.join(' ');
    this.#step = listens;
    return this;
  }
}
