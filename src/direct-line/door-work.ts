import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { z } from 'zod';
import type { Clock, Json } from '../ports.ts';
import { count } from '../security/counter.ts';
import type { Keys } from '../security/keys.ts';
import type { Store } from '../store/port.ts';

/** How long a challenge can be answered, ms. */
const livesMs = 10 * 60_000;

/** What a browser looks for: a hash that begins so. Three hexadecimal digits are some four thousand tries, a blink; five a million. */
const prefixes = ['000', '0000', '00000'] as const;

/** From how many requests a minute on the work gets harder. */
const pressures = [600, 2400] as const;
const minuteMs = 60_000;

const payloadShape = z.object({
  challenge: z.object({
    parameters: z.looseObject({
      algorithm: z.literal('SHA-256'),
      nonce: z.string().max(128),
      salt: z.string().max(128),
      cost: z.literal(1),
      keyLength: z.literal(32),
      keyPrefix: z.string().max(16),
      expiresAt: z.number(),
    }),
    signature: z.string().max(256),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string().max(128) }),
});

/**
 * Work that a browser does before anything is done for it (ALTCHA): cheap for one, dear for thousands, harder under pressure. A challenge is signed by our
 * keys, expires, and is good for one thing.
 */
export class DoorWork {
  readonly #needs: { readonly store: Store; readonly seals: Keys; readonly clock: Clock };
  /** When work was asked for lately. */
  #asked: number[] = [];

  constructor(needs: { readonly store: Store; readonly seals: Keys; readonly clock: Clock }) {
    this.#needs = needs;
  }

  /** A challenge, as hard as the times ask for. */
  async ask(): Promise<Json> {
    const now = this.#needs.clock.now();
    this.#asked = [...this.#asked.filter((at) => at > now - minuteMs).slice(-pressures[1]), now];
    const challenge = await createChallenge({
      algorithm: 'SHA-256',
      cost: 1,
      deriveKey,
      keyPrefix: prefixes[pressures.filter((most) => this.#asked.length > most).length] ?? '00000',
      expiresAt: new Date(now + livesMs),
      hmacSignatureSecret: this.#secret(this.#needs.seals.names[0] ?? ''),
    });
    return JSON.parse(JSON.stringify(challenge)) as Json;
  }

  /**
   * Whether work was done, and for this thing alone.
   * @param done base64 of the challenge and its solution, as JSON
   * @param thing what it is good for: the same again passes again, so that a client may repeat what did not arrive
   */
  async isDone(done: string | undefined, thing: string): Promise<boolean> {
    const read = payloadShape.safeParse(parsed(done ?? ''));
    if (!read.success) return false;
    const { challenge, solution } = read.data;
    const { seals, clock } = this.#needs;
    const now = clock.now();
    if (challenge.parameters.expiresAt * 1000 <= now) return false;
    for (const name of seals.names) {
      const verified = await verifySolution({
        challenge,
        solution,
        deriveKey,
        hmacSignatureSecret: this.#secret(name),
      });
      if (!verified.verified) continue;
      const asked = { what: 'door-work', whom: challenge.signature, id: thing, most: 1, ms: livesMs };
      return (await count(this.#needs, asked, now)) === null;
    }
    return false;
  }

  #secret(name: string): string {
    return this.#needs.seals.derived('door-work', '', name).bytes.toString('base64url');
  }
}

function parsed(text: string): unknown {
  if (text.length > 4096) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
