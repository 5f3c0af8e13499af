import { newsOf } from '../../dialogs/case-status.ts';
import { lastTried } from '../../dialogs/dialog.ts';
import type { NoticeParams, OutsideEvent } from '../../dialogs/effects.ts';
import type { Json } from '../ports.ts';
import { keys, partitionOfKey } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';

/** What happened elsewhere: an event for the dialog that waits for it, a notice said above the present prompt, or the end of every dialog, with a notice. */
export type InboxValue =
  | { readonly event: OutsideEvent }
  | { readonly notice: string; readonly params: Readonly<Record<string, string | number>> }
  | { readonly ends: string };

/** The due entry by which a turn that left something behind is resumed. */
export const resumeDue = (stack: Key): Key => keys.due(partitionOfKey(stack), 'resume', rest(stack));

/**
 * The due entry of one inbox entry, cleared when that entry is taken. Each has its own: a turn that ends while something new arrives must not
 * clear what makes somebody look at it.
 */
export const inboxDue = (stack: Key, id: string): Key => keys.due(partitionOfKey(stack), 'resume', `${rest(stack)}/${id}`);

const rest = (stack: Key): string => stack.slice(stack.indexOf('/') + 1);

/**
 * The commit parts that bring `value` to a stack: its inbox entry and the due entry that makes the bot speak first. They belong in the commit of what
 * happened, so that neither is there without the other; call `wake(stack)` after it.
 * @param id the same id again does nothing
 */
export function inboxParts(stack: Key, id: string, value: InboxValue, now: number): Required<Pick<Commit, 'append' | 'due'>> {
  return {
    append: [{ to: stack, id, value }],
    due: [{ id: inboxDue(stack, id), at: now, data: { stack } }],
  };
}

/** Reads an inbox entry's value; null for one that is not of ours. The event's fields are checked by the machine that takes it. */
export function readInboxValue(value: Json): InboxValue | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entry = value as { event?: Json; notice?: Json; params?: Json; ends?: Json };
  if (typeof entry.ends === 'string') return { ends: entry.ends };
  if (typeof entry.notice === 'string')
    return { notice: entry.notice, params: (entry.params ?? {}) as Readonly<Record<string, string | number>> };
  if (typeof entry.event === 'object' && entry.event !== null && 'type' in entry.event)
    return { event: entry.event as unknown as OutsideEvent };
  return null;
}

/** What is said of an event that no dialog waits for: a password that was set, or may have been, is never passed over in silence (I19), nor is the helpdesk. */
export function unheard(event: OutsideEvent): { readonly notice: string; readonly params?: NoticeParams } | null {
  if (event.type === 'page.done' && (event.outcome.page === 'new-password' || event.outcome.page === 'change-password'))
    return { notice: 'runner.late-password-set' };
  if (event.type === 'page.done' && event.outcome.page === 'temporary-pass') return { notice: 'runner.late-temporary-pass' };
  if (event.type === 'account.locked') return { notice: 'runner.locked-again', params: lastTried(event.lastWrong) };
  if (event.type === 'account.happened') return { notice: 'runner.happened' };
  if (event.type === 'grant.given') return { notice: 'runner.grant-given' };
  if (event.type === 'agent.asked') return { notice: 'runner.agent-asked' };
  if (event.type === 'account.frozen') return { notice: 'runner.frozen' };
  if (event.type === 'account.asked') return { notice: 'runner.asked', params: { name: event.name } };
  if (event.type === 'start-code.ready') return { notice: 'runner.start-code-ready' };
  if (event.type === 'case.told') return { notice: 'case-status.told', params: newsOf(event) };
  if (event.type !== 'page.doubtful') return null;
  return { notice: event.of === 'temporary-pass' ? 'runner.late-temporary-pass-doubtful' : 'runner.late-password-doubtful' };
}
