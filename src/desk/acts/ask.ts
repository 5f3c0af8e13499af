import type { CaseAct } from '../case-act.ts';
import { messageOf, writing } from '../write-message.ts';

/** Asks the requester something, in the conversation that opened the case; it waits for the reply. */
export const ask: CaseAct = {
  id: 'ask',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed, stack }) =>
    claimed === null || stack === null ? null : { inputs: writing(['error-text', 'which-device', 'when-reachable']) },
  async run(work) {
    const message = messageOf(work, 'question');
    if (!message.ok) return message;
    return work.change(() => ({ ok: true, event: { type: 'ask', by: work.agent.id }, message: message.message }));
  },
};
