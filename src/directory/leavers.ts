import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import { keepReturner, eraseLeaver, leaverStanding, suspendLeaver } from '../methods/leaver.ts';
import { joined } from '../methods/join-commits.ts';
import type { Clock } from '../ports.ts';
import type { Policy } from '../config/policy.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Store } from '../store/port.ts';
import { directoryWith } from './directory-with.ts';
import type { AccountId, AccountState, Directory } from './port.ts';

export interface LeaverNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'organisation' | 'leavers'>;
  readonly wake: Wake;
}

const dayMs = 24 * 3_600_000;

/** What the directory says of an account that has methods. */
export type Found = 'enabled' | 'disabled' | 'gone';
export const foundIn = (state: AccountState | null): Found => (state === null ? 'gone' : state.enabled ? 'enabled' : 'disabled');

/**
 * What is due for an account's methods, by what the directory says of it now (I9): `suspend` at once, `erase` after the policy's days, `keep` where
 * it is enabled again; null: nothing.
 */
export async function leaverStep(needs: LeaverNeeds, accountId: AccountId, found: Found): Promise<'suspend' | 'erase' | 'keep' | null> {
  const standing = await leaverStanding(needs, accountId);
  if (found === 'enabled') return standing.is === 'suspended' ? 'keep' : null;
  if (standing.is === 'to-suspend') return 'suspend';
  return standing.is === 'suspended' && standing.since <= needs.clock.now() - needs.policy.leavers.eraseAfterDays * dayMs ? 'erase' : null;
}

/** Ends the dialogs of an account that is disabled or gone, and suspends its methods, in one commit. Done again, it changes nothing. */
export async function endLeaver(needs: LeaverNeeds, accountId: AccountId, reason: 'disabled' | 'gone'): Promise<void> {
  const { store, clock, seals, policy, wake } = needs;
  const now = clock.now();
  const stacks = policy.organisation.tenants.map((tenant) => keys.stack(tenant, accountId));
  const [key = '', ...alsoRead] = stacks;
  const { rows } = await store.open({ key, owner: null, alsoRead, now });
  const talking = stacks.filter((stack) => (rows.get(stack) ?? null) !== null);
  const ends = (stack: string): Commit => inboxParts(stack, `left-${now}`, { ends: 'runner.account-changed' }, now);
  if (await suspendLeaver({ store, clock, keys: seals }, accountId, reason, joined(talking.map(ends)))) talking.forEach(wake);
}

/** Does what `leaverStep` said. */
export async function takeLeaverStep(
  needs: LeaverNeeds,
  accountId: AccountId,
  step: 'suspend' | 'erase' | 'keep',
  found: Found,
): Promise<void> {
  const ports = { store: needs.store, clock: needs.clock, keys: needs.seals };
  if (step === 'keep') await keepReturner(ports, accountId);
  else if (step === 'erase') await eraseLeaver(ports, accountId, needs.clock.now() - needs.policy.leavers.eraseAfterDays * dayMs);
  else if (found !== 'enabled') await endLeaver(needs, accountId, found);
}

/**
 * A directory at which nobody is read disabled without that being noted (I9). Who is gone is left to the daily look, which can tell one leaver from a
 * directory that has lost sight of everybody.
 * @param onFault hears what went wrong in noting; the account was read all the same
 */
export function noticingLeavers(
  directory: Directory,
  noted: (id: AccountId) => Promise<void>,
  onFault: (fault: unknown) => void,
): Directory {
  const looked = async (state: AccountState | null): Promise<AccountState | null> => {
    if (state?.enabled === false) await noted(state.id).catch(onFault);
    return state;
  };
  return directoryWith(directory, {
    find: async (id) => looked(await directory.find(id)),
    findByUserId: async (userId) => looked(await directory.findByUserId(userId)),
  });
}
