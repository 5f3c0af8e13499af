/** What clocks on the wall of a time zone show. */
export interface WallTime {
  /** `2026-12-24`. */
  readonly date: string;
  /** Minutes since midnight, 0 to 1439. */
  readonly minutes: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds by which a zone is ahead of UTC at an instant. */
function offsetAt(zone: string, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en', { timeZone: zone, hourCycle: 'h23', ...parts });
    formats.set(zone, format);
  }
  const shown: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** What a zone's clocks show at an instant (epoch ms). */
export function wallTimeOf(zone: string, at: number): WallTime {
  const shifted = at + offsetAt(zone, at);
  return { date: new Date(shifted).toISOString().slice(0, 10), minutes: Math.floor((((shifted % dayMs) + dayMs) % dayMs) / minuteMs) };
}

/**
 * The instant (epoch ms) at which a zone's clocks show so many minutes after a date's midnight; 1440 is the next midnight. A time that comes
 * twice, when clocks go back, is the first of the two; one that is skipped when they go forward is as much later as was skipped
 * (`compatible`, as in ECMAScript's Temporal).
 */
export function instantOf(zone: string, date: string, minutes: number): number {
  const asIfUtc = Date.parse(`${date}T00:00:00Z`) + minutes * minuteMs;
  const before = asIfUtc - offsetAt(zone, asIfUtc - dayMs);
  const after = asIfUtc - offsetAt(zone, asIfUtc + dayMs);
  const shows = (at: number): boolean => at + offsetAt(zone, at) === asIfUtc;
  const [first] = [before, after].filter(shows).sort((one, other) => one - other);
  return first ?? before;
}

/** The date so many days later. */
export const dateAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** How many days lie between two dates; 1 for tomorrow. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
