import type { CaseAct } from '../case-act.ts';

/** Puts a case back into the queue. */
export const release: CaseAct = {
  id: 'release',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed }) => (claimed === null ? null : { isSecondary: true }),
  run: async ({ agent, change }) => change(() => ({ ok: true, event: { type: 'release', by: agent.id } })),
};
