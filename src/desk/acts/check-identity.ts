import { gatesSuffice } from '../../../dialogs/methods.ts';
import type { AccountState } from '../../directory/port.ts';
import { LatchkeyError } from '../../errors.ts';
import { newId } from '../../security/ids.ts';
import { bringing, type Ask } from '../asks.ts';
import { callDue } from '../call-due.ts';
import type { ActAtWork, CaseAct } from '../case-act.ts';
import type { CaseRecord } from '../case-record.ts';
import { joined } from '../../methods/join-commits.ts';
import { checksMs, isUnderWay, type StartCode, type Voucher } from '../start-code-record.ts';
import { mayVouch } from '../vouching.ts';

/**
 * Identity checked another way (I12), for who cannot prove it to the helpdesk: the agent and one other person are asked in their own chats. It gives
 * nothing yet: each passes a gate of their own there before their word counts, so the card takes no standing proof.
 */
export const checkIdentity: CaseAct = {
  id: 'check-identity',
  right: 'start-code',
  takesProof: false,
  claimantOnly: true,
  offered: (record, now) =>
    record.claimed === null || isUnderWay(record.startCode, now)
      ? null
      : {
          isSecondary: true,
          inputs: [
            { id: 'second', form: { choices: ['manager', 'other'] }, isRequired: true },
            { id: 'who', form: 'line', isRequired: false },
            ...(couldCall(record) ? [{ id: 'lost', form: { choices: ['yes'] }, isRequired: true } as const] : []),
          ],
        },
  async run(work) {
    const found = await people(work).catch((fault: unknown) => {
      if (fault instanceof LatchkeyError) return 'unavailable' as const;
      throw fault;
    });
    if (typeof found === 'string') return { ok: false, reason: found };
    const { employee, second, as } = found;
    const { agent, now, needs, record: seen } = work;
    const startCode: StartCode = {
      id: newId(needs.random),
      at: now,
      until: now + checksMs,
      agent: { id: agent.id, name: agent.name, as: 'agent', ask: newId(needs.random) },
      second: { id: second.id, name: second.name, as, ask: newId(needs.random) },
      lost: work.typed['lost'] === 'yes',
      checks: [],
      code: null,
      reported: null,
    };
    return work.change((record) => {
      if (!mayVouch(needs.policy, { as: 'agent', state: agent }, record, employee)) return { ok: false, reason: 'not-yours' };
      return {
        ok: true,
        event: null,
        change: { startCode },
        reason: `${as}${startCode.lost ? ' lost' : ''}`,
        also: joined([
          ...[startCode.agent, startCode.second].map(({ id, ask }) => asking(seen, employee, { to: id, ask }, startCode.until, now)),
          { due: [callDue(record, 'vouched', startCode.until)] },
        ]),
      };
    });
  },
};

/**
 * Whether the kinds the account had when the case was opened would do for a caller: then the agent says that all are lost. What was touched since something
 * that was not the person is none of them (I17).
 */
const couldCall = ({ methods, freeze }: Pick<CaseRecord, 'methods' | 'freeze'>): boolean =>
  gatesSuffice(
    methods.filter(({ since }) => freeze === undefined || since < freeze.since).map(({ kind }) => kind),
    'caller',
    { needed: 2, oneDevice: 'allow' },
  );

type Refused =
  | 'unavailable'
  | 'no-account'
  | 'frozen-account'
  | 'extra-protection'
  | 'nothing-to-give'
  | 'can-be-called'
  | 'no-manager'
  | 'no-such-voucher'
  | 'voucher-cannot-prove';

/** Whom it is about and who vouches beside the agent, read live; or why not. */
async function people({
  needs,
  record,
  agent,
  typed,
}: ActAtWork): Promise<Refused | { readonly employee: AccountState; readonly second: AccountState; readonly as: Voucher }> {
  const { vouching, directory, policy } = needs;
  const employee = await vouching.account(record.account);
  const refusal = await vouching.refusal(employee, record);
  if (refusal !== null || employee === null) return refusal ?? 'no-account';
  if (typed['lost'] !== 'yes' && (await vouching.canPass(employee.id, 'caller'))) return 'can-be-called';

  const isManager = typed['second'] === 'manager';
  const second = isManager
    ? employee.managerId === null
      ? null
      : await vouching.account(employee.managerId)
    : await directory.findByUserId((typed['who'] ?? '').trim());
  const ways: readonly Voucher[] = isManager ? ['manager'] : ['colleague', 'site-contact'];
  const as = ways.find((each) => mayVouch(policy, { as: each, state: second }, record, employee));
  if (second === null || as === undefined || second.id === agent.id) return isManager ? 'no-manager' : 'no-such-voucher';
  for (const { id } of [agent, second]) if (!(await vouching.canPass(id, 'agent'))) return 'voucher-cannot-prove';
  return { employee, second, as };
}

function asking(
  { id, number, account }: CaseRecord,
  { name, userId }: AccountState,
  to: { readonly to: string; readonly ask: string },
  until: number,
  now: number,
) {
  const ask: Ask = { id: to.ask, kind: 'vouch', account, name, userId, case: { id, number }, until };
  return bringing(account, { to: to.to, ask }, now);
}
