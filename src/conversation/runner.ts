import type { Directory } from '../directory/port.ts';
import type { AccountOf } from '../directory/teams-people.ts';
import type { Language } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Json, Random } from '../ports.ts';
import { languageOf } from '../locales/language-of.ts';
import { newId, newReference } from '../security/ids.ts';
import { keys } from '../store/keys.ts';
import type { Key, Opened, Store } from '../store/port.ts';
import { Answered } from './answered.ts';
import { doorIdleMs, fromJson, newConversation, stirredAt } from './document.ts';
import { openPatiently } from './lease.ts';
import type { AnswerRooms } from './make-answer.ts';
import type { Courier, Door, Handlers, Input, Spent, Wake } from './port.ts';
import { Queues } from './queue.ts';
import type { ReadingRooms } from './read-input.ts';
import { StackSession } from './session.ts';
import { Turn } from './turn.ts';
import { TurnAtWork, type Stored } from './turn-at-work.ts';

/** A turn's line in the log: names and times, never a text, number, address or token. */
export interface TurnLine {
  readonly reference: string;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly ms: number;
  readonly fault?: unknown;
}

export interface RunnerRooms extends AnswerRooms, ReadingRooms {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory;
  /** Whom the front door asks; left out, the same (I20: it must take as long for one account as for another). */
  readonly doorDirectory?: Directory;
  readonly accountOf: AccountOf;
  readonly handlers: Handlers;
  readonly courier: Courier;
  /** A conversation goes on from this moment, as if a word had been said there. */
  readonly keepOpen?: (stack: Key) => Promise<void>;
  readonly idleMinutes: number;
  readonly log: (line: TurnLine) => void;
}

/** After this long a person hears that it goes on; the result comes by itself. */
const turnMs = 10_000;

/** Whose stack a turn is for. */
interface Whose {
  readonly stack: Key;
  readonly tenant: string;
  readonly door: Door;
  /** At the front door the conversation's id, which is no account's, until one is claimed. */
  readonly accountId: string;
  readonly client?: string;
}

/**
 * Runs the conversation: opens the stack, takes in what waits in its inbox and what arrived, steps, commits, carries out effects, answers. One turn of a
 * stack at a time; what is left by a process that died is resumed by whoever comes next.
 */
export class Runner {
  readonly #rooms: RunnerRooms;
  readonly #queues = new Queues();
  readonly #answered = new Answered();

  constructor(rooms: RunnerRooms) {
    this.#rooms = rooms;
  }

