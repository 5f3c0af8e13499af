import { z } from 'zod';
import type { CaseState } from '../../dialogs/case.ts';
import type { CaseRecord } from './case-record.ts';
import { minutesFrom } from './deadlines.ts';
import { isNotMe } from './is-not-me.ts';
import { isOpen, opensAt, type Hours } from './hours.ts';

/**
 * What time does to a case. One due entry per case wakes it at its next moment; what is done then is decided on the case as it is, so that a
 * case that was taken up, or has ended, pages nobody. Pure.
 */

const minute = 60_000;
const day = 24 * 60 * minute;
const time = z.int().nonnegative();

/**
 * How a case that nobody took up is brought up again, each once for its stay in the queue. `again`: its card, anew, in the helpdesk's own
 * conversation. `second-route`: a word in the other conversation. `mail`: to the administrators once more. `on-call`: what cannot wait, to who is
 * on call outside opening hours.
 */
const chases = ['on-call', 'again', 'second-route', 'mail'] as const;
export type Chase = (typeof chases)[number];

/** What a case keeps for its clock. */
export const clockFields = {
  /** Its stay in the queue; null while it is not there. */
  queued: z
    .strictObject({
      since: time,
      /** When its card was there; null until the post was acknowledged. */
      shownAt: time.nullable(),
      chased: z.array(z.enum(chases)).readonly(),
    })
    .nullable()
    .default(null),
  /** Whether its requester was asked, a day after it was resolved, to register. */
  followedUp: z.boolean().default(false),
};

export const isQueued = (state: CaseState): boolean => state === 'new' || state === 'delivered' || state === 'reopened';

/** When a case is brought up again by each way; those that are done or not for it are left out. */
function chaseTimes(hours: Hours, { state, queued, priority }: CaseRecord): ReadonlyMap<Chase, number> {
  const times = new Map<Chase, number>();
  if (queued === null || !isQueued(state)) return times;
  const { unclaimed, undeliveredMinutes } = hours.desk;
  const after = (minutes: number, from = queued.since): number => minutesFrom(hours, priority, from, minutes);
  // What Teams does not take goes the other ways at once, by the clock: a machine that is down has no opening hours.
  const undelivered = queued.shownAt === null ? queued.since + undeliveredMinutes * minute : Infinity;
  const secondRoute = Math.min(after(unclaimed.secondRouteMinutes), undelivered);
  if (priority === 'highest') times.set('on-call', isOpen(hours, queued.since) ? secondRoute : queued.since);
  if (queued.shownAt !== null) times.set('again', after(unclaimed.againMinutes, queued.shownAt));
  times.set('second-route', secondRoute);
  times.set('mail', Math.min(after(unclaimed.mailMinutes), undelivered));
  for (const done of queued.chased) times.delete(done);
  return times;
}

/** The ways that are due at a time, in order. */
export const dueChases = (hours: Hours, record: CaseRecord, now: number): readonly Chase[] => {
  const times = chaseTimes(hours, record);
  return chases.filter((each) => (times.get(each) ?? Infinity) <= now);
};

/** Whether a conversation is somebody's own chat in Teams; at the front door nobody is there any more the day after. */
const isOwnChat = (stack: string | null): boolean => stack?.split('/')[3] === 'personal';

/** When its requester is asked to register: a day after it was resolved, in opening hours; null: not, or not any more. */
function followUpAt(hours: Hours, { state, since, followedUp, stack }: CaseRecord): number | null {
  return state === 'resolved' && !followedUp && isOwnChat(stack) ? opensAt(hours, since + day) : null;
}

export const isFollowUpDue = (hours: Hours, record: CaseRecord, now: number): boolean => (followUpAt(hours, record) ?? Infinity) <= now;

/** When a case has waited for its requester for too long; null: it does not wait, or for as long as it takes. */
const expiresAt = (record: CaseRecord): number | null => (record.state === 'waiting' && !isNotMe(record) ? record.deadline : null);

export const isExpired = (record: CaseRecord, now: number): boolean => (expiresAt(record) ?? Infinity) <= now;

/** When time next does something to a case, epoch ms; null: never, as it is. */
export function nextMoment(hours: Hours, record: CaseRecord): number | null {
  if (record.state === 'waiting') return expiresAt(record);
  const next = Math.min(...chaseTimes(hours, record).values(), followUpAt(hours, record) ?? Infinity);
  return next === Infinity ? null : next;
}
