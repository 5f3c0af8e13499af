import type { Directory } from '../directory/port.ts';
import { effects as catalogue } from '../../dialogs/effects.ts';
import { emptyStack } from '../../dialogs/stack.ts';
import { languages, type Language } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Json, Random } from '../ports.ts';
import { newId, newReference } from '../security/ids.ts';
import { keys } from '../store/keys.ts';
import type { Key, Opened, Store } from '../store/port.ts';
import { fromJson, newConversation, withSeen, type Conversation, type Owed } from './document.ts';
import { readInboxValue } from './inbox.ts';
import { openPatiently } from './lease.ts';
import { makeAnswer, makeSpent, type AnswerRooms } from './make-answer.ts';
import type { Courier, Handlers, Input, Spent, Wake } from './port.ts';
import { Queues } from './queue.ts';
import { readInput, type ReadingRooms } from './read-input.ts';
import { StackSession } from './session.ts';
import { Turn } from './turn.ts';

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
  readonly handlers: Handlers;
  readonly courier: Courier;
  readonly idleMinutes: number;
  readonly log: (line: TurnLine) => void;
}

/** After this long a person hears that it goes on; the result comes by itself. */
const turnMs = 10_000;

/** How often a left effect is resumed before the dialog is given up with an apology. */
const mostResumes = 3;

/** How often an answer is tried again that could not be sent. */
const mostUnsent = 5;

/** How many activity ids this process remembers as answered. */
const mostAnswered = 5_000;

/** Whose stack a turn is for. */
interface Whose {
  readonly stack: Key;
  readonly tenant: string;
  readonly accountId: string;
}

/**
 * Runs the conversation: opens the stack, takes in what waits in its inbox and what arrived, steps, commits, carries out effects, answers. One turn of a
 * stack at a time; what is left by a process that died is resumed by whoever comes next.
 */
export class Runner {
  readonly #rooms: RunnerRooms;
  readonly #queues = new Queues();
  /** Activities whose answer this process is known to have sent: their redelivery needs no second one. */
  readonly #answered = new Set<string>();

  constructor(rooms: RunnerRooms) {
    this.#rooms = rooms;
  }

