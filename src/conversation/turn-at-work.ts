import { claimOf } from '../../dialogs/claim.ts';
import { effects as catalogue, type OutsideEvent } from '../../dialogs/effects.ts';
import { wishes } from '../../dialogs/dialog-table.ts';
import { newId } from '../security/ids.ts';
import type { Opened } from '../store/port.ts';
import type { Answered } from './answered.ts';
import { withSeen, type Conversation, type Owed } from './document.ts';
import { readInboxValue, unheard } from './inbox.ts';
import { makeAnswer, makeSpent } from './make-answer.ts';
import type { Input, Spent } from './port.ts';
import { readInput } from './read-input.ts';
import type { RunnerRooms } from './runner.ts';
import type { StackSession } from './session.ts';
import type { Turn } from './turn.ts';

/** How often a left effect is resumed before the dialog is given up with an apology. */
const mostResumes = 3;

/** How often an answer is tried again that could not be sent. */
const mostUnsent = 5;

/** A conversation as it was found. */
export interface Stored {
  readonly conversation: Conversation;
  readonly unsaid: Conversation['unsaid'];
  /** Its dialogs are no longer known. */
  readonly lost: boolean;
  /** The person has not spoken, and was not asked anything, for long. */
  readonly silent: boolean;
  /** Whether something about it may be due. */
  readonly due: boolean;
  /** Dialog and state it was in, for the log. */
  readonly at: string;
}

/** A turn at work. */
export interface Work {
  readonly turn: Turn;
  readonly session: StackSession;
  readonly stored: Stored;
  readonly opened: Opened;
  readonly input: Input | null;
  readonly accountId: string;
  /** When the turn must let go, epoch ms. */
  readonly until: number;
}

/** One turn at work on a leased stack: the order of things between its opening and its answer. */
export class TurnAtWork {
  readonly #work: Work;
  readonly #rooms: RunnerRooms;
  readonly #answered: Answered;
  /** Nobody has spoken or was asked anything for long, and nothing has led on since. */
  #silent: boolean;

  constructor(work: Work, rooms: RunnerRooms, answered: Answered) {
    this.#work = work;
    this.#silent = work.stored.silent;
    this.#rooms = rooms;
    this.#answered = answered;
  }

