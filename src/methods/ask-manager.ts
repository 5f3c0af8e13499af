import { counts, ruleOf } from '../../dialogs/methods.ts';
import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { Act } from '../conversation/port.ts';
import { bringing, type Ask } from '../desk/asks.ts';
import { keys } from '../store/keys.ts';
import { decideAudited, type Decided } from './audited-update.ts';
import { challengeParts, codesOf, shown, type ChallengeRecord } from './challenge-record.ts';
import { hashCode } from './codes.ts';
import { joined } from './join-commits.ts';
import { askableFrom, approvalParts, mayApprove, readApprovals, withAsked } from './manager-approval.ts';
import { isHeldUp } from './may-challenge.ts';
import { sessionOf } from './method-record.ts';
import { closedUntil, paceUntil, readPace, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { readProof } from './proof-record.ts';
import { withCode } from './sent-codes.ts';
import { CodesOfChallenges } from './shown-code.ts';

type Params = EffectTable['sendChallenge']['params'];
type Result = ResultOf<'sendChallenge'>;

/** How long a manager has, in ms: they may have to be called first. */
const askedForMs = 10 * 60_000;

/**
 * Asks the manager (I18), as the directory names them now. Only after another gate of this verification was passed, by proof in the store; at most twice a day for
 * a person, and not within 30 days of a pass by the same manager. The challenge, its digits' hash, the count and what is brought to the manager are one commit.
 */
export async function askManager(ports: MethodPorts, params: Params, act: Act): Promise<Result> {
  const { accountId, now, stack, door, language } = act;
  const gone: Result = { type: 'challenge.failed', reason: 'gone' };
  const account = await act.account();
  const { purpose, proofs = [] } = params;
  const isAskable = mayApprove(ports.policy) && door === 'teams' && (purpose === 'reset' || purpose === 'unlock');
  const manager = !isAskable || account?.enabled !== true ? null : await (ports.managerOf?.(account) ?? null);
  if (account === null || manager === null) return note(ports, params, act, gone, 'no-manager');

  const approvalsKey = keys.managerApprovals(accountId);
  const proofKeys = proofs.map((id) => keys.proof(accountId, id));
  return decideAudited<Result>(ports, act, [keys.pace(accountId), approvalsKey, ...proofKeys], (rows) => {
    const refused = (result: Result, reason: string) => ({ commit: null, entry: entryOf(params, reason, false), result });
    const isPassed = proofKeys.some((key) => {
      const proof = readProof(rows(key)?.value ?? null);
      if (proof?.kind !== 'gate' || proof.purpose !== purpose || proof.conversation !== stack) return false;
      const isYoung = proof.at + ports.policy.limits.proofMinutes * 60_000 > now;
      return isYoung && counts(proof.method, purpose) && ruleOf(proof.method).reset === 'any';
    });
    if (!isPassed) return refused(gone, 'no-gate');
    if (isHeldUp(rows, accountId, purpose)) return refused(gone, 'held-up');
    const pace = readPace(rows(keys.pace(accountId))?.value ?? null, now);
    const approvals = readApprovals(rows(approvalsKey)?.value ?? null, now);
    const until = closedUntil(pace, door, now) ?? askableFrom(approvals, manager.id, now);
    if (until !== null) return refused({ type: 'challenge.refused', reason: 'pace', until }, 'pace');

    const expiresAt = now + askedForMs;
    const challenge: ChallengeRecord = {
      id: act.id,
      target: manager.id,
      kind: 'manager-approval',
      purpose,
      conversation: stack,
      session: sessionOf(act),
      door,
      language,
      masked: manager.name,
      country: null,
      mark: null,
      expiresAt,
      resendAt: null,
      state: 'open',
      verdicts: [],
    };
    const code = new CodesOfChallenges(ports.keys).of(act.id);
    const mac = hashCode(ports.keys, { challenge: act.id, account: accountId, purpose, conversation: stack }, code);
    const codes: Pace = {
      ...pace,
      codes: [...withCode(pace.codes, codesOf(challenge), { challenge: act.id, mark: '', mac, expiresAt }, now)],
    };
    const ask: Ask = {
      id: act.id,
      kind: 'manager-approval',
      account: accountId,
      name: account.name,
      userId: account.userId,
      case: null,
      challenge: act.id,
      wish: purpose === 'unlock' ? 'unlock' : 'reset',
      until: expiresAt,
    };
    return {
      commit: joined([
        challengeParts(accountId, challenge),
        { put: { [keys.pace(accountId)]: codes }, until: { [keys.pace(accountId)]: paceUntil(codes, now) } },
        approvalParts(accountId, withAsked(approvals, now), now),
        bringing(accountId, { to: manager.id, ask }, now),
      ]),
      entry: entryOf(params, 'asked', true),
      result: { type: 'challenge.sent', ...shown(challenge) },
    };
  });
}

const entryOf = ({ purpose }: Params, reason: string, isAllowed: boolean): NonNullable<Decided<unknown>['entry']> => ({
  act: 'methods.ask-manager',
  verdict: isAllowed ? 'allowed' : 'refused',
  reason: `${purpose} ${reason}`,
  proofs: [],
});

const note = (ports: MethodPorts, params: Params, act: Act, result: Result, reason: string): Promise<Result> =>
  decideAudited<Result>(ports, act, [], () => ({ commit: null, entry: entryOf(params, reason, false), result }));
