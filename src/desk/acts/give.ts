import { methodKinds } from '../../../dialogs/methods.ts';
import type { GrantKind } from '../../../dialogs/views.ts';
import type { AgentRight } from '../agents.ts';
import { hasPowers, openGrant } from '../caller-of-case.ts';
import type { ActInput, ActOffer, CaseAct } from '../case-act.ts';
import type { CaseRecord } from '../case-record.ts';
import { give } from '../give.ts';

/** The right each thing takes. */
export const rightFor: Readonly<Record<GrantKind, AgentRight>> = {
  password: 'password',
  unlock: 'password',
  'temporary-pass': 'temporary-pass',
  'remove-method': 'remove-method',
};

/** Which kind was lost: the agent never sees more of a method than that. */
const lost = ({ methods }: CaseRecord): ActInput => ({
  id: 'method',
  form: { choices: [...new Set(methods.map(({ kind }) => kind))] },
  isRequired: true,
});

const giving = (what: GrantKind, more: Pick<ActOffer, 'style' | 'isSecondary'> = {}): CaseAct => ({
  id: `give-${what}`,
  right: rightFor[what],
  takesProof: true,
  claimantOnly: true,
  offered(record, now) {
    if (!hasPowers(record, now) || openGrant(record, now) !== null || record.approval !== undefined) return null;
    if (what === 'temporary-pass' && record.caller?.passes !== true) return null;
    if (what !== 'remove-method') return more;
    return record.methods.length === 0 ? null : { isSecondary: true, inputs: [lost(record)] };
  },
  async run(work) {
    const { agent, typed } = work;
    const method = what === 'remove-method' ? (methodKinds.find((kind) => kind === typed['method']) ?? null) : null;
    if (what === 'remove-method' && method === null) return { ok: false, reason: 'no-method' };
    return give(work, { what, method, by: { by: agent.id, name: agent.name }, approved: null });
  },
});

/** What a verified caller can be given (I16), an act each. */
export const gives: readonly CaseAct[] = [
  giving('password', { style: 'positive' }),
  giving('unlock'),
  giving('temporary-pass', { isSecondary: true }),
  giving('remove-method'),
];