  /** Does the turn: what was left, what waits in the inbox, what arrived, then the answer. */
  async run(): Promise<Spent | null> {
    const { turn, stored, opened, input } = this.#work;
    let spent: Spent | null = null;
    // An answer that was not sent is owed, even where it was a prompt alone.
    let speaks = stored.unsaid.length > 0 || stored.conversation.unsent > 0;
    for (const said of stored.unsaid) turn.said.push(said);
    if (stored.lost) {
      turn.say('runner.restarted');
      await turn.take({ type: 'open' });
    }
    if (turn.next() !== undefined) {
      speaks = true;
      await this.#carry(true);
    }
    for (const { value } of opened.inbox) {
      const arrived = readInboxValue(value);
      if (arrived === null) continue;
      if ('notice' in arrived) turn.say(arrived.notice, arrived.params);
      else if ('ends' in arrived) speaks = (await this.#end(arrived.ends)) || speaks;
      else if (await this.#takeOutside(arrived.event)) speaks = true;
      else {
        const missed = unheard(arrived.event);
        if (missed !== null) turn.say(missed.notice, missed.params);
      }
    }
    if (turn.next() !== undefined) await this.#carry(false);
    if (turn.said.length > 0) speaks = true;

    const again = input !== null && turn.conversation.seen.includes(input.activityId);
    if (again && this.#answered.has(this.#named(input)) && !speaks) {
      await this.#work.session.release();
      return turn.conversation.last?.activityId === input.activityId ? turn.conversation.last.spent : null;
    }
    if (again) {
      const { last } = turn.conversation;
      if (last?.activityId === input.activityId) {
        spent = last.spent;
        if (!speaks) turn.said.push(...last.said);
      }
    } else if (input !== null) {
      spent = await this.#read(input);
      turn.conversation = withSeen(turn.conversation, input.activityId);
      turn.conversation = { ...turn.conversation, last: { activityId: input.activityId, said: [...turn.said], spent } };
      if (turn.next() !== undefined) {
        speaks = true;
        await this.#carry(false);
      }
    }
    await this.#say(input !== null, speaks, spent);
    return spent;
  }

  /** At the front door nothing of a conversation that fell silent is left when word comes: whoever reads it may be somebody else (I20). */
  async #takeOutside(event: OutsideEvent): Promise<boolean> {
    const { turn, session } = this.#work;
    if (turn.conversation.stack.home === 'front-door' && this.#silent && isUnderWay(turn)) await turn.take({ type: 'idle' });
    const took = await turn.take({ type: 'outside', event });
    if (took) {
      turn.conversation = { ...turn.conversation, askedAt: this.#rooms.clock.now() };
      this.#silent = false;
      if (keepsOpen.has(event.type)) await this.#rooms.keepOpen?.(session.key);
    }
    return took;
  }

  /** Ends every dialog and begins what the person wanted anew, which finds out and says why it cannot be. */
  async #end(notice: string): Promise<boolean> {
    const { turn } = this.#work;
    const wanted = turn.conversation.stack.frames[1]?.dialog;
    if (!(await turn.take({ type: 'ended', notice }))) return false;
    const wish = wishes.find((each) => each === wanted);
    if (wish !== undefined) await turn.take({ type: 'wish', wish });
    return true;
  }

  /** Reads the input in the light of the present prompt, and steps. */
  async #read(input: Input): Promise<Spent | null> {
    const { turn, stored } = this.#work;
    if (turn.conversation.stack.frames.length === 0) {
      if (input.said.kind === 'hello') turn.say(input.visit === undefined ? 'runner.welcome' : 'runner.welcome-at-door');
      await turn.take({ type: 'open' });
    } else if (this.#silent && isUnderWay(turn)) {
      await turn.take({ type: 'idle' });
      // A button of the dialog that ended says nothing about what is shown now.
      if (input.said.kind === 'card') return null;
    }
    const present = turn.present();
    const reading = readInput(input, turn.conversation, present, this.#rooms);
    if (reading.kind === 'user-id') {
      // At the front door nothing is said of any user ID (I20).
      if (input.visit !== undefined) {
        turn.say('runner.not-understood');
        return null;
      }
      const account = await this.#rooms.directory.find(this.#work.accountId);
      const own = [account?.userId ?? '', ...(account?.workAddresses ?? [])].some((address) => address.toLowerCase() === reading.userId);
      turn.say(own ? 'runner.not-understood' : 'runner.own-account-only');
      return null;
    }
    if (reading.kind === 'notice') {
      if (reading.language !== undefined) turn.conversation = { ...turn.conversation, language: reading.language, languageChosen: true };
      turn.say(reading.notice);
      // "Hello" after a long time: the menu may have changed since.
      if (reading.notice === 'runner.help' && stored.silent) await turn.take({ type: 'open' });
      return null;
    }
    const spent =
      reading.spent === null || present === null ? null : makeSpent(reading.spent, present, turn.conversation, this.#rooms.sentences);
    if (!(await turn.take(reading.event)) && reading.event.type !== 'open') turn.say('runner.step-is-over');
    return spent;
  }

  /** Carries out what is owed, one effect after the other, each result committed with the step it causes. */
  async #carry(found: boolean): Promise<void> {
    const { turn, session, until } = this.#work;
    if (!found) await session.save(this.#unsaid(turn), { resume: null });
    const left = new Set(found ? turn.conversation.owed.map(({ id }) => id) : []);
    for (let owed = turn.next(); owed !== undefined; owed = turn.next()) {
      // What is left after ten seconds is resumed in a turn of its own, at once.
      if (this.#rooms.clock.now() >= until) return session.save(this.#unsaid(turn), { resume: 0 });
      const resumed = left.has(owed.id);
      if (resumed && owed.resumed >= mostResumes) {
        giveUp(turn);
        await turn.take({ type: 'open' });
        await session.save(this.#unsaid(turn), { resume: null });
        continue;
      }
      const doubtful = await this.#begin(owed, resumed);
      await turn.carryOut(owed, doubtful);
      await session.save(this.#unsaid(turn), { resume: null });
    }
  }

  /** Notes in a commit of its own what must be known if nobody comes back from the call. Tells whether an earlier call may have happened. */
  async #begin(owed: Owed, resumed: boolean): Promise<boolean> {
    const { turn, session } = this.#work;
    const isOnce = catalogue[owed.effect.type].kind === 'once';
    if (resumed || isOnce) {
      turn.note(owed.id, { started: isOnce, resumed: owed.resumed + (resumed ? 1 : 0) });
      await session.save(this.#unsaid(turn), { resume: null });
    }
    return isOnce && owed.started;
  }

  /** Commits the end of the turn and sends the answer. */
  async #say(asked: boolean, speaks: boolean, spent: Spent | null): Promise<void> {
    const { turn, session, input } = this.#work;
    const present = turn.present();
    const unfinished = turn.next() !== undefined;
    if (!asked && !speaks) return session.save(turn.conversation, 'done');

    const step = newId(this.#rooms.random);
    const said = [...turn.said];
    turn.conversation = { ...turn.conversation, showing: present === null ? null : { prompt: present.prompt, step, said } };
    if (turn.conversation.last?.activityId === input?.activityId && turn.conversation.last !== null) {
      turn.conversation = { ...turn.conversation, last: { ...turn.conversation.last, said, spent } };
    }
    const { reference } = turn.conversation;
    // A plain answer is sent after the one commit: should it be lost, the channel delivers the activity again. What nobody asked for must be kept until it is sent.
    if (speaks || unfinished) await session.save({ ...turn.conversation, unsaid: said }, { resume: unfinished ? 0 : null });
    else await session.save(turn.conversation, 'done');

    if (unfinished && present === null) turn.say('runner.still-working');
    const answer = makeAnswer(turn.said, present, step, turn.conversation, this.#rooms);
    const sent = reference === null ? ({ ok: false, reason: 'gone' } as const) : await this.#rooms.courier.send(reference, answer);
    if (sent.ok && input !== null) this.#answered.add(this.#named(input));
    // What is left is resumed at once: nobody is to wait for a lease that this turn no longer needs.
    if (unfinished) return session.release();
    if (sent.ok) {
      if (speaks) await session.save({ ...turn.conversation, unsaid: [], unsent: 0 }, 'done');
      return;
    }
    if (said.length === 0 && !speaks && sent.reason !== 'gone') return;
    await this.#keepUnsaid(said, speaks, sent.reason);
  }

  /** The answer did not arrive for certain: its notices are said again with the next one, a prompt is simply shown again. */
  async #keepUnsaid(said: Conversation['unsaid'], held: boolean, reason: 'doubtful' | 'gone' | 'unavailable'): Promise<void> {
    const { turn, session } = this.#work;
    const unsent = turn.conversation.unsent + 1;
    const kept: Conversation = { ...turn.conversation, unsaid: said, unsent, ...(reason === 'gone' && { reference: null }) };
    const tryAgain = reason === 'unavailable' && unsent <= mostUnsent;
    if (tryAgain) await session.save(kept, { resume: 5_000 * unsent });
    else await session.save(kept, 'done');
    // A plain turn has given its lease back already; saving again is safe, because the version is the fence.
    if (held && tryAgain) await session.release();
  }

  /** Activity ids are a conversation's own: two people's may be the same. */
  #named({ activityId }: Input): string {
    return `${this.#work.session.key} ${activityId}`;
  }

  #unsaid(turn: Turn): Conversation {
    return { ...turn.conversation, unsaid: [...turn.said] };
  }
}

/**
 * What a person brings about without a word in the chat: on a page, with a key, or on the telephone with whoever gives them something. Their conversation goes on from
 * there; what comes of itself keeps none open (I20).
 */
const keepsOpen: ReadonlySet<OutsideEvent['type']> = new Set(['challenge.answered', 'page.claimed', 'page.done', 'grant.given']);

/** Whether there is anything that silence ends: a dialog, or what was claimed at the front door. */
const isUnderWay = ({ conversation: { stack } }: Turn): boolean => stack.frames.length > 1 || claimOf(stack) !== null;

/** Drops dialogs that cannot go on: better an apology than a person held up for ever. */
function giveUp(turn: Turn): void {
  turn.conversation = { ...turn.conversation, stack: { ...turn.conversation.stack, frames: [] }, owed: [] };
  turn.say('runner.restarted');
}
