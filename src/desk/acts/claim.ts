import type { CaseAct } from '../case-act.ts';

/** Takes a case from the queue. Of two agents at once one has it, and the other's card says who. */
export const claim: CaseAct = {
  id: 'claim',
  right: 'answer',
  takesProof: false,
  claimantOnly: false,
  offered: ({ state }) => (state === 'new' || state === 'delivered' || state === 'reopened' ? { style: 'positive' } : null),
  run: async ({ agent, change }) => change(() => ({ ok: true, event: { type: 'claim', by: agent.id } })),
};
