import { z } from 'zod';
import type { AccountId, AccountState } from '../port.ts';
import type { Graph } from './graph.ts';

const purpose = z.object({ value: z.string() });

const kinds: Readonly<Record<string, AccountState['kind']>> = { shared: 'shared', room: 'room', equipment: 'room', others: 'service' };

/**
 * What an account is by its mailbox: a person's, shared, a room's (I9). Exchange may keep it to itself, as it does with mailboxes on premises
 * and where the permission was not granted: then it is a person's.
 */
export async function kindByMailbox(graph: Graph, id: AccountId): Promise<AccountState['kind']> {
  const found = await graph.hint(`/users/${id}/mailboxSettings/userPurpose`, {}, 'MailboxSettings.Read', purpose);
  return kinds[found?.value ?? ''] ?? 'person';
}
