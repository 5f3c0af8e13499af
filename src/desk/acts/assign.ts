import { LatchkeyError } from '../../errors.ts';
import { hasRight } from '../agents.ts';
import type { CaseAct } from '../case-act.ts';

/** Gives a case to another agent, by their user ID; whether they are one is read from the directory then. */
export const assign: CaseAct = {
  id: 'assign',
  right: 'answer',
  takesProof: false,
  claimantOnly: false,
  offered: ({ state }) =>
    state === 'resolved' || state === 'withdrawn' || state === 'expired'
      ? null
      : { isSecondary: true, inputs: [{ id: 'agent', form: 'line', isRequired: true }] },
  async run({ needs, typed, change, record }) {
    const { directory, policy } = needs;
    const to = await directory.findByUserId((typed['agent'] ?? '').trim()).catch((fault: unknown) => {
      if (fault instanceof LatchkeyError) return 'unavailable' as const;
      throw fault;
    });
    if (to === 'unavailable') return { ok: false, reason: 'unavailable' };
    if (to === null || !hasRight(policy, to, 'answer')) return { ok: false, reason: 'no-such-agent' };
    // Never a case of one's own account, whoever gave it (I14).
    if (to.id === record.account) return { ok: false, reason: 'their-account' };
    return change(() => ({ ok: true, event: { type: 'assign', to: to.id }, person: { id: to.id, name: to.name } }));
  },
};
