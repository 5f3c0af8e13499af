import type { ActAtWork, ActInput } from './case-act.ts';
import type { CaseMessage } from './case-record.ts';
import { relay } from './relay.ts';

/** The inputs of an act by which an agent writes: a reply that stands ready, or words of their own, or both. */
export const writing = (quick: readonly string[]): readonly ActInput[] => [
  { id: 'quick', form: { choices: quick }, isRequired: false },
  { id: 'note', form: 'text', isRequired: false },
];

/** Whether an agent wrote something, and the message that becomes of it, by the relay filter. What stands ready is in the requester's language. */
export function messageOf(
  { typed, record, needs, agent, now }: Pick<ActAtWork, 'typed' | 'record' | 'needs' | 'agent' | 'now'>,
  kind: CaseMessage['kind'],
): { readonly ok: true; readonly message: CaseMessage } | { readonly ok: false; readonly reason: string } {
  const { language } = record;
  const quick = `quick-reply.${typed['quick'] ?? ''}`;
  const ready = needs.sentences.has(language, quick) ? needs.sentences.say(language, quick) : '';
  const note = typed['note'] ?? '';
  const relayed = note.trim() === '' && ready !== '' ? ({ ok: true, text: '' } as const) : relay(note);
  if (!relayed.ok) return relayed;
  const text = [ready, relayed.text].filter((part) => part !== '').join('\n');
  return { ok: true, message: { at: now, kind, name: agent.name, text } };
}
