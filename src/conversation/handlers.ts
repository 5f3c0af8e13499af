import type { EffectTable } from '../../dialogs/effects.ts';
import { keys, partitionOfKey } from '../store/keys.ts';
import type { DueEntry, Store } from '../store/port.ts';
import { inboxParts } from './inbox.ts';
import type { Act, Handler, Wake } from './port.ts';

/** A reminder's due entry, `what` segment. */
export const remindDue = 'remind';

/** `remind`: a due entry that comes back as the event `reminded`. Its id is the effect's, so that a second run sets the same one. */
export function remindHandler(store: Store): Handler<'remind'> {
  return {
    async run({ name, at }: EffectTable['remind']['params'], act: Act): Promise<null> {
      const id = keys.due(partitionOfKey(act.stack), remindDue, act.id);
      await store.commit({ due: [{ id, at, data: { stack: act.stack, name, effect: act.id } }] });
      return null;
    },
  };
}

/** Turns a reminder that is due into an inbox entry of its stack, in one commit, and wakes it. */
export async function deliverReminder(entry: DueEntry, store: Store, wake: Wake, now: number): Promise<void> {
  const { stack, name, effect } = entry.data as { stack: string; name: string; effect: string };
  const parts = inboxParts(stack, `remind-${effect}`, { event: { type: 'reminded', name } }, now);
  await store.commit({ append: parts.append, due: [...parts.due, { id: entry.id, at: null }] });
  wake(stack);
}
