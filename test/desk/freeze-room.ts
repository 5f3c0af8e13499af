import { noticeParts } from '../../src/delivery/notices.ts';
import { happenedId } from '../../src/delivery/happened.ts';
import type { HappenedWhat } from '../../dialogs/views.ts';
import type { FreezeCaseNeeds } from '../../src/desk/freeze-case.ts';
import { freezeOwes } from '../../src/desk/freeze-case.ts';
import { freezeAccount } from '../../src/desk/freeze.ts';
import { readFreeze, type FreezeRecord } from '../../src/desk/freeze-record.ts';
import { readCase, readCaseList, type CaseRecord } from '../../src/desk/case-record.ts';
import type { Door } from '../../src/conversation/port.ts';
import { readMethodsDocument, type MethodsDocument } from '../../src/methods/method-record.ts';
import { keys } from '../../src/store/keys.ts';
import type { Key, Store } from '../../src/store/port.ts';
import { demoPolicy, demoSentences } from '../delivery/demo-words.ts';
import { realRandom, StillClock, testKeys } from '../delivery/still-time.ts';
import { account, stina } from './desk-world.ts';

/** The freezes of one account on a store of any engine, with a directory that ends sessions. */
export class FreezeRoom {
  readonly store: Store;
  readonly clock: StillClock;
  readonly seals = testKeys();
  readonly policy = demoPolicy();
  readonly sentences = demoSentences(this.policy);
  readonly woken: Key[] = [];
  /** How often the directory ended the sessions; it throws first, where it is told to. */
  ended = 0;
  trouble: Error | null = null;

  /** @param clock one that another room goes by too */
  constructor(store: Store, clock = new StillClock()) {
    this.store = store;
    this.clock = clock;
  }

  /** @param store another one on the same rows, as another process would have it */
  needs(store: Store = this.store): FreezeCaseNeeds {
    return {
      store,
      clock: this.clock,
      random: realRandom,
      seals: this.seals,
      policy: this.policy,
      sentences: this.sentences,
      directory: {
        find: async (id) => account(id),
        endSessions: async () => {
          if (this.trouble !== null) throw this.trouble;
          this.ended += 1;
          return 'ended';
        },
      },
      wake: (stack) => void this.woken.push(stack),
      tried: async () => ({ failures: 0, sends: 0, closed: 'no' }),
      registered: async () => [],
    };
  }

  /** Something happens, and is told. @returns its id */
  async happens(what: HappenedWhat, { act = what, door = 'teams' }: { readonly act?: string; readonly door?: Door } = {}): Promise<string> {
    const notice = {
      id: act,
      what,
      account: stina,
      workMail: 'stina.berg@fjallbyn.example',
      places: [],
      at: this.clock.now(),
      door,
      language: 'sv',
      ...(what.startsWith('method-') && { method: 'email' as const }),
    } as const;
    await this.store.commit(noticeParts(this.seals, this.sentences, notice));
    return happenedId(stina, act);
  }

  notMe(happening: string, said: 'mail' | 'chat' = 'mail', store: Store = this.store) {
    return freezeAccount(this.needs(store), { happening, said, account: said === 'mail' ? null : stina, reference: 'K7Q2M9XD' });
  }

  /** Does what freezes owe. */
  async settle(): Promise<void> {
    for (const entry of await this.store.due(this.clock.now(), 100)) {
      if (entry.id.includes('/due/freeze/')) await freezeOwes(this.needs())(entry);
    }
  }

  async record(): Promise<FreezeRecord> {
    return readFreeze(await this.#row(keys.frozen(stina)));
  }

  async methods(): Promise<MethodsDocument> {
    return readMethodsDocument((await this.#row(keys.methods(stina)))?.value ?? null);
  }

  async cases(): Promise<readonly CaseRecord[]> {
    const { cases } = readCaseList((await this.#row(keys.casesOf(stina)))?.value ?? null);
    const rows = await Promise.all(cases.map(({ id }) => this.#row(keys.case(id))));
    return rows.flatMap((row) => (row === null ? [] : [readCase(row.value)]));
  }

  async inbox(stack: Key): Promise<readonly unknown[]> {
    return (await this.store.open({ key: stack, owner: null, now: this.clock.now() })).inbox.map(({ value }) => value);
  }

  async #row(key: Key) {
    return (await this.store.open({ key, owner: null, now: this.clock.now() })).rows.get(key) ?? null;
  }
}
