import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import type { InboxValue } from '../conversation/inbox.ts';

/** The due entries of calls, `what` segment. */
export const callsDue = 'call';

type Due = NonNullable<Commit['due']>[number];

/** The card of a case is to show what became of its call, at a time (epoch ms). */
export const callDue = (
  { id, account }: { readonly id: string; readonly account: string },
  why: 'asked' | 'powers' | 'used',
  at: number,
): Due => ({
  id: keys.due(partitionOf(account), callsDue, `${id}-${why}`),
  at,
  data: { case: id, account },
});

/** Word for a conversation whose rows belong to another partition than what it tells of. `id`: the same again does nothing. */
export const wordDue = (account: string, to: Key, id: string, value: InboxValue, at: number): Due => ({
  id: keys.due(partitionOf(account), callsDue, `word-${id}`),
  at,
  data: { to, id, value: JSON.stringify(value) },
});
