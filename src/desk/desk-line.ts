import { z } from 'zod';
import { backOffMs } from '../delivery/back-off.ts';
import type { Clock, Json, Random } from '../ports.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import type { NotPosted } from './desk-post.ts';

export interface DeskLineNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** Names this process to the others. */
  readonly owner: string;
  /** Posts the card of a case; null: it is there, or not needed any more. */
  readonly post: (caseKey: Key) => Promise<NotPosted | null>;
  /** The card of a case may be there, though nobody knows. */
  readonly doubt: (caseKey: Key) => Promise<void>;
}

/** What stands in the line's row: whose card is being posted, from before the call until its end is known. */
const lineShape = z.strictObject({ posting: z.string().nullable() });
const posting = (key: Key | null): Json => ({ posting: key });

/** A post waits five seconds for its place and five for its answer; with them a turn at the line ends before its lease. */
const longestMs = 15_000;
const leaseMs = 30_000;
/** After so many failures of the first in line the one behind it is tried: a card that Teams will never take holds nobody else up. */
const patience = 5;

/**
 * The line of cases whose card is not in the helpdesk's conversation yet: one process at a time posts them, the most urgent and oldest first, so
 * that after an outage they come in order and within the channel's limits. What fails holds the line for a while: of a hundred cards that wait
 * one is tried.
 */
export class DeskLine {
  readonly #needs: DeskLineNeeds;
  #running: Promise<NotPosted | null> | null = null;
  /** Failures in a row of whoever is first. */
  #failures = 0;
  #heldUntil = 0;

  constructor(needs: DeskLineNeeds) {
    this.#needs = needs;
  }

  /** Posts whatever waits, in order. @returns what kept it from coming to the end; null where it did. Never throws but for the store's faults. */
  drain(): Promise<NotPosted | null> {
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #drain(): Promise<NotPosted | null> {
    const { store, clock, owner, doubt } = this.#needs;
    const now = clock.now();
    if (now < this.#heldUntil) return later(this.#heldUntil - now);
    const { leased, rows } = await store.open({ key: keys.deskLine, owner, leaseMs, now });
    if (!leased) return later(1_000);
    const release = { key: keys.deskLine, owner };
    const left = lineShape.safeParse(rows.get(keys.deskLine)?.value).data?.posting ?? null;
    try {
      // Whoever had the line ended in the middle of a post.
      if (left !== null) await doubt(left);
      const failed = await this.#postAll(now + longestMs);
      await store.commit({ put: { [keys.deskLine]: posting(null) }, release });
      return failed;
    } catch (fault) {
      // How the last post ended is not written down: whoever comes next doubts it.
      await store.commit({ release });
      throw fault;
    }
  }

  async #postAll(ends: number): Promise<NotPosted | null> {
    const { store, clock, post, doubt } = this.#needs;
    const passedOver = new Set<Key>();
    let failed: NotPosted | null = null;
    while (clock.now() < ends) {
      const { entries } = await store.scan(indexes.undelivered, null, passedOver.size + 1);
      const next = entries.find(({ member }) => !passedOver.has(member));
      if (next === undefined) return failed;
      await store.commit({ put: { [keys.deskLine]: posting(next.member) } });
      const missed = await post(next.member);
      if (missed?.reason === 'doubtful') await doubt(next.member);
      if (missed === null) {
        if (passedOver.size === 0) this.#failures = 0;
        continue;
      }
      failed = missed;
      if (passedOver.size === 0) this.#failures += 1;
      if (passedOver.size > 0 || this.#failures <= patience) return this.#hold(missed);
      passedOver.add(next.member);
    }
    return later(0);
  }

  /** Nobody is tried for a while. */
  #hold(missed: NotPosted): NotPosted {
    const { clock, random } = this.#needs;
    const waitMs = backOffMs(this.#failures, random, missed.retryAfterMs, true);
    this.#heldUntil = clock.now() + waitMs;
    return { ...missed, retryAfterMs: waitMs };
  }
}

const later = (retryAfterMs: number): NotPosted => ({ ok: false, reason: 'unavailable', retryAfterMs });
