import { z } from 'zod';
import { keys } from '../store/keys.ts';
import { update } from '../store/update.ts';
import { parseDocument } from './parse-document.ts';
import { placeHash } from './place-hash.ts';
import type { MethodPorts } from './ports.ts';

const windowMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;

const placePaceSchema = z.strictObject({ sends: z.array(z.strictObject({ id: z.string(), at: z.int().nonnegative() })) });

/**
 * Counts one send to a number or address, whichever accounts and purposes it serves (I6). It lives in the partition of the place's own
 * hash, so that it cannot be one commit with the account's: it is counted first. Whatever ends between the two, a send may be counted that
 * never was, and none is made that was not counted.
 * @param id the sending: counted once, however often it is asked; `giveBackPlaceSend` takes it back
 * @returns null when it may be sent; else until when not, epoch ms
 */
export function countPlaceSend(
  ports: Pick<MethodPorts, 'store' | 'clock' | 'keys' | 'policy'>,
  place: string,
  id: string,
  now: number,
): Promise<number | null> {
  const key = keys.placePace(placeHash(ports.keys, place));
  return update(ports.store, ports.clock, key, (row) => {
    const all = row === null ? [] : parseDocument('pace of a place', placePaceSchema, row.value).sends;
    const sends = all.filter(({ at }) => at > now - dayMs).sort((a, b) => a.at - b.at);
    if (sends.some((each) => each.id === id)) return { commit: null, result: null };
    const { sendsPerNumberIn10Minutes, sendsPerNumberPerDay } = ports.policy.limits;
    const full = [fullUntil(sends, sendsPerNumberIn10Minutes, windowMs, now), fullUntil(sends, sendsPerNumberPerDay, dayMs, now)];
    const until = Math.max(...full.map((each) => each ?? 0));
    if (until > 0) return { commit: null, result: until };
    return {
      commit: { put: { [key]: { sends: [...sends, { id, at: now }] } }, until: { [key]: now + dayMs } },
      result: null,
    };
  });
}

/** Takes a counted send back that was not made, for no fault of its account or number. */
export function giveBackPlaceSend(ports: Pick<MethodPorts, 'store' | 'clock' | 'keys'>, place: string, id: string): Promise<void> {
  const key = keys.placePace(placeHash(ports.keys, place));
  return update(ports.store, ports.clock, key, (row) => {
    const all = row === null ? [] : parseDocument('pace of a place', placePaceSchema, row.value).sends;
    const sends = all.filter((each) => each.id !== id);
    if (sends.length === all.length) return { commit: null, result: undefined };
    if (sends.length === 0) return { commit: { remove: [key] }, result: undefined };
    return { commit: { put: { [key]: { sends } }, until: { [key]: Math.max(...sends.map(({ at }) => at)) + dayMs } }, result: undefined };
  });
}

/** Until when no more may go, epoch ms; null while fewer than `most` went within `ms`. `sends` in the order they went. */
function fullUntil(sends: readonly { readonly at: number }[], most: number, ms: number, now: number): number | null {
  const lately = sends.filter(({ at }) => at > now - ms);
  const freeing = lately[lately.length - most];
  return freeing === undefined ? null : freeing.at + ms;
}
