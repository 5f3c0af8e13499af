import type { NamedDay } from '../../dialogs/next-step.ts';
import { weekdays, type Language, type Policy } from '../config/policy.ts';
import { dateAfter, daysBetween, instantOf, wallTimeOf } from './wall-clock.ts';

/**
 * When the helpdesk is there: its opening hours, in the organisation's zone, but for holidays. Pure. Instants and spans are milliseconds.
 */
export type Hours = Pick<Policy, 'organisation' | 'desk'>;

/** Nobody looks further ahead than this; a desk that is closed for longer "opens" then. */
const mostDays = 366;

/** A stretch of time in which the helpdesk is there, `to` excluded. */
interface Opening {
  readonly from: number;
  readonly to: number;
}

/** The openings of one date, in order. */
function openingsOn({ desk, organisation: { zone } }: Hours, date: string): readonly Opening[] {
  const holiday = desk.holidays.find((each) => each.date === date);
  // 1970-01-01 was a Thursday, the fourth of the list.
  const weekday = weekdays[(daysBetween('1970-01-01', date) + 3) % weekdays.length] ?? 'monday';
  return (holiday?.hours ?? desk.hours[weekday])
    .map(({ from, to }) => ({ from: instantOf(zone, date, from), to: instantOf(zone, date, to) }))
    .filter(({ from, to }) => from < to);
}

/** Every opening that ends after `at`, in order, as far as anybody looks ahead. */
function* openingsFrom(hours: Hours, at: number): Generator<Opening> {
  const { date } = wallTimeOf(hours.organisation.zone, at);
  for (let days = 0; days <= mostDays; days += 1) {
    for (const opening of openingsOn(hours, dateAfter(date, days))) if (opening.to > at) yield opening;
  }
}

/** Whether the helpdesk is there. */
export function isOpen(hours: Hours, at: number): boolean {
  const [next] = openingsFrom(hours, at);
  return next !== undefined && next.from <= at;
}

/** When the helpdesk is there next: `at` itself while it is open. */
export function opensAt(hours: Hours, at: number): number {
  const [next] = openingsFrom(hours, at);
  return next === undefined ? at + mostDays * 86_400_000 : Math.max(next.from, at);
}

/** The instant at which the helpdesk was there for `ms` since `from`: what is due by working time stands still outside opening hours. */
export function workingTimeFrom(hours: Hours, from: number, ms: number): number {
  let left = ms;
  for (const opening of openingsFrom(hours, from)) {
    const begins = Math.max(opening.from, from);
    if (opening.to - begins >= left) return begins + left;
    left -= opening.to - begins;
  }
  return from + mostDays * 86_400_000;
}

/** When the helpdesk opens for the first time on a date; null where it does not. */
export function firstOpening(hours: Hours, date: string): number | null {
  return openingsOn(hours, date)[0]?.from ?? null;
}

/** The day of `at` as one says it at `now`, by the zone's calendar; a time that has passed is today's or a date's. */
export function namedDay({ organisation: { zone } }: Pick<Policy, 'organisation'>, at: number, now: number): NamedDay {
  const days = daysBetween(wallTimeOf(zone, now).date, wallTimeOf(zone, at).date);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  return days > 1 && days < 7 ? 'weekday' : 'date';
}

/** The name of the holiday that a time falls on, in a language; null on other days, and where it has none. */
export function holidayName({ organisation: { zone }, desk }: Hours, at: number, language: Language): string | null {
  const { date } = wallTimeOf(zone, at);
  return desk.holidays.find((each) => each.date === date)?.name?.[language] ?? null;
}
