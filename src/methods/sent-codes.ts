import { z } from 'zod';

/** From one send to the next that may be asked for, seconds; the last ever again (I7). */
const resendSeconds = [30, 60, 120];

/** How long sends stay in one row of waits, in ms: longer than any code lives (R2). */
const keptMs = 15 * 60_000;

const time = z.int().nonnegative();

export const sentCodesSchema = z.strictObject({
  /** Method or draft, purpose and conversation: a code for one is nothing in another (R7). */
  of: z.string(),
  /** The challenge that holds now; the ones before it are superseded (R3). */
  challenge: z.string(),
  mark: z.string(),
  /** How many were sent in a row. */
  count: z.int().positive(),
  lastAt: time,
  keepUntil: time,
  /** Keyed hashes of the codes that may still be typed, the newest last; each is bound to its own challenge. */
  hashes: z.array(z.strictObject({ challenge: z.string(), mac: z.string(), expiresAt: time })),
  /** A right but superseded code was typed once, which is free (I7). */
  olderTyped: z.boolean(),
});

/** Codes sent to one place for one purpose in one conversation. */
export type SentCodes = Readonly<z.infer<typeof sentCodesSchema>>;

/** A code as it is remembered: its keyed hash and its end. */
export interface HashedCode {
  readonly challenge: string;
  readonly mark: string;
  readonly mac: string;
  readonly expiresAt: number;
}

/** From when the next may be asked for, epoch ms. */
export function resendAt(sent: SentCodes): number {
  const seconds = resendSeconds[Math.min(sent.count, resendSeconds.length) - 1] ?? 0;
  return sent.lastAt + seconds * 1000;
}

/** Adds a new code, which supersedes those before it. */
export function withCode(all: readonly SentCodes[], of: string, code: HashedCode, now: number): readonly SentCodes[] {
  const before = all.find((each) => each.of === of);
  const { challenge, mark, mac, expiresAt } = code;
  const sent: SentCodes = {
    of,
    challenge,
    mark,
    count: (before?.count ?? 0) + 1,
    lastAt: now,
    keepUntil: Math.max(now + keptMs, expiresAt),
    hashes: [...(before?.hashes ?? []).filter((hash) => hash.expiresAt > now), { challenge, mac, expiresAt }],
    olderTyped: false,
  };
  return [...all.filter((each) => each.of !== of), sent];
}

/** Ends a row of codes: one was accepted, or the account's owner may start anew. */
export const withoutCodes = (all: readonly SentCodes[], of: string): readonly SentCodes[] => all.filter((each) => each.of !== of);