  /** Takes in what a person said. Resolves when the answer was sent, or after ten seconds when the person was told that it goes on. Never throws. */
  async take(input: Input): Promise<Spent | null> {
    if (input.place !== 'personal') {
      await this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.in-private');
      return null;
    }
    const whose: Whose = { stack: keys.stack(input.tenant, input.aadObjectId), tenant: input.tenant, accountId: input.aadObjectId };
    let goesOn = (): void => {};
    const patience = new Promise<null>((resolve) => {
      goesOn = this.#rooms.clock.after(turnMs, () => {
        void this.#tell(input.reference, languageOf(input.locale) ?? 'en', 'runner.still-working').then(() => resolve(null));
      });
    });
    const turn = this.#queues.run(whose.stack, () => this.#guarded(whose, input)).finally(() => goesOn());
    return Promise.race([turn, patience]);
  }

  /** Opens a stack because something waits for it: the bot speaks first. @throws when the stack stays busy, so that it stays due. */
  async resume(stack: Key): Promise<void> {
    const [, , tenant = '', , accountId = ''] = stack.split('/');
    await this.#queues.run(stack, () => this.#guarded({ stack, tenant, accountId }, null));
  }

  /** Wakes a stack without waiting for it. What fails stays due in the store. */
  readonly wake: Wake = (stack) => {
    this.resume(stack).catch(() => undefined);
  };

  /** Resolves when the running turns have ended. */
  async close(): Promise<void> {
    await this.#queues.idle();
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
    const alsoRead = [keys.methods(whose.accountId), keys.pace(whose.accountId), keys.casesOf(whose.accountId)];
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
      const account = once(() => this.#rooms.directory.find(whose.accountId));
      const facts = {
        tenant: whose.tenant,
        door: 'teams',
        accountId: whose.accountId,
        account,
        stack: whose.stack,
        reference,
        rows: opened.rows,
      } as const;
      const turn = new Turn(stored.conversation, facts, input?.activityId ?? reference, { handlers, random, now: () => clock.now() });
      const spent = await this.#work({ turn, session, stored, opened, input, until: began + turnMs });
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
    const restored = row === null ? null : fromJson(row.value, now);
    const found = restored?.conversation ?? newConversation(locale ?? 'en', now);
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
      idle: input !== null && found.stack.frames.length > 1 && now - found.spokeAt > this.#rooms.idleMinutes * 60_000,
      due: found.owed.length > 0 || found.unsaid.length > 0 || input === null,
      at: top === undefined ? '' : `${top.dialog}.${top.state}`,
    };
  }

  async #work(work: Work): Promise<Spent | null> {
    const { turn, stored, opened, input } = work;
    let spent: Spent | null = null;
    let speaks = stored.unsaid.length > 0;
    for (const said of stored.unsaid) turn.said.push(said);
    if (stored.lost) {
      turn.say('runner.restarted');
      await turn.take({ type: 'open' });
    }
    if (turn.next() !== undefined) {
      speaks = true;
      await this.#carry(work, true);
    }
    for (const { value } of opened.inbox) {
      const arrived = readInboxValue(value);
      if (arrived === null) continue;
      if ('notice' in arrived) turn.say(arrived.notice, arrived.params);
      else if (await turn.take({ type: 'outside', event: arrived.event })) speaks = true;
    }
    if (turn.next() !== undefined) await this.#carry(work, false);
    if (turn.said.length > 0) speaks = true;

    const again = input !== null && turn.conversation.seen.includes(input.activityId);
    if (again && this.#answered.has(input.activityId) && !speaks) {
      await work.session.release();
      return turn.conversation.last?.activityId === input.activityId ? turn.conversation.last.spent : null;
    }
    if (again) {
      const { last } = turn.conversation;
      if (last?.activityId === input.activityId) {
        spent = last.spent;
        if (!speaks) turn.said.push(...last.said);
      }
    } else if (input !== null) {
      spent = await this.#read(input, turn, stored);
      turn.conversation = withSeen(turn.conversation, input.activityId);
      turn.conversation = { ...turn.conversation, last: { activityId: input.activityId, said: [...turn.said], spent } };
      if (turn.next() !== undefined) {
        speaks = true;
        await this.#carry(work, false);
      }
    }
    await this.#say(work, input !== null, speaks, spent);
    return spent;
  }

  /** Reads the input in the light of the present prompt, and steps. */
  async #read(input: Input, turn: Turn, stored: Stored): Promise<Spent | null> {
    if (turn.conversation.stack.frames.length === 0) {
      if (input.said.kind === 'hello') turn.say('runner.welcome');
      await turn.take({ type: 'open' });
    } else if (stored.idle) {
      await turn.take({ type: 'idle' });
      // A button of the dialog that ended says nothing about what is shown now.
      if (input.said.kind === 'card') return null;
    }
    const present = turn.present();
    const reading = readInput(input, turn.conversation, present, this.#rooms);
    if (reading.kind === 'user-id') {
      const account = await this.#rooms.directory.find(input.aadObjectId);
      const own = [account?.userId ?? '', ...(account?.workAddresses ?? [])].some((address) => address.toLowerCase() === reading.userId);
      turn.say(own ? 'runner.not-understood' : 'runner.own-account-only');
      return null;
    }
    if (reading.kind === 'notice') {
      if (reading.language !== undefined) turn.conversation = { ...turn.conversation, language: reading.language, languageChosen: true };
      turn.say(reading.notice);
      return null;
    }
    const spent =
      reading.spent === null || present === null
        ? null
        : makeSpent(reading.spent, present, turn.conversation.language, this.#rooms.sentences);
    if (!(await turn.take(reading.event)) && reading.event.type !== 'open') turn.say('runner.step-is-over');
    return spent;
  }

  /** Carries out what is owed, one effect after the other, each result committed with the step it causes. */
  async #carry(work: Work, found: boolean): Promise<void> {
    const { turn, session } = work;
    if (!found) await session.save(this.#unsaid(turn), { resume: null });
    const left = new Set(found ? turn.conversation.owed.map(({ id }) => id) : []);
    for (let owed = turn.next(); owed !== undefined; owed = turn.next()) {
      // What is left after ten seconds is resumed in a turn of its own, at once.
      if (this.#rooms.clock.now() >= work.until) return session.save(this.#unsaid(turn), { resume: 0 });
      const resumed = left.has(owed.id);
      if (resumed && owed.resumed >= mostResumes) {
        giveUp(turn);
        await turn.take({ type: 'open' });
        await session.save(this.#unsaid(turn), { resume: null });
        continue;
      }
      const doubtful = await this.#begin(work, owed, resumed);
      await turn.carryOut(owed, doubtful);
      await session.save(this.#unsaid(turn), { resume: null });
    }
  }

  /** Notes in a commit of its own what must be known if nobody comes back from the call. Tells whether an earlier call may have happened. */
  async #begin({ turn, session }: Work, owed: Owed, resumed: boolean): Promise<boolean> {
    const isOnce = catalogue[owed.effect.type].kind === 'once';
    if (resumed || isOnce) {
      turn.note(owed.id, { started: isOnce, resumed: owed.resumed + (resumed ? 1 : 0) });
      await session.save(this.#unsaid(turn), { resume: null });
    }
    return isOnce && owed.started;
  }

  /** Commits the end of the turn and sends the answer. */
  async #say(work: Work, asked: boolean, speaks: boolean, spent: Spent | null): Promise<void> {
    const { turn, session, input } = work;
    const present = turn.present();
    const unfinished = turn.next() !== undefined;
    if (!asked && !speaks) return session.save(turn.conversation, 'done');

    const step = newId(this.#rooms.random);
    const said = [...turn.said];
    turn.conversation = { ...turn.conversation, showing: present === null ? null : { prompt: present.prompt, step } };
    if (turn.conversation.last?.activityId === input?.activityId && turn.conversation.last !== null) {
      turn.conversation = { ...turn.conversation, last: { ...turn.conversation.last, said, spent } };
    }
    const { reference, language } = turn.conversation;
    // A plain answer is sent after the one commit: should it be lost, the channel delivers the activity again. What nobody asked for must be kept until it is sent.
    if (speaks || unfinished) await session.save({ ...turn.conversation, unsaid: said }, { resume: unfinished ? 0 : null });
    else await session.save(turn.conversation, 'done');

    if (unfinished && present === null) turn.say('runner.still-working');
    const answer = makeAnswer(turn.said, present, step, language, this.#rooms);
    const sent = reference === null ? ({ ok: false, reason: 'gone' } as const) : await this.#rooms.courier.send(reference, answer);
    if (sent.ok) {
      if (input !== null) this.#noteAnswered(input.activityId);
      if (speaks && !unfinished) await session.save({ ...turn.conversation, unsaid: [], unsent: 0 }, 'done');
      return;
    }
    if (unfinished || (said.length === 0 && !speaks && sent.reason !== 'gone')) return;
    await this.#keepUnsaid(work, said, speaks, sent.reason);
  }

  /** The answer did not arrive for certain: its notices are said again with the next one, a prompt is simply shown again. */
  async #keepUnsaid(
    { turn, session }: Work,
    said: Conversation['unsaid'],
    held: boolean,
    reason: 'doubtful' | 'gone' | 'unavailable',
  ): Promise<void> {
    const unsent = turn.conversation.unsent + 1;
    const kept: Conversation = { ...turn.conversation, unsaid: said, unsent, ...(reason === 'gone' && { reference: null }) };
    const tryAgain = reason === 'unavailable' && unsent <= mostUnsent;
    if (tryAgain) await session.save(kept, { resume: 5_000 * unsent });
    else await session.save(kept, 'done');
    // A plain turn has given its lease back already; saving again is safe, because the version is the fence.
    if (held && tryAgain) await session.release();
  }

  #unsaid(turn: Turn): Conversation {
    return { ...turn.conversation, unsaid: [...turn.said] };
  }

  async #tell(reference: Json, language: Language, sentence: string, params: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#rooms.courier.send(reference, { language, notices: [this.#rooms.sentences.say(language, sentence, params)], prompt: null });
  }

  #noteAnswered(activityId: string): void {
    this.#answered.add(activityId);
    const [oldest] = this.#answered;
    if (this.#answered.size > mostAnswered && oldest !== undefined) this.#answered.delete(oldest);
  }
}

/** A conversation as it was found. */
interface Stored {
  readonly conversation: Conversation;
  readonly unsaid: Conversation['unsaid'];
  /** Its dialogs are no longer known. */
  readonly lost: boolean;
  readonly idle: boolean;
  /** Whether something about it may be due. */
  readonly due: boolean;
  /** Dialog and state it was in, for the log. */
  readonly at: string;
}

/** A turn at work. */
interface Work {
  readonly turn: Turn;
  readonly session: StackSession;
  readonly stored: Stored;
  readonly opened: Opened;
  readonly input: Input | null;
  /** When the turn must let go, epoch ms. */
  readonly until: number;
}

/** Drops dialogs that cannot go on: better an apology than a person held up for ever. */
function giveUp(turn: Turn): void {
  turn.conversation = { ...turn.conversation, stack: { ...emptyStack, next: turn.conversation.stack.next }, owed: [] };
  turn.say('runner.restarted');
}

/** Calls `read` at most once, however often it is asked. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= read());
}

/** The shipped language of a locale such as `sv-SE`; null when it is none of ours. */
export function languageOf(locale: string | null): Language | null {
  const tag = locale?.toLowerCase().split('-')[0];
  return languages.find((language) => language === tag) ?? null;
}
