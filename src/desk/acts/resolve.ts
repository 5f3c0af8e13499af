import type { CaseAct } from '../case-act.ts';

/** The case is done; its requester hears it, and can say that it still does not work. */
export const resolve: CaseAct = {
  id: 'resolve',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed }) => (claimed === null ? null : {}),
  run: async ({ agent, change }) => change(() => ({ ok: true, event: { type: 'resolve', by: agent.id } })),
};
