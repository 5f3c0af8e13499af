import { z } from 'zod';
import type { Policy } from '../config/policy.ts';

/** Most codes are typed within a minute; one that was not after two counts as unused, and may still be used. */
const soonMs = 2 * 60_000;

const time = z.int().nonnegative();

export const watchedSchema = z.strictObject({
  country: z.string(),
  /** The codes sent lately, the newest last; by their challenges' ids. */
  codes: z.array(z.strictObject({ id: z.string(), at: time, used: z.boolean() })),
  /** Until when no code goes there, epoch ms; 0 for never stopped. */
  stoppedUntil: time,
});

/** What is known of the codes sent to one country. */
export type Watched = Readonly<z.infer<typeof watchedSchema>>;

type Breaker = Policy['telephony']['breaker'];

export const unwatched = (country: string): Watched => ({ country, codes: [], stoppedUntil: 0 });

/**
 * Whether too few of the last codes were used: somebody sends them to earn on them, or nobody gets them (R34). One that went out just now
 * is not judged, unless as many went out after it.
 */
export function isWasted({ codes }: Watched, { codes: most, usedPercent }: Breaker, now: number): boolean {
  const judged = codes.filter(({ used, at }, index) => used || at <= now - soonMs || index < codes.length - most).slice(-most);
  return judged.length >= most && judged.filter(({ used }) => used).length * 100 < most * usedPercent;
}

/** The country stopped; it begins anew after. */
export const stopped = (watched: Watched, { minutes }: Breaker, now: number): Watched => ({
  ...watched,
  codes: [],
  stoppedUntil: now + minutes * 60_000,
});

/** With one more code. Twice as many are kept as are judged: what is younger than they are does not push them out unseen. */
export const withCode = (watched: Watched, id: string, { codes: most }: Breaker, now: number): Watched => ({
  ...watched,
  codes: [...watched.codes, { id, at: now, used: false }].slice(-2 * most),
});

/** A code that was used. */
export const withUsed = (watched: Watched, id: string): Watched => ({
  ...watched,
  codes: watched.codes.map((code) => (code.id === id ? { ...code, used: true } : code)),
});

/** Without a code that was not sent, or perhaps not: it says nothing of those who get them. */
export const withoutCode = (watched: Watched, id: string): Watched => ({
  ...watched,
  codes: watched.codes.filter((code) => code.id !== id),
});
