import type { CaseAct } from '../case-act.ts';
import { messageOf } from '../write-message.ts';

/** The case is done; its requester hears it, with a note where there is one, and can say that it still does not work. */
export const resolve: CaseAct = {
  id: 'resolve',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed }) => (claimed === null ? null : { inputs: [{ id: 'note', form: 'text', isRequired: false }] }),
  async run(work) {
    const event = { type: 'resolve', by: work.agent.id } as const;
    if ((work.typed['note'] ?? '').trim() === '') return work.change(() => ({ ok: true, event }));
    const message = messageOf(work, 'answer');
    if (!message.ok) return message;
    return work.change(() => ({ ok: true, event, message: message.message }));
  },
};
