import { claimOf } from '../../dialogs/claim.ts';
import { effects as catalogue, type ResultEvent } from '../../dialogs/effects.ts';
import { present, step, type OwedEffect, type StackEvent } from '../../dialogs/stack.ts';
import { LatchkeyError } from '../errors.ts';
import type { Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import type { Conversation, Owed, Said } from './document.ts';
import type { Act, Handler, Handlers } from './port.ts';

/** The most steps one event may lead to; more is a loop in a machine, never a person's doing. */
const mostSteps = 25;

/** What is read before a turn's effects are carried out, the same for all of them. */
export type ActFacts = Omit<Act, 'id' | 'session' | 'language' | 'now' | 'account'> & {
  /** Reads an account from the directory, each time anew. */
  readonly find: (accountId: string) => ReturnType<Act['account']>;
};

export interface TurnRooms {
  readonly handlers: Handlers;
  readonly random: Random;
  readonly now: () => number;
}

/**
 * One turn's work on a conversation, in memory: machines run, reads and checks are done within it, what must be carried out after a commit is collected.
 * It commits nothing: the runner does, and asks `carryOut` for one owed effect at a time.
 */
export class Turn {
  conversation: Conversation;
  /** Notices of this turn, in order. */
  readonly said: Said[] = [];
  /** Names of what happened, for the log. */
  readonly names: string[] = [];
  readonly #facts: ActFacts;
  readonly #rooms: TurnRooms;
  /** Makes ids of checks: the same activity read again gives the same ids, so that a check counts once. */
  readonly #seed: string;
  #checks = 0;
  /** Whether something was done since the rows were read with the stack: then they are no longer the truth. */
  #outdated = false;
  #steps = 0;
  /** What was read of accounts in this turn. */
  readonly #accounts = new Map<string, ReturnType<Act['account']>>();

  constructor(conversation: Conversation, facts: ActFacts, seed: string, rooms: TurnRooms) {
    this.conversation = conversation;
    this.#facts = facts;
    this.#seed = seed;
    this.#rooms = rooms;
  }

  /** Steps the stack, then does the reads and checks it asks for, until it waits for a person or for an effect that is owed. */
  async take(event: StackEvent): Promise<boolean> {
    // A loop is a chain of results. What somebody else brought begins a count of its own, however much of it waits in the inbox.
    this.#steps = event.type === 'result' ? this.#steps + 1 : 1;
    if (this.#steps > mostSteps)
      throw new LatchkeyError('latchkey_conversation_steps', 'defect', `more than ${mostSteps} steps from one event`);
    this.names.push(event.type === 'result' ? event.result.type : event.type === 'outside' ? event.event.type : event.type);
    const { stack, effects, took } = step(this.conversation.stack, event, this.#rooms.now());
    this.conversation = { ...this.conversation, stack };
    const within: OwedEffect[] = [];
    for (const effect of effects) {
      const { kind } = catalogue[effect.type];
      if (effect.type === 'say') this.say(effect.params.notice, effect.params.params ?? {});
      else if (kind === 'read' || kind === 'check') within.push(effect);
      else if (kind === 'repeatable' || kind === 'once') this.#owe(effect);
    }
    for (const effect of within) {
      this.#checks += 1;
      const result = await this.#run(effect, `${this.#seed}.${this.#checks}`);
      if (result !== null) await this.take({ type: 'result', frame: effect.frame, result });
    }
    return took;
  }

  /** Adds a notice to what this turn says. */
  say(notice: string, params: Said['params'] = {}): void {
    this.said.push({ notice, params });
  }

  /** The effect to be carried out next, if one is owed. */
  next(): Owed | undefined {
    return this.conversation.owed[0];
  }

  /** Changes what is noted of an owed effect before its call. */
  note(id: string, change: Partial<Pick<Owed, 'started' | 'resumed'>>): void {
    this.conversation = {
      ...this.conversation,
      owed: this.conversation.owed.map((owed) => (owed.id === id ? { ...owed, ...change } : owed)),
    };
  }

  /**
   * Carries out one owed effect and takes its result. A `once` effect that was found started is not run: its handler says what is doubtful.
   * @param found whether it was started by somebody who never came back
   */
  async carryOut(owed: Owed, found: boolean): Promise<void> {
    this.names.push(owed.effect.type);
    const result = found ? await this.#doubt(owed) : await this.#run(owed.effect, owed.id);
    const keepsCase = this.conversation.keepsCase || (result?.type === 'door-case.opened' && result.isNew);
    this.conversation = { ...this.conversation, keepsCase, owed: this.conversation.owed.filter((other) => other.id !== owed.id) };
    // What the helpdesk can give to a verified caller is counted from now, not from the word that was said before.
    if (result?.type === 'caller.verified') this.conversation = { ...this.conversation, askedAt: this.#rooms.now() };
    if (result !== null) await this.take({ type: 'result', frame: owed.effect.frame, result });
  }

  /** The prompt of the state the turn stopped in. */
  present(): ReturnType<typeof present> {
    return present(this.conversation.stack);
  }

  #owe(effect: OwedEffect): void {
    const owed: Owed = { id: newId(this.#rooms.random), effect, started: false, resumed: 0 };
    this.conversation = { ...this.conversation, owed: [...this.conversation.owed, owed] };
  }

  async #run(effect: OwedEffect, id: string): Promise<ResultEvent | null> {
    const act = this.#act(id);
    if (catalogue[effect.type].kind !== 'read') this.#outdated = true;
    return this.#handlerOf(effect).run(effect.params, act);
  }

  async #doubt(owed: Owed): Promise<ResultEvent | null> {
    const handler = this.#handlerOf(owed.effect);
    if (handler.doubt === undefined)
      throw new LatchkeyError('latchkey_conversation_no_doubt', 'defect', `${owed.effect.type} is "once" and has no answer to doubt`);
    return handler.doubt(owed.effect.params, this.#act(owed.id));
  }

  #readOnce(accountId: string): ReturnType<Act['account']> {
    const read = this.#accounts.get(accountId) ?? this.#facts.find(accountId);
    this.#accounts.set(accountId, read);
    return read;
  }

  /** The table is keyed by the effect's own name, so the handler fits the parameters; TypeScript cannot follow a union through it. */
  #handlerOf(effect: OwedEffect): {
    run(params: unknown, act: Act): Promise<ResultEvent | null>;
    doubt?(params: unknown, act: Act): Promise<ResultEvent | null>;
  } {
    return this.#rooms.handlers[effect.type as keyof Handlers] as unknown as Handler<never> as never;
  }

  #act(id: string): Act {
    const { find, ...facts } = this.#facts;
    const claim = facts.door === 'front-door' ? claimOf(this.conversation.stack) : null;
    const accountId = claim ?? facts.accountId;
    return {
      ...facts,
      accountId,
      account: async () => (this.#outdated ? find(accountId) : this.#readOnce(accountId)),
      // What was read with the stack is of another account than the one that was claimed.
      ...((this.#outdated || claim !== null) && { rows: new Map() }),
      id,
      now: this.#rooms.now(),
      language: this.conversation.language,
      session: this.conversation.stack.frames[1]?.id ?? this.conversation.stack.frames[0]?.id ?? 'none',
    };
  }
}
