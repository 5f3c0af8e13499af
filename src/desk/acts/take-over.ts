import type { CaseAct } from '../case-act.ts';

/** Takes a case over from a colleague who cannot go on with it. What was given for it ends. */
export const takeOver: CaseAct = {
  id: 'take-over',
  right: 'answer',
  takesProof: false,
  claimantOnly: false,
  offered: ({ claimed }) => (claimed === null ? null : { isSecondary: true }),
  run: async ({ agent, change }) => change(() => ({ ok: true, event: { type: 'assign', to: agent.id } })),
};
