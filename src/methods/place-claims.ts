import { z } from 'zod';
import { watched } from '../desk/watched.ts';
import { keys, partitionOfKey } from '../store/keys.ts';
import type { Key, Row } from '../store/port.ts';
import { update } from '../store/update.ts';
import { parseDocument } from './parse-document.ts';
import { placeHashes } from './place-hash.ts';
import type { MethodPorts } from './ports.ts';

const claimsSchema = z.strictObject({ accounts: z.array(z.string()) });

type ClaimPorts = Pick<MethodPorts, 'store' | 'clock' | 'keys'>;

const accountsOf = (row: Row | null): readonly string[] =>
  row === null ? [] : parseDocument('claims of a place', claimsSchema, row.value).accounts;

/** With so many others on a number, one more is told to the helpdesk (R35). */
const sharedBy = 2;

const sharedAlarm = (key: Key, account: string, count: number, at: number) =>
  watched(partitionOfKey(key), { event: 'number-shared', id: `${key.slice(key.lastIndexOf('/') + 1)}-${account}`, account, at, count });

/**
 * Claims a number for an account, at most `most` accounts for one number. The claims of a number live in the partition of its hash, so
 * they cannot be one commit with the account's methods: a number is claimed before it is stored and given back after it was removed.
 * Whatever ends in between, a number may be held that nobody uses, by the account that asked for it, and never serves too many.
 * @returns whether this account holds it now; claiming again changes nothing
 */
export async function claimPlace(ports: ClaimPorts, place: string, accountId: string, most: number): Promise<boolean> {
  const [first, ...older] = placeHashes(ports.keys, place);
  // Claims from before a rotation of keys count, and are not moved: they are read where they stand.
  const before = new Set<string>();
  for (const hash of older) {
    const key = keys.placeClaims(hash);
    const opened = await ports.store.open({ key, owner: null, now: ports.clock.now() });
    for (const account of accountsOf(opened.rows.get(key) ?? null)) before.add(account);
  }
  if (before.has(accountId)) return true;
  const key = keys.placeClaims(first ?? '');
  return update(ports.store, ports.clock, key, (row) => {
    const accounts = accountsOf(row);
    if (accounts.includes(accountId)) return { commit: null, result: true };
    const others = new Set([...accounts, ...before]).size;
    const told = others < sharedBy ? {} : { due: [sharedAlarm(key, accountId, others + 1, ports.clock.now())] };
    if (others >= most) return { commit: told, result: false };
    return { commit: { put: { [key]: { accounts: [...accounts, accountId] } }, ...told }, result: true };
  });
}

/** Gives a claim back, by the hashes it may stand under; one that is not there changes nothing. */
export async function releaseClaim(
  ports: Pick<MethodPorts, 'store' | 'clock'>,
  hashes: readonly string[],
  accountId: string,
): Promise<void> {
  for (const hash of hashes) {
    const key = keys.placeClaims(hash);
    await update(ports.store, ports.clock, key, (row) => {
      const accounts = accountsOf(row);
      if (!accounts.includes(accountId)) return { commit: null, result: null };
      const left = accounts.filter((each) => each !== accountId);
      return { commit: left.length === 0 ? { remove: [key] } : { put: { [key]: { accounts: left } } }, result: null };
    });
  }
}
