import type { Clock } from '../ports.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { keys, partitionOfKey } from '../store/keys.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { inboxParts, type InboxValue } from './inbox.ts';
import type { Wake } from './port.ts';

/** What the due loop calls a word on its way from one partition to another. */
export const wordDue = 'word';

/**
 * The commit parts that bring `value` to a stack from a commit of any partition: its inbox entry where the two are the same, else a due entry that
 * brings it there. They belong in the commit of what happened.
 * @param from a key of the commit they belong to
 * @param id the same id again does nothing
 */
export function wordParts(from: Key, stack: Key, id: string, value: InboxValue, now: number): Required<Pick<Commit, 'append' | 'due'>> {
  const partition = partitionOfKey(from);
  if (partitionOfKey(stack) === partition) return inboxParts(stack, id, value, now);
  return { append: [], due: [{ id: keys.due(partition, wordDue, id), at: now, data: { stack, id, value } }] };
}

/** Handles the due entry of a word: it is brought, which may be done again, and then cleared. */
export const bringWord =
  (store: Store, clock: Clock, wake: Wake): DueHandler =>
  async (entry) => {
    const { stack, id, value } = entry.data as unknown as { stack: Key; id: string; value: InboxValue };
    await store.commit(inboxParts(stack, id, value, clock.now()));
    await store.commit({ due: [{ id: entry.id, at: null }] });
    wake(stack);
  };
