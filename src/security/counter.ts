import { z } from 'zod';
import type { Clock } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import type { Keys } from './keys.ts';

const counterShape = z.object({ hits: z.array(z.object({ id: z.string(), at: z.number() })) });

/** What is counted, for whom, and how much of it is let through: `most` within `ms`. */
export interface Counting {
  /** Names what is counted: `door-claims`. */
  readonly what: string;
  /** Whom it is counted for: a network address, a number. Kept as a keyed hash. */
  readonly whom: string;
  /** Counted once, however often it is asked. */
  readonly id: string;
  readonly most: number;
  readonly ms: number;
}

/**
 * Counts something, exactly also under parallel counts (I6).
 * @returns null when it was let through; else until when it is not, epoch ms
 */
export function count(
  ports: { readonly store: Store; readonly clock: Clock; readonly seals: Keys },
  { what, whom, id, most, ms }: Counting,
  now: number,
): Promise<number | null> {
  const key = counterKey(ports.seals, what, whom);
  return update(ports.store, ports.clock, key, (row) => {
    const all = row === null ? [] : (counterShape.safeParse(row.value).data?.hits ?? []);
    const hits = all.filter(({ at }) => at > now - ms).sort((one, other) => one.at - other.at);
    if (hits.some((hit) => hit.id === id)) return { commit: null, result: null };
    const freeing = hits[hits.length - most];
    if (freeing !== undefined) return { commit: null, result: freeing.at + ms };
    return { commit: { put: { [key]: { hits: [...hits, { id, at: now }] } }, until: { [key]: now + ms } }, result: null };
  });
}

function counterKey(seals: Keys, what: string, whom: string): Key {
  const { key, bytes } = seals.derived(`counter-${what}`, whom.toLowerCase());
  return keys.counter(what, `${key}.${bytes.subarray(0, 16).toString('base64url')}`);
}
