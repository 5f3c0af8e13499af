import { stepCase, type CaseEvent, type CaseTold } from '../../dialogs/case.ts';
import { isQueued } from './case-clock.ts';
import { withCopy } from './case-copies.ts';
import { withoutPowers } from './case-powers.ts';
import type { CaseMessage, CaseRecord } from './case-record.ts';
import { replyBy, takeUpBy } from './deadlines.ts';
import type { Hours } from './hours.ts';

/** A case after an event, and what is owed for it. */
export interface Advanced {
  readonly record: CaseRecord;
  /** What its requester hears, in order. */
  readonly tells: readonly CaseTold[];
  /** Whether something was written with it; left out, nothing was. */
  readonly hasWords?: boolean;
  /** Whether the helpdesk gets its card anew instead of the present one changed. */
  readonly posts: boolean;
}

export interface StepFacts {
  readonly policy: Hours;
  readonly now: number;
  /** Who does it, or for `assign` who gets it; null for the requester and the clock. */
  readonly agent: { readonly id: string; readonly name: string } | null;
  /** What was written with it; it has passed the relay filter. */
  readonly message?: CaseMessage | undefined;
}

/** The longest talk a case keeps; the oldest goes first. */
const mostMessages = 100;

/** The talk with one message more. */
export const withMessage = (thread: CaseRecord['thread'], message: CaseMessage): CaseRecord['thread'] =>
  [...thread, message].slice(-mostMessages);

/** What an event makes of a case; null where it no longer fits, which changes nothing. Pure. */
export function advance(record: CaseRecord, event: CaseEvent, { policy, now, agent, message }: StepFacts): Advanced | null {
  const stepped = stepCase({ state: record.state, claimant: record.claimed?.by ?? null }, event);
  if (stepped === null) return null;
  const { at, effects } = stepped;
  const kept = effects.some(({ type }) => type === 'endPowers') ? withoutPowers(record) : record;
  const posts = effects.some(({ type }) => type === 'post');
  const mark = agent === null ? null : { at: now, by: agent.id, name: agent.name };
  return {
    record: {
      ...kept,
      state: at.state,
      since: at.state === record.state ? record.since : now,
      // The card is drawn from the case when it is posted: an acknowledged post shows nothing older.
      revision: event.type === 'delivered' ? record.revision : record.revision + 1,
      claimed: at.claimant === null ? null : at.claimant === record.claimed?.by ? record.claimed : mark,
      resolved: at.state === 'resolved' ? mark : null,
      deadline: deadlineOf(record, at.state, policy, now),
      ...(posts ? cardLeft(record) : {}),
      queued: stayOf(record, at.state, event, now),
      thread: message === undefined ? record.thread : withMessage(record.thread, message),
    },
    tells: effects.flatMap((effect) => (effect.type === 'tell' ? [effect.params.what] : [])),
    posts,
    hasWords: message !== undefined,
  };
}

/** In the queue: by when it is to be taken up, from when it came there. Waiting for its requester: when it expires. Else there is none. */
function deadlineOf(record: CaseRecord, state: CaseRecord['state'], policy: Hours, now: number): number | null {
  if (isQueued(state)) return isQueued(record.state) ? record.deadline : takeUpBy(policy, record.priority, now);
  return state === 'waiting' ? replyBy(policy, now) : null;
}

/** The case without its present card, which is a copy from now on. */
const cardLeft = (record: CaseRecord): Pick<CaseRecord, 'activity' | 'copies'> => ({
  activity: null,
  copies: withCopy(record, record.activity),
});

/** The stay in the queue, which begins anew whenever a case comes back to it. */
function stayOf(record: CaseRecord, state: CaseRecord['state'], event: CaseEvent, now: number): CaseRecord['queued'] {
  if (!isQueued(state)) return null;
  if (isQueued(record.state)) return record.queued;
  return { since: now, shownAt: event.type === 'reopen' || record.activity === null ? null : now, chased: [] };
}
