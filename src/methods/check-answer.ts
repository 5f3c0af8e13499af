import type { EffectTable, ResultOf } from '../../dialogs/effects.ts';
import { ruleOf } from '../../dialogs/methods.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { watched } from '../desk/watched.ts';
import { openingParts } from '../desk/freeze-record.ts';
import { LatchkeyError } from '../errors.ts';
import { newId } from '../security/ids.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { doorPurposeOf, isHelped } from './ask-at-door.ts';
import { decideAudited, type Decided, type Rows } from './audited-update.ts';
import { challengeParts, readChallenge, withVerdict, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { judgeAtDoor } from './check-at-door.ts';
import { readCode } from './codes.ts';
import { draftParts, openDraftSecret, readDraft, type DraftRecord } from './draft-record.ts';
import { firstProofPlaces } from './first-proof-places.ts';
import { joined } from './join-commits.ts';
import { approvalParts, readApprovals, withAnswer, type Approvals } from './manager-approval.ts';
import { isAnswered, isSaved, type Kept, type Method } from './method.ts';
import { openSecret, readMethodsDocument, sealSecret, withMethod, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { isHeldUp, reportedFirstProof } from './may-challenge.ts';
import { draftTries, paceUntil, placeTries, readPace, withDraftTries, withPlaceTries, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { proofParts } from './proof-record.ts';
import { methodsByKind } from './registry.ts';
import { noteCodeUsed } from './telephony-budget.ts';
import { noTries, type Tries } from './tries.ts';
import { rejected, weigh, type Weighed } from './weigh.ts';

/**
 * Weighs what was typed against a challenge, exactly once: an attempt's verdict is kept with the challenge, so that one brought again gets
 * the same verdict and counts once (R4, I6). Counters, verdict, proof and audit entry are one commit.
 */
export function checkAnswer(ports: MethodPorts): Handler<'checkAnswer'> {
  return { run: (params, act) => attempt(ports, params, act, null) };
}

/** Who answers: `id` is the attempt's, which counts once; `stack` names the conversation the challenge must be of. */
export type Attempting = Pick<Act, 'id' | 'accountId' | 'now' | 'door' | 'stack' | 'account'> & { readonly reference: string | null };

/** @param told the parts that tell a verdict where nobody waits for it, committed with it; null for what was typed in the chat */
export async function attempt(
  ports: MethodPorts,
  params: EffectTable['checkAnswer']['params'],
  act: Attempting,
  told: ((verdict: Verdict) => Commit) | null,
): Promise<ResultOf<'checkAnswer'>> {
  const { accountId, now } = act;
  const proofId = newId(ports.random);
  const challengeKey = keys.challenge(accountId, params.challenge);
  // Which draft and country a challenge is for never changes, so that they may be read ahead.
  const ahead = await ports.store.open({ key: challengeKey, owner: null, now });
  const asked = readChallenge(ahead.rows.get(challengeKey)?.value ?? null);
  const draftKey = keys.draft(accountId, asked?.target ?? '');
  const forDoor = asked?.door === 'front-door' ? doorPurposeOf(asked) : null;
  const isAtDoor = forDoor !== null;
  const helped = forDoor !== null && (await isHelped(ports, act, forDoor));
  const isOver =
    !isAtDoor && ((await isGone(act)) || (asked?.purpose === 'first-proof' && !(await isStillOnFile(ports, act, asked.target))));
  const verdict = await decideAudited(
    ports,
    act,
    [challengeKey, keys.pace(accountId), draftKey, keys.managerApprovals(accountId)],
    (rows) => {
      const judged = judge(rows);
      return judged.commit === null || told === null ? judged : { ...judged, commit: joined([judged.commit, told(judged.result)]) };
    },
  );
  const country = asked?.country ?? null;
  if (verdict.type === 'answer.accepted' && country !== null) await noteCodeUsed(ports, country, params.challenge, now);
  return verdict;

  function judge(rows: Rows): Decided<Verdict> {
    const challenge = readChallenge(rows(challengeKey)?.value ?? null);
    // One that is not there, or was opened in another conversation, is no challenge here (R7): nothing is compared.
    if (challenge === null || challenge.conversation !== act.stack) {
      return decided(rejected('expired', noTries, null), null);
    }
    const before = challenge.verdicts.find((each) => each.attempt === act.id);
    if (before !== undefined) return { commit: null, entry: null, result: before.verdict };

    // What is keyed or answered elsewhere is nothing in the chat, which shows a call's digits itself (I22).
    if (told === null && ruleOf(challenge.kind).elsewhere === true) {
      return { commit: null, entry: null, result: rejected('form', noTries, challenge.mark) };
    }
    if (isAtDoor) {
      const code = readAnswer(methodsByKind[challenge.kind], params.answer, () => '', 0);
      if (code === null) return { commit: null, entry: null, result: rejected('form', noTries, challenge.mark) };
      const judged = judgeAtDoor(ports, {
        rows,
        challenge,
        accountId,
        code,
        helped: helped && !isHeldUp(rows, accountId, challenge.purpose),
        attempt: act.id,
        proofId,
        now,
      });
      return decided(judged.verdict, judged.commit, challenge, judged.proof === null ? [] : [judged.proof]);
    }
    // The challenges of an account that was disabled end with it (I9), and those of one that was frozen (I17).
    if (isOver || isHeldUp(rows, accountId, challenge.purpose) || reportedFirstProof(rows, challenge.purpose, act) !== null)
      return remembered({ ...challenge, state: 'spent' }, act, rejected('expired', noTries, challenge.mark));
    const pace = readPace(rows(keys.pace(accountId))?.value ?? null, now);
    const found = findTarget(rows, act, challenge, pace);
    if (found === null) return remembered(challenge, act, rejected('expired', noTries, challenge.mark));
    const method = methodsByKind[challenge.kind];
    const questions = ports.policy.securityQuestions.reset;
    const code = readAnswer(method, params.answer, () => found.secret(ports), questions);
    if (code === null) return { commit: null, entry: null, result: rejected('form', found.tries, challenge.mark) };

    const weighed = weigh(
      {
        challenge,
        authenticator: { tries: found.tries, lastStep: found.lastStep, suspended: found.suspended },
        pace,
        method,
        secret: () => found.secret(ports),
        keys: ports.keys,
        limits: ports.policy.limits,
        questions,
        account: accountId,
        door: act.door,
        now,
        proofId,
      },
      code,
    );
    const weighedParts = commitOf(ports, weighed, act, found);
    const opens = weighed.proof !== null && act.door === 'teams' && !['register', 'first-proof'].includes(challenge.purpose);
    // Its owner is back: what a report had closed is open again (I17). What the directory holds is no method of theirs.
    const opened = opens ? openingParts(accountId, rows(keys.frozen(accountId))) : null;
    const commit = opened === null ? weighedParts : joined([weighedParts, opened]);
    return decided(weighed.verdict, commit, challenge, weighed.proof === null ? [] : [weighed.proof.id]);
  }
}

/** What was given as an answer, in the form the method weighs; null when it has not that form. */
function readAnswer(method: Method, answer: string, secret: () => string, questions: number): string | null {
  if (isAnswered(method)) return method.read(answer, secret(), questions);
  return isSaved(method) ? method.read(answer) : readCode(answer);
}

/** Whether the account is known to be disabled or gone. A directory that is away does not stop a check: no act goes by without asking it again. */
async function isGone(act: Attempting): Promise<boolean> {
  try {
    return (await act.account())?.enabled !== true;
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return false;
    throw fault;
  }
}

/** Whether the directory still holds a number or address that a code went to, and the policy still takes it (I3). */
const isStillOnFile = async (ports: MethodPorts, act: Attempting, place: string): Promise<boolean> =>
  (await firstProofPlaces(ports, act, await act.account().catch(() => null))).some(({ id }) => id === place);

/** What a challenge is for, as it stands now. */
interface Target extends Pick<MethodRecord, 'tries' | 'lastStep'> {
  readonly suspended: boolean;
  secret(ports: Pick<MethodPorts, 'keys'>): string;
  /** Where the tries are no part of what `put` stores: the pace that keeps them. */
  paced(pace: Pace, tries: Tries, now: number): Pace;
  put(
    after: NonNullable<Weighed['authenticator']>,
    at: { readonly ports: Pick<MethodPorts, 'keys'>; readonly now: number; readonly accepted: boolean; readonly kept: Kept | null },
  ): Commit;
}

/** Null when the method was removed or the draft is over. */
export function findTarget(rows: Rows, act: Pick<Attempting, 'accountId' | 'now'>, challenge: ChallengeRecord, pace: Pace): Target | null {
  const { accountId, now } = act;
  if (challenge.purpose === 'register') {
    const draft = readDraft(rows(keys.draft(accountId, challenge.target))?.value ?? null, now);
    return draft === null ? null : draftTarget(accountId, draft, draftTries(pace, draft.kind));
  }
  if (challenge.purpose === 'first-proof') return fileTarget(challenge, pace);
  if (challenge.kind === 'manager-approval') {
    return approvalTarget(accountId, challenge, readApprovals(rows(keys.managerApprovals(accountId))?.value ?? null, now));
  }
  const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
  const method = document.methods.find((each) => each.id === challenge.target);
  return method === undefined ? null : methodTarget(accountId, document, method);
}

const draftTarget = (accountId: string, draft: DraftRecord, tries: Tries): Target => ({
  tries,
  lastStep: draft.lastStep,
  suspended: false,
  secret: (ports) => openDraftSecret(ports.keys, accountId, draft),
  paced: (pace, left, now) => withDraftTries(pace, draft.kind, left, now),
  put: ({ lastStep }) => draftParts(accountId, { ...draft, lastStep }),
});

/** A place on file is no method: of it there are the tries alone. */
const fileTarget = ({ target }: ChallengeRecord, pace: Pace): Target => ({
  tries: placeTries(pace, target),
  lastStep: null,
  suspended: false,
  secret: () => '',
  paced: (after, tries, now) => withPlaceTries(after, target, tries, now),
  put: () => ({}),
});

/** The digits a manager types have tries of their own, and a right answer is a pass by that manager (I18). */
const approvalTarget = (accountId: string, { target }: ChallengeRecord, approvals: Approvals): Target => ({
  tries: approvals.tries,
  lastStep: null,
  suspended: false,
  secret: () => '',
  paced: (pace) => pace,
  put: ({ tries }, { now, accepted }) => approvalParts(accountId, withAnswer(approvals, tries, accepted ? target : null, now), now),
});

const methodTarget = (accountId: string, document: MethodsDocument, method: MethodRecord): Target => ({
  tries: method.tries,
  lastStep: method.lastStep,
  suspended: method.suspended !== null,
  secret: (ports) => openSecret(ports.keys, accountId, method),
  paced: (pace) => pace,
  put: (after, { ports, now, accepted, kept }) => {
    const changed = { ...method, ...after, ...keptOf(ports, accountId, method, kept), lastUsedAt: accepted ? now : method.lastUsedAt };
    return { put: { [keys.methods(accountId)]: withMethod(document, changed) } };
  },
});

/** What changes of a set of codes or answers that was used. */
const keptOf = (ports: Pick<MethodPorts, 'keys'>, accountId: string, { id }: MethodRecord, kept: Kept | null): Partial<MethodRecord> =>
  kept === null
    ? {}
    : { sealed: sealSecret(ports.keys, accountId, id, kept.secret), label: kept.masked, ...(kept.left !== null && { left: kept.left }) };

/** Everything an answer that was weighed changes. */
export function commitOf(
  ports: Pick<MethodPorts, 'keys'>,
  weighed: Weighed,
  act: Pick<Attempting, 'id' | 'accountId' | 'now'>,
  target: Target,
): Commit {
  const { accountId, now } = act;
  const paceKey = keys.pace(accountId);
  const { authenticator } = weighed;
  const pace = weighed.pace === null || authenticator === null ? weighed.pace : target.paced(weighed.pace, authenticator.tries, now);
  const parts: readonly Commit[] = [
    challengeParts(accountId, withVerdict(weighed.challenge, act.id, weighed.verdict)),
    authenticator === null ? {} : target.put(authenticator, { ports, now, accepted: weighed.proof !== null, kept: weighed.kept }),
    pace === null ? {} : { put: { [paceKey]: pace }, until: { [paceKey]: paceUntil(pace, now) } },
    weighed.proof === null ? {} : proofParts(weighed.proof),
    isBlocking(weighed)
      ? { due: [watched(partitionOf(accountId), { event: 'account-blocked', id: act.id, account: accountId, at: now })] }
      : {},
  ];
  return joined(parts);
}

/** Whether this very answer closed self-service for the account. */
const isBlocking = ({ verdict, pace }: Weighed): boolean =>
  pace !== null && verdict.type === 'answer.exhausted' && verdict.scope === 'account';

const remembered = (challenge: ChallengeRecord, act: Attempting, verdict: Verdict): Decided<Verdict> =>
  decided(verdict, challengeParts(act.accountId, withVerdict(challenge, act.id, verdict)), challenge);

function decided(
  verdict: Verdict,
  commit: Commit | null,
  challenge: ChallengeRecord | null = null,
  proofs: readonly string[] = [],
): Decided<Verdict> {
  const why =
    verdict.type === 'answer.rejected' ? verdict.reason : verdict.type === 'answer.exhausted' ? `exhausted-${verdict.scope}` : 'right';
  return {
    commit,
    entry: {
      act: 'methods.check-answer',
      verdict: verdict.type === 'answer.accepted' ? 'allowed' : 'refused',
      reason: challenge === null ? why : `${challenge.purpose} ${challenge.kind} ${why}`,
      proofs,
    },
    result: verdict,
  };
}
