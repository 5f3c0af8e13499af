import { keys, partitionOf } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';

/** The due entries of calls, and of those who vouch, `what` segment. */
export const callsDue = 'call';

type Due = NonNullable<Commit['due']>[number];

/** The card of a case is to show what became of its call, or of those who vouch, at a time (epoch ms). */
export const callDue = (
  { id, account }: { readonly id: string; readonly account: string },
  why: 'asked' | 'powers' | 'used' | 'vouched',
  at: number,
): Due => ({
  id: keys.due(partitionOf(account), callsDue, `${id}-${why}`),
  at,
  data: { case: id, account },
});
