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

interface CounterPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
}

/** How something was counted: whether it was let through, how many more will be, and from when there is room again once none will, epoch ms. */
export interface Counted {
  readonly ok: boolean;
  readonly left: number;
  readonly until: number;
}

/**
 * Counts something, exactly also under parallel counts (I6).
 * @returns null when it was let through; else until when it is not, epoch ms
 */
export async function count(ports: CounterPorts, counting: Counting, now: number): Promise<number | null> {
  const { ok, until } = await countDown(ports, counting, now);
  return ok ? null : until;
}

/** The same, for whoever says how many are left. */
export function countDown(ports: CounterPorts, { what, whom, id, most, ms }: Counting, now: number): Promise<Counted> {
  const key = counterKey(ports.seals, what, whom);
  return update<Counted>(ports.store, ports.clock, key, (row) => {
    const all = row === null ? [] : (counterShape.safeParse(row.value).data?.hits ?? []);
    const hits = all.filter(({ at }) => at > now - ms).sort((one, other) => one.at - other.at);
    const known = hits.findIndex((hit) => hit.id === id);
    const place = known < 0 ? hits.length : known;
    const freeing = hits[Math.max(0, hits.length - most)]?.at ?? now;
    const counted = { ok: place < most, left: Math.max(0, most - place - 1), until: freeing + ms };
    if (known >= 0 || !counted.ok) return { commit: null, result: counted };
    return { commit: { put: { [key]: { hits: [...hits, { id, at: now }] } }, until: { [key]: now + ms } }, result: counted };
  });
}

function counterKey(seals: Keys, what: string, whom: string): Key {
  const { key, bytes } = seals.derived(`counter-${what}`, whom.toLowerCase());
  return keys.counter(what, `${key}.${bytes.subarray(0, 16).toString('base64url')}`);
}
