import { z } from 'zod';
import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import { isQueued } from './case-clock.ts';
import type { CaseRecord } from './case-record.ts';
import { firstOpening, type Hours } from './hours.ts';
import { plainCard } from './plain-card.ts';
import { dateAfter, instantOf, wallTimeOf } from './wall-clock.ts';

/** How many of those that wait longest are named. */
const mostNamed = 5;

const time = z.int().nonnegative();
const count = z.int().nonnegative();

export const digestShape = z.strictObject({
  open: count,
  unclaimed: count,
  overdue: count,
  waiting: count,
  resolved: count,
  /** From when on resolved cases are counted: the morning of the working day before. */
  since: time,
  /** Those in the queue that have waited longest. */
  longest: z.array(z.strictObject({ number: z.string(), since: time })).readonly(),
});

/** How the desk's cases stand as it opens. Numbers of cases and times, and nothing of anybody. */
export type Digest = Readonly<z.infer<typeof digestShape>>;

/** A desk that never closes has its digest at six. */
const earliestMinutes = 6 * 60;

/** When the digest of a date comes: as the desk opens for the first time; null where it does not. */
function digestOn(hours: Hours, date: string): number | null {
  const opens = firstOpening(hours, date);
  return opens === null ? null : Math.max(opens, instantOf(hours.organisation.zone, date, earliestMinutes));
}

/** When the next digest comes after a time. A desk that stays closed for a year has one then. */
export function nextDigest(hours: Hours, after: number): number {
  const { date } = wallTimeOf(hours.organisation.zone, after);
  for (let days = 0; days <= 366; days += 1) {
    const at = digestOn(hours, dateAfter(date, days));
    if (at !== null && at > after) return at;
  }
  return after + 366 * 86_400_000;
}

/** The beginning of the last working day before the one of a time; a week before where there was none. */
export function workingDayBefore(hours: Hours, now: number): number {
  const { zone } = hours.organisation;
  const { date } = wallTimeOf(zone, now);
  for (let days = -1; days > -7; days -= 1) {
    const before = dateAfter(date, days);
    if (firstOpening(hours, before) !== null) return instantOf(zone, before, 0);
  }
  return instantOf(zone, dateAfter(date, -7), 0);
}

/** Counts the cases of a digest. */
export function digestOf(open: readonly CaseRecord[], resolved: number, since: number, now: number): Digest {
  const queued = open.filter(({ state }) => isQueued(state));
  return {
    open: open.length,
    unclaimed: queued.length,
    overdue: queued.filter(({ deadline }) => deadline !== null && deadline < now).length,
    waiting: open.filter(({ state }) => state === 'waiting').length,
    resolved,
    since,
    longest: queued
      .map((record) => ({ number: record.number, since: record.queued?.since ?? record.openedAt }))
      .sort((one, other) => one.since - other.since)
      .slice(0, mostNamed),
  };
}

/** Whether there is something to say in the morning. */
export const isWorthSaying = ({ open, resolved }: Digest): boolean => open + resolved > 0;

/** The digest as the desk reads it. */
export function digestCard(sentences: Sentences, { contacts }: Pick<Policy, 'contacts'>, digest: Digest): Json {
  const { language } = contacts.desk;
  const { longest, ...counts } = digest;
  const say = (key: string, params: Parameters<Sentences['say']>[2] = counts): string =>
    sentences.say(language, `desk-digest.${key}`, params);
  return plainCard(language, [
    say('title'),
    ...(digest.open > 0 ? [say('counts')] : []),
    ...longest.map((one) => say('longest', one)),
    say('resolved'),
    ...(digest.open > 0 ? [say('look')] : []),
  ]);
}
