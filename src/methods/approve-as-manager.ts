import type { Act, Handler } from '../conversation/port.ts';
import { askView, dropAsk, ownAsk, type Ask } from '../desk/asks.ts';
import { commitAudited } from '../security/audit.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Key } from '../store/port.ts';
import { decideAudited } from './audited-update.ts';
import { answerElsewhere, findChallenge, type ElsewherePorts } from './answer-elsewhere.ts';
import { proofsSuffice } from './proofs.ts';
import { reportOutside } from './report-challenge.ts';

/** What waits of it for a manager, as it stands now: the challenge is out, and the directory names them still; null when it is over. */
export async function approvalAsked(ports: ElsewherePorts, ask: Ask, { accountId, now }: Act) {
  if (ask.challenge === undefined) return null;
  const challenge = await findChallenge(ports, { accountId: ask.account, challenge: ask.challenge });
  if (challenge === null || challenge.state !== 'open' || challenge.expiresAt <= now || challenge.target !== accountId) return null;
  const account = await ports.accountOf(ask.account);
  const manager = account?.enabled === true ? await (ports.managerOf?.(account) ?? null) : null;
  return manager?.id === accountId ? { ask: askView(ask), recorded: false, half: null } : null;
}

/**
 * Weighs the six digits that the person told their manager (I18). The manager is read from the directory again, and their own gate from the store; the digits are
 * weighed as a typed code is, once, and the person's chat is told the verdict in the same commit.
 */
export const approveAsk = (ports: ElsewherePorts): Handler<'approveAsk'> => ({
  async run({ ask: id, answer, proofs }, act) {
    const ask = await ownAsk(ports, id, act);
    const asked = ask === null ? null : await approvalAsked(ports, ask, act);
    if (ask?.challenge === undefined || asked === null) return { type: 'approval.over', reason: 'gone' };
    const { accountId, now, stack } = act;
    const proved = await proofsSuffice(ports.store, { accountId, proofIds: proofs, act: 'vouch', conversation: stack, now }, ports.policy);
    if (!proved.ok) {
      await told(ports, ask, act, { verdict: 'refused', reason: 'proofs', proofs });
      return { type: 'approval.over', reason: 'proofs' };
    }
    const { account, challenge } = ask;
    const verdict = await answerElsewhere(ports, { accountId: account, challenge, attempt: `${stack} ${act.id}`, answer });
    await told(ports, ask, act, {
      verdict: verdict.type === 'answer.accepted' ? 'allowed' : 'refused',
      reason: verdict.type === 'answer.rejected' ? verdict.reason : verdict.type,
      proofs,
    });
    if (verdict.type === 'answer.rejected' && (verdict.reason === 'wrong' || verdict.reason === 'form'))
      return { type: 'approval.rejected', reason: verdict.reason, triesLeft: verdict.triesLeft };
    await dropAsk(ports, accountId, id);
    if (verdict.type === 'answer.accepted') return { type: 'approval.given' };
    return { type: 'approval.over', reason: verdict.type === 'answer.exhausted' ? 'tries' : 'gone' };
  },
});

/**
 * The manager was not asked by the person: a report (I17), which closes the door it was asked from and tells the helpdesk, whether or not the request is
 * out still.
 */
export async function reportApproval(ports: ElsewherePorts, ask: Ask, act: Act): Promise<void> {
  const { account, challenge } = ask;
  if (challenge === undefined) return;
  const { now } = act;
  const found = await findChallenge(ports, { accountId: account, challenge });
  // Nobody asks a manager but from Teams (I11); of a request that was given up no more is kept.
  const door = found?.door ?? 'teams';
  const stack = await decideAudited<Key | null>(
    ports,
    { accountId: account, now, door, reference: act.reference },
    [keys.challenge(account, challenge)],
    (rows) => {
      const report = reportOutside(rows, { account, challenge, door, now });
      if (report === null) return { commit: null, entry: null, result: null };
      const reason = `${ask.wish ?? 'reset'} manager-approval reported`;
      return { commit: report.commit, entry: { act: 'methods.unanswered', verdict: 'refused', reason, proofs: [] }, result: report.stack };
    },
  );
  if (stack !== null) ports.wake(stack);
  await told(ports, ask, act, { verdict: 'refused', reason: 'reported', proofs: [] });
}

function told(
  { store, keys: seals }: ElsewherePorts,
  { account }: Ask,
  { accountId, now, door, reference }: Act,
  entry: { readonly verdict: 'allowed' | 'refused'; readonly reason: string; readonly proofs: readonly string[] },
) {
  const facts = { ...entry, at: now, actor: accountId, account, act: 'methods.approve', door, reference };
  return commitAudited(store, seals, { partition: partitionOf(accountId), entries: [facts], commit: {} });
}
