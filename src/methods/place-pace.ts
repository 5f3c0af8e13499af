import { z } from 'zod';
import { keys } from '../store/keys.ts';
import { update } from '../store/update.ts';
import { parseDocument } from './parse-document.ts';
import { placeHash } from './place-hash.ts';
import type { MethodPorts } from './ports.ts';

const windowMs = 10 * 60_000;

const placePaceSchema = z.strictObject({ sends: z.array(z.strictObject({ id: z.string(), at: z.int().nonnegative() })) });

/**
 * Counts one send to a number or address, whichever accounts and purposes it serves (I6). It lives in the partition of the place's own
 * hash, so that it cannot be one commit with the account's: it is counted first. Whatever ends between the two, a send may be counted that
 * never was, and none is made that was not counted.
 * @param id the sending: counted once, however often it is asked
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
    const sends = all.filter(({ at }) => at > now - windowMs).sort((a, b) => a.at - b.at);
    if (sends.some((each) => each.id === id)) return { commit: null, result: null };
    const freeing = sends[sends.length - ports.policy.limits.sendsPerNumberIn10Minutes];
    if (freeing !== undefined) return { commit: null, result: freeing.at + windowMs };
    return {
      commit: { put: { [key]: { sends: [...sends, { id, at: now }] } }, until: { [key]: now + windowMs } },
      result: null,
    };
  });
}
