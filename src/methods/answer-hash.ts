import { hashRaw } from '@node-rs/argon2';
import { LatchkeyError } from '../errors.ts';

/** OWASP's parameters for Argon2id (R44), as passwords have them: 19 MiB, two passes, one lane. Changed, they end every answer that is kept. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** How many answers are hashed at once: their memory is all that pages can take, however many are sent. */
const atOnce = 2;
/** How many sets of answers may wait for their turn; more are turned away, to try again. */
const mostWaiting = 200;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Hashes a normalised answer by Argon2id, beside the event loop, and never more than two at once in this process.
 * @param salt 16 random bytes of its own
 * @returns 32 bytes
 * @throws LatchkeyError `latchkey_methods_busy` (unavailable) when too many wait already
 */
export async function hashAnswer(normal: string, salt: Buffer): Promise<Buffer> {
  if (running < atOnce) running += 1;
  else {
    if (waiting.length >= mostWaiting)
      throw new LatchkeyError('latchkey_methods_busy', 'unavailable', 'too many answers wait to be hashed');
    // Whoever is done hands its place on.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await hashRaw(normal, { ...cost, salt });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
