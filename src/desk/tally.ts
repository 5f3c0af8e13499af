import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';

const hourMs = 3_600_000;
const dayHours = 24;

/** So many times the usual hour is not usual (R35). */
const unusualTimes = 5;
/** The usual hour is taken for this at least: a quiet company is not alarmed by three. */
const quietHour = 2;
/** And for this, as long as no week is known that would tell. */
const unknownHour = 10;
const daysKept = 14;
const daysToKnow = 7;
/** A due entry that is handed out twice comes twice within a minute. */
const idsKept = 200;

const time = z.int().nonnegative();
const tallySchema = z.strictObject({
  /** Since when it is counted, epoch ms. */
  since: time,
  /** Hours since 1970 in which there was something, and how often, oldest first. */
  hours: z.array(z.strictObject({ hour: time, count: time })).readonly(),
  /** What was counted last: the same thing counts once. */
  ids: z.array(z.string()).readonly(),
});

/** How often something happened in each hour of the last two weeks. */
export type Tally = Readonly<z.infer<typeof tallySchema>>;

/** Reads the document as it counts at `now`. @throws LatchkeyError `latchkey_desk_unreadable` */
export function readTally(value: Json | null, now: number): Tally {
  if (value === null) return { since: now, hours: [], ids: [] };
  const read = tallySchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'a stored tally has another shape', read.error);
  const oldest = hourOf(now) - daysKept * dayHours;
  return { ...read.data, hours: read.data.hours.filter(({ hour }) => hour >= oldest) };
}

/** One more at `at`; the same tally where it was counted before. */
export function counted(tally: Tally, id: string, at: number): Tally {
  if (tally.ids.includes(id)) return tally;
  const hour = hourOf(at);
  const others = tally.hours.filter((each) => each.hour !== hour);
  const hours = [...others, { hour, count: countIn(tally, hour) + 1 }].sort((one, other) => one.hour - other.hour);
  return { since: Math.min(tally.since, at), hours, ids: [...tally.ids, id].slice(-idsKept) };
}

/**
 * Whether the hour of `at` has more than five times what is usual then: the median of that hour over two weeks, or what it had a week
 * ago, whichever is more, so that a Monday morning is measured by a Monday morning.
 * @returns null when it has not
 */
export function unusual(tally: Tally, at: number): { readonly count: number; readonly usual: number; readonly since: number } | null {
  const hour = hourOf(at);
  const days = Math.min(daysKept, Math.floor((hour - hourOf(tally.since)) / dayHours));
  const before = Array.from({ length: days }, (_, day) => countIn(tally, hour - (day + 1) * dayHours));
  const known = Math.max(median(before), countIn(tally, hour - 7 * dayHours));
  const usual = Math.max(known, days < daysToKnow ? unknownHour : quietHour);
  const count = countIn(tally, hour);
  return count > unusualTimes * usual ? { count, usual: known, since: hour * hourMs } : null;
}

const hourOf = (at: number): number => Math.floor(at / hourMs);

const countIn = ({ hours }: Tally, hour: number): number => hours.find((each) => each.hour === hour)?.count ?? 0;

function median(counts: readonly number[]): number {
  const sorted = counts.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
