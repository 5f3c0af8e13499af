import type { Random } from '../ports.ts';

/** The first wait, in ms; each further one is twice as long. */
const firstMs = 5_000;
const longestMs = 30 * 60_000;
/** No provider makes us wait longer than this. */
const longestRetryAfterMs = 60 * 60_000;

/** What must not wait long for the other side to be back, once it is: the card of a case. */
const urgent = { firstMs: 1_000, longestMs: 60_000 } as const;
const usual = { firstMs, longestMs } as const;

/** How often something owed is tried before it is given up: with the usual waits about eight hours. */
export const mostTries = 24;

/**
 * How long to wait after the `tries`th failed try, in ms: doubling, with a quarter of jitter either way, so that what failed together does
 * not come back together; never shorter than the provider's own Retry-After.
 * @param isUrgent from one second to a minute, in place of five seconds to half an hour
 */
export function backOffMs(tries: number, random: Random, retryAfterMs = 0, isUrgent = false): number {
  const waits = isUrgent ? urgent : usual;
  const plain = Math.min(waits.longestMs, waits.firstMs * 2 ** Math.max(0, tries - 1));
  const jitter = 0.75 + random.bytes(2).readUInt16BE() / 65_536 / 2;
  return Math.max(Math.round(plain * jitter), Math.min(retryAfterMs, longestRetryAfterMs));
}