  /** Takes in what a person said. Resolves when the answer was sent, or after ten seconds when the person was told that it goes on. Never throws. */
  async take(input: Input): Promise<Spent | null> {
    if (input.place !== 'personal') {
      await this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.in-private');
      return null;
    }
    let goesOn = (): void => {};
    const patience = new Promise<null>((resolve) => {
      goesOn = this.#rooms.clock.after(turnMs, () => {
        void this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.still-working').then(() => resolve(null));
      });
    });
    const turn = this.#inOrder(input).finally(() => goesOn());
    return Promise.race([turn, patience]);
  }

  /** Opens a stack because something waits for it: the bot speaks first. @throws when the stack stays busy, so that it stays due. */
  async resume(stack: Key): Promise<void> {
    const [, , tenant = '', place = '', accountId = ''] = stack.split('/');
    const door = place === 'front-door' ? place : 'teams';
    await this.#queues.run(stack, () => this.#guarded({ stack, tenant, door, accountId }, null));
  }

  /** Wakes a stack without waiting for it. What fails stays due in the store. */
  readonly wake: Wake = (stack) => {
    this.resume(stack).catch(() => undefined);
  };

  /** Resolves when the running turns have ended. */
  async close(): Promise<void> {
    await this.#queues.idle();
  }

  /** A person's inputs keep their order, also while it is still being found out which account is theirs. */
  #inOrder(input: Input): Promise<Spent | null> {
    return this.#queues.run(`${input.tenant} ${input.visit?.conversation ?? input.aadObjectId}`, async () => {
      const whose = await this.#whose(input);
      return whose === null ? null : this.#queues.run(whose.stack, () => this.#guarded(whose, input));
    });
  }

  /** Whose stack an input is for; null where nobody can tell now, which the person has heard. */
  async #whose(input: Input): Promise<Whose | null> {
    const { tenant, aadObjectId, visit } = input;
    if (visit !== undefined) {
      const { conversation, client } = visit;
      return { stack: keys.doorStack(tenant, conversation), tenant, door: 'front-door', accountId: conversation, client };
    }
    const began = this.#rooms.clock.now();
    try {
      const accountId = await this.#rooms.accountOf(input);
      return { stack: keys.stack(tenant, accountId), tenant, door: 'teams', accountId };
    } catch (fault) {
      const reference = newReference(this.#rooms.random);
      this.#rooms.log({ reference, account: aadObjectId, from: '', to: '', names: ['fault'], ms: this.#rooms.clock.now() - began, fault });
      await this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.something-went-wrong', { reference });
      return null;
    }
  }

  /** A turn with its faults turned into a sentence and a reference number. */
  async #guarded(whose: Whose, input: Input | null): Promise<Spent | null> {
    const reference = newReference(this.#rooms.random);
    const began = this.#rooms.clock.now();
    for (let again = 2; ; again -= 1) {
      try {
        return await this.#turn(whose, input, reference);
      } catch (fault) {
        // Somebody overtook us: nothing of this turn was saved, so it is simply done again.
        if (again > 0 && fault instanceof LatchkeyError && fault.kind === 'conflict') continue;
        this.#rooms.log({
          reference,
          account: whose.accountId,
          from: '',
          to: '',
          names: ['fault'],
          ms: this.#rooms.clock.now() - began,
          fault,
        });
        if (input === null) throw fault;
        await this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.something-went-wrong', { reference });
        return null;
      }
    }
  }

  async #turn(whose: Whose, input: Input | null, reference: string): Promise<Spent | null> {
    const { store, clock, random, handlers } = this.#rooms;
    const began = clock.now();
    const owner = newId(random);
    // What is claimed at the front door has rows in a partition of its own.
    const alsoRead =
      whose.door === 'front-door'
        ? []
        : [
            keys.methods(whose.accountId),
            keys.pace(whose.accountId),
            keys.casesOf(whose.accountId),
            keys.frozen(whose.accountId),
            keys.asks(whose.accountId),
            keys.startCode(whose.accountId),
            keys.lastHappened(whose.accountId),
          ];
    const opened = await openPatiently(store, clock, { key: whose.stack, owner, alsoRead });
    if (!opened.leased) {
      if (input === null) throw new LatchkeyError('latchkey_conversation_busy', 'unavailable', 'the stack stayed busy');
      await this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.still-working');
      return null;
    }
    const stored = this.#stored(whose, opened, input);
    const session = new StackSession(
      store,
      clock,
      whose.stack,
      owner,
      opened.rows.get(whose.stack)?.version ?? 0,
      opened.inbox.map(({ id }) => id),
      stored.due,
    );
    try {
      const { directory: everywhere, doorDirectory = everywhere } = this.#rooms;
      const directory = whose.door === 'front-door' ? doorDirectory : everywhere;
      const facts = {
        tenant: whose.tenant,
        door: whose.door,
        accountId: whose.accountId,
        ...(whose.client !== undefined && { client: whose.client }),
        find: async (accountId: string) => directory.find(accountId),
        stack: whose.stack,
        reference,
        rows: opened.rows,
      };
      const turn = new Turn(stored.conversation, facts, input?.activityId ?? reference, { handlers, random, now: () => clock.now() });
      const spent = await new TurnAtWork(
        { turn, session, stored, opened, input, accountId: whose.accountId, until: began + turnMs },
        this.#rooms,
        this.#answered,
      ).run();
      const top = turn.conversation.stack.frames.at(-1);
      this.#rooms.log({
        reference,
        account: whose.accountId,
        from: stored.at,
        to: `${top?.dialog ?? ''}.${top?.state ?? ''}`,
        names: turn.names,
        ms: clock.now() - began,
      });
      return spent;
    } catch (fault) {
      await session.release().catch(() => undefined);
      throw fault;
    }
  }

  /** The stack as it was stored, with who speaks now and in which language. */
  #stored(whose: Whose, opened: Opened, input: Input | null): Stored {
    const now = this.#rooms.clock.now();
    const row = opened.rows.get(whose.stack) ?? null;
    const locale = languageOf(input?.locale ?? null);
    const restored = row === null ? null : fromJson(row.value, now, whose.door);
    const found = restored?.conversation ?? newConversation(locale ?? 'en', now, whose.door);
    const idleMs = whose.door === 'front-door' ? doorIdleMs : this.#rooms.idleMinutes * 60_000;
    const top = found.stack.frames.at(-1);
    return {
      conversation: {
        ...found,
        unsaid: [],
        language: found.languageChosen ? found.language : (locale ?? found.language),
        ...(input !== null && { reference: input.reference, spokeAt: now, unsent: 0 }),
      },
      unsaid: found.unsaid,
      lost: restored !== null && !restored.ok,
      silent: now - stirredAt(found) > idleMs,
      due: found.owed.length > 0 || found.unsaid.length > 0 || input === null,
      at: top === undefined ? '' : `${top.dialog}.${top.state}`,
    };
  }

  async #tell(reference: Json, language: Language, sentence: string, params: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#rooms.courier.send(reference, { language, notices: [this.#rooms.sentences.say(language, sentence, params)], prompt: null });
  }
}
