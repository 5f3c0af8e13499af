import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { z } from 'zod';
import type { Clock, Json } from '../ports.ts';
import { count } from '../security/counter.ts';
import type { Keys } from '../security/keys.ts';
import type { Store } from '../store/port.ts';
import { DoorPressure } from './door-pressure.ts';

/** How long a challenge can be answered, ms. */
const livesMs = 10 * 60_000;

/** What a browser looks for: a hash that begins so. Three hexadecimal digits are some four thousand tries, a blink; five a million. */
const prefixes = ['000', '0000', '00000'] as const;

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
 * keys, expires, and is good for one thing. One that was asked for within a conversation is easier where a flood stands before the door, and good in that
 * conversation alone.
 */
export class DoorWork {
  readonly #needs: { readonly store: Store; readonly seals: Keys; readonly clock: Clock };
  readonly #pressure: DoorPressure;

  constructor(needs: { readonly store: Store; readonly seals: Keys; readonly clock: Clock }) {
    this.#needs = needs;
    this.#pressure = new DoorPressure(needs.clock);
  }

  /** A challenge, as hard as the times ask for. @param conversation the one that is held; null: none is yet */
  async ask(address: string, conversation: string | null): Promise<Json> {
    const challenge = await createChallenge({
      algorithm: 'SHA-256',
      cost: 1,
      deriveKey,
      keyPrefix: prefixes[this.#pressure.asked(address, conversation)],
      expiresAt: new Date(this.#needs.clock.now() + livesMs),
      hmacSignatureSecret: this.#secret(this.#needs.seals.names[0] ?? '', conversation),
    });
    return JSON.parse(JSON.stringify(challenge)) as Json;
  }

  /**
   * Whether work was done; nothing is read or kept for it.
   * @param done base64 of the challenge and its solution, as JSON
   * @param conversation in which it is to count; null: to begin one
   * @returns its name, to be spent under; null where it was not done
   */
  async doneAs(done: string | undefined, conversation: string | null): Promise<string | null> {
    const read = payloadShape.safeParse(parsed(done ?? ''));
    if (!read.success) return null;
    const { challenge, solution } = read.data;
    const { seals, clock } = this.#needs;
    if (challenge.parameters.expiresAt * 1000 <= clock.now()) return null;
    // What was asked for before the conversation began may be spent in it.
    const holders = conversation === null ? [null] : [conversation, null];
    for (const secret of seals.names.flatMap((name) => holders.map((holder) => this.#secret(name, holder)))) {
      const { verified } = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: secret });
      if (verified) return challenge.signature;
    }
    return null;
  }

  /**
   * Spends it, in the store: it is good for one thing, on whichever instance.
   * @param thing what it is good for: the same again passes again, so that a client may repeat what did not arrive
   */
  async spend(done: string, thing: string): Promise<boolean> {
    const asked = { what: 'door-work', whom: done, id: thing, most: 1, ms: livesMs };
    return (await count(this.#needs, asked, this.#needs.clock.now())) === null;
  }

  #secret(name: string, conversation: string | null): string {
    return this.#needs.seals.derived('door-work', conversation ?? '', name).bytes.toString('base64url');
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
