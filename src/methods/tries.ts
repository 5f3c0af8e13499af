import { z } from 'zod';

/** Wrong answers in a row that make one failed verification (I6). */
const triesPerVerification = 3;

/** Wrong answers in a row after which an authenticator is disabled until it is registered anew (I6; R1, NIST SP 800-63B-4 3.2.2). */
export const mostWrongInARow = 100;

/** How often a right code that is over may be typed before it counts as a try (I7). */
const freeReuses = 2;

export const triesSchema = z.strictObject({
  /** Wrong answers since the last right one. Every third is a failed verification, so the count of those needs no field of its own. */
  wrong: z.int().nonnegative(),
  /** Nothing is weighed before this, epoch ms; 0 for never waited. */
  waitUntil: z.int().nonnegative(),
  /** Right app codes typed again since the last right one. */
  reused: z.int().nonnegative(),
});

/** What one authenticator remembers of answers: it belongs to the authenticator, so that a new code brings no new tries (I6, R2). */
export type Tries = Readonly<z.infer<typeof triesSchema>>;

export const noTries: Tries = { wrong: 0, waitUntil: 0, reused: 0 };

/** Tries left before the next failed verification, 1 to 3. */
export const triesLeft = (tries: Tries): number => triesPerVerification - (tries.wrong % triesPerVerification);

/** Until when the authenticator waits, epoch ms; null when it does not. */
export const waitsUntil = (tries: Tries, now: number): number | null => (tries.waitUntil > now ? tries.waitUntil : null);

export const isUsedUp = (tries: Tries): boolean => tries.wrong >= mostWrongInARow;

export interface Missed {
  readonly tries: Tries;
  /** This answer completed a failed verification. */
  readonly failed: boolean;
}

/**
 * Counts one wrong answer. Each failed verification waits longer than the one before, the last wait ever again.
 * @param waitMinutes the policy's waits, at least one
 */
export function missed(tries: Tries, waitMinutes: readonly number[], now: number): Missed {
  const wrong = tries.wrong + 1;
  if (wrong % triesPerVerification !== 0) return { tries: { ...tries, wrong }, failed: false };
  const wait = waitMinutes[Math.min(wrong / triesPerVerification, waitMinutes.length) - 1] ?? 60;
  return { tries: { ...tries, wrong, waitUntil: now + wait * 60_000 }, failed: true };
}

/** Counts a right app code that was used before: free twice, then a wrong answer like any other (I7). */
export function reused(tries: Tries, waitMinutes: readonly number[], now: number): Missed {
  const again = { ...tries, reused: tries.reused + 1 };
  return again.reused <= freeReuses ? { tries: again, failed: false } : missed(again, waitMinutes, now);
}
