import type { CaseAct } from '../case-act.ts';
import { messageOf, writing } from '../write-message.ts';

/** Tells the requester something that takes no reply. */
export const answer: CaseAct = {
  id: 'answer',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed, stack }) =>
    claimed === null || stack === null ? null : { inputs: writing(['working-on-it', 'call-us', 'come-by']) },
  async run(work) {
    const message = messageOf(work, 'answer');
    if (!message.ok) return message;
    return work.change(() => ({ ok: true, event: { type: 'answer', by: work.agent.id }, message: message.message }));
  },
};
