import { methodKinds } from '../../../dialogs/methods.ts';
import { grantKinds } from '../../../dialogs/views.ts';
import { hasRight } from '../agents.ts';
import { hasPowers, openGrant } from '../caller-of-case.ts';
import type { CaseAct } from '../case-act.ts';
import { accountNow, give } from '../give.ts';
import { rightFor } from './give.ts';

/** One agent gives an account one thing in 24 hours. For a second, of whatever kind, a colleague looks at the proof and approves (I16). */
export const askColleague: CaseAct = {
  id: 'ask-colleague',
  right: 'verify',
  takesProof: true,
  claimantOnly: true,
  offered(record, now) {
    if (!hasPowers(record, now) || openGrant(record, now) !== null || record.approval !== undefined) return null;
    const kinds = new Set(record.methods.map(({ kind }) => kind));
    const pass = record.caller?.passes === true ? ['temporary-pass'] : [];
    const choices = ['password', 'unlock', ...pass, ...[...kinds].map((kind) => `remove-${kind}`)];
    return { isSecondary: true, inputs: [{ id: 'what', form: { choices }, isRequired: true }] };
  },
  async run({ needs, agent, typed, now, change }) {
    const wanted = typed['what'] ?? '';
    const method = methodKinds.find((kind) => wanted === `remove-${kind}`) ?? null;
    const what = method === null ? grantKinds.find((kind) => kind === wanted && kind !== 'remove-method') : 'remove-method';
    if (what === undefined) return { ok: false, reason: 'no-method' };
    if (!hasRight(needs.policy, agent, rightFor[what])) return { ok: false, reason: 'no-right' };
    return change((record) =>
      hasPowers(record, now)
        ? { ok: true, event: null, reason: 'I16', change: { approval: { what, method, by: agent.id, name: agent.name, at: now } } }
        : { ok: false, reason: 'call-over' },
    );
  },
};

/** The colleague's act: another agent, with the right and a proof of their own. */
export const approve: CaseAct = {
  id: 'approve',
  right: 'approve',
  takesProof: true,
  claimantOnly: false,
  offered: (record, now) => (record.approval !== undefined && hasPowers(record, now) ? { style: 'positive' } : null),
  async run(work) {
    const { needs, agent, record, proof } = work;
    const { approval } = record;
    if (approval === undefined || proof === null) return { ok: false, reason: 'call-over' };
    if (approval.by === agent.id || record.claimed?.by === agent.id) return { ok: false, reason: 'own-approval' };
    const { what, method, by, name } = approval;
    // Who asked is still an agent with the right at this moment.
    const asker = await accountNow(needs, by);
    if (asker === 'unavailable') return { ok: false, reason: 'unavailable' };
    if (asker === null || !hasRight(needs.policy, asker, rightFor[what])) return { ok: false, reason: 'asker-may-not' };
    return give(work, { what, method, by: { by, name }, approved: { by: agent.id, name: agent.name, proof } });
  },
};
