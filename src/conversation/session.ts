import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { forgottenAt, toJson, type Conversation } from './document.ts';
import { inboxDue, resumeDue } from './inbox.ts';
import { leaseMs } from './lease.ts';

/** A leased stack: what the runner commits while it holds it. Every commit expects the version of the one before. */
export class StackSession {
  readonly key: Key;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #owner: string;
  #version: number;
  /** Inbox entries that are taken with the next commit. */
  #taken: readonly string[];
  /** Whether a due entry of this stack may stand in the store. */
  #due: boolean;

  constructor(store: Store, clock: Clock, key: Key, owner: string, version: number, inbox: readonly string[], due: boolean) {
    this.#store = store;
    this.#clock = clock;
    this.key = key;
    this.#owner = owner;
    this.#version = version;
    this.#taken = inbox;
    this.#due = due;
  }

  /**
   * Saves the conversation.
   * @param then `resume`: somebody must come back to it; `at` ms from now (default: when the lease has run out). `done`: nothing is left to do, the lease is given back.
   * @throws LatchkeyError `latchkey_conversation_overtaken` (conflict) when somebody else wrote in between
   */
  async save(conversation: Conversation, then: { readonly resume: number | null } | 'done'): Promise<void> {
    const mine = resumeDue(this.key);
    const taken = this.#taken.map((id) => ({ id: inboxDue(this.key, id), at: null }));
    const later =
      then === 'done'
        ? this.#due
          ? [{ id: mine, at: null }]
          : []
        : [{ id: mine, at: this.#clock.now() + (then.resume ?? leaseMs), data: { stack: this.key } }];
    const until = forgottenAt(conversation);
    const commit: Commit = {
      expect: { [this.key]: this.#version },
      put: { [this.key]: toJson(conversation) },
      ...(until !== null && { until: { [this.key]: until } }),
      ...(this.#taken.length > 0 && { take: [{ from: this.key, ids: this.#taken }] }),
      due: [...taken, ...later],
      ...(then === 'done' && { release: { key: this.key, owner: this.#owner } }),
    };
    const committed = await this.#store.commit(commit);
    if (!committed.ok) throw new LatchkeyError('latchkey_conversation_overtaken', 'conflict', 'another turn wrote this stack');
    this.#version = committed.versions[this.key] ?? this.#version + 1;
    this.#taken = [];
    this.#due = then !== 'done';
  }

  /** Gives the lease back without saving anything; what is due stays due. */
  async release(): Promise<void> {
    await this.#store.commit({ release: { key: this.key, owner: this.#owner } });
  }
}
