import { methods as rules } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Door } from '../conversation/port.ts';
import type { Keys } from '../security/keys.ts';
import { codesOf, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { codeMatches } from './codes.ts';
import { isAnswered, isAsked, isCeremony, isSaved, type ComputedCheck, type Kept, type Method } from './method.ts';
import { closedUntil, failed, type Pace } from './pace.ts';
import type { ProofRecord } from './proof-record.ts';
import { withoutCodes } from './sent-codes.ts';
import { isUsedUp, missed, noTries, reused, triesLeft, waitsUntil, type Missed, type Tries } from './tries.ts';

/** What is proved: a registered method, or a draft on its way to be one. */
interface Authenticator {
  readonly tries: Tries;
  readonly lastStep: number | null;
  readonly suspended: boolean;
}

/** Everything an answer is weighed with. */
export interface Scales {
  readonly challenge: ChallengeRecord;
  readonly authenticator: Authenticator;
  readonly pace: Pace;
  readonly method: Method;
  /** Opens the authenticator's secret; asked for only where the check computes with it. */
  readonly secret: () => string;
  readonly keys: Keys;
  readonly limits: Policy['limits'];
  /** How many questions are asked. */
  readonly questions: number;
  readonly account: string;
  readonly door: Door;
  readonly now: number;
  /** The id a proof gets, if it comes to that. */
  readonly proofId: string;
}

/** The verdict, and what it changes; null where it changes nothing. */
export interface Weighed {
  readonly verdict: Verdict;
  readonly challenge: ChallengeRecord;
  readonly authenticator: Pick<Authenticator, 'tries' | 'lastStep'> | null;
  readonly pace: Pace | null;
  readonly proof: ProofRecord | null;
  /** What is kept of a set of codes or answers. */
  readonly kept: Kept | null;
}

type Match =
  /** `step`: the time step of a computed code, else null. `kept`: what is kept of the set of codes or answers it was of, else null. */
  | { readonly match: 'right'; readonly step: number | null; readonly kept: Kept | null }
  | Exclude<ComputedCheck, { match: 'right' }>
  | { readonly match: 'newer'; readonly mark: string; readonly free: boolean };

/**
 * Weighs a code against a challenge (I6, I7). Pure. What is closed, waiting or over is never compared with anything, so that
 * nothing can be learned by trying.
 */
export function weigh(scales: Scales, code: string): Weighed {
  const against = standsAgainst(scales);
  if (against !== null) return against;
  const found = matchOf(scales, code);
  if (found.match === 'right') return accepted(scales, found);
  return refused(scales, found);
}

/** What a miss is weighed with. */
export type MissScales = Pick<Scales, 'challenge' | 'authenticator' | 'pace' | 'limits' | 'door' | 'now'>;

/** Weighs an answer that was found wrong elsewhere: a ceremony that does not verify counts as a wrong code does (I6). Pure. */
export const weighMissed = (scales: MissScales): Weighed => standsAgainst(scales) ?? refused(scales, { match: 'wrong' });

/** What is closed, waiting or over; null where the answer is to be weighed. */
function standsAgainst({ challenge, authenticator, pace, door, now }: MissScales): Weighed | null {
  const unchanged = (verdict: Verdict): Weighed => ({ verdict, challenge, authenticator: null, pace: null, proof: null, kept: null });

  const closed = closedUntil(pace, door, now);
  if (closed !== null) return unchanged({ type: 'answer.exhausted', scope: 'account', until: closed });
  const waiting = waitsUntil(authenticator.tries, now);
  const disabled = authenticator.suspended || isUsedUp(authenticator.tries);
  if (disabled || waiting !== null) return unchanged({ type: 'answer.exhausted', scope: 'method', until: disabled ? null : waiting });
  if (challenge.state === 'spent' || challenge.expiresAt <= now) return unchanged(rejected('expired', authenticator.tries, challenge.mark));
  return null;
}

/** Whether the code is right, right but over, or wrong. */
function matchOf(scales: Scales, code: string): Match {
  const { challenge, authenticator, method, pace, now } = scales;
  if (isSaved(method)) {
    const spent = method.spend(scales.secret(), code, { keys: scales.keys, account: scales.account });
    return spent.match === 'right' ? { ...spent, step: null } : spent;
  }
  if (isAnswered(method)) {
    const answered = method.match(scales.secret(), code, scales.questions);
    return answered.match === 'right' ? { ...answered, step: null } : answered;
  }
  if (!method.sends && !isCeremony(method) && !isAsked(method)) {
    const computed = method.check(scales.secret(), code, authenticator.lastStep, now);
    return computed.match === 'right' ? { ...computed, kept: null } : computed;
  }

  const sent = pace.codes.find((each) => each.of === codesOf(challenge));
  // Every hash is compared, whichever was right: the time taken says nothing of which (R9).
  const right = (sent?.hashes ?? []).filter((hash) => {
    const binding = {
      challenge: hash.challenge,
      account: scales.account,
      purpose: challenge.purpose,
      conversation: challenge.conversation,
    };
    return codeMatches(scales.keys, binding, code, hash.mac) && hash.expiresAt > now;
  });
  if (sent === undefined || right.length === 0) return { match: 'wrong' };
  // A page's digits are of its own ceremony: those of an older page are no code that could be asked for.
  if (isCeremony(method) && sent.challenge !== challenge.id) return { match: 'wrong' };
  if (sent.challenge !== challenge.id || right.every((hash) => hash.challenge !== challenge.id)) {
    return { match: 'newer', mark: sent.mark, free: !sent.olderTyped };
  }
  return { match: 'right', step: null, kept: null };
}

function accepted(scales: Scales, { step, kept }: Extract<Match, { match: 'right' }>): Weighed {
  const { challenge, authenticator, pace, account, now, proofId } = scales;
  const { target, kind, purpose, conversation, session } = challenge;
  return {
    verdict: { type: 'answer.accepted', proof: proofId, kind, ...(kept !== null && kept.left !== null && { left: kept.left }) },
    challenge: { ...challenge, state: 'spent' },
    // Success clears only what was used (R1): the account's own failures stay.
    authenticator: { tries: noTries, lastStep: step ?? authenticator.lastStep },
    pace: { ...pace, codes: [...withoutCodes(pace.codes, codesOf(challenge))] },
    proof: {
      id: proofId,
      accountId: account,
      conversation,
      session,
      at: now,
      used: false,
      ...(purpose === 'first-proof'
        ? { kind: 'place-on-file', place: target }
        : { kind: 'gate', purpose, target, method: kind, group: rules[kind].group }),
    },
    kept,
  };
}

function refused(scales: MissScales, found: Exclude<Match, { match: 'right' }>): Weighed {
  const { challenge, authenticator, pace, limits, door, now } = scales;
  const { tries, failed: didFail } = count(authenticator.tries, found, limits.waitMinutes, now);
  const mark = found.match === 'newer' ? found.mark : challenge.mark;
  const noted: Pace =
    found.match === 'newer'
      ? { ...pace, codes: pace.codes.map((each) => (each.of === codesOf(challenge) ? { ...each, olderTyped: true } : each)) }
      : pace;
  const after = { tries, lastStep: authenticator.lastStep };
  if (!didFail && !isUsedUp(tries)) {
    return { verdict: rejected(found.match, tries, mark), challenge, authenticator: after, pace: noted, proof: null, kept: null };
  }
  const counted = failed(noted, door, limits, now);
  const closed = closedUntil(counted, door, now);
  const verdict: Verdict =
    closed === null
      ? { type: 'answer.exhausted', scope: 'method', until: isUsedUp(tries) ? null : waitsUntil(tries, now) }
      : { type: 'answer.exhausted', scope: 'account', until: closed };
  // A failed verification ends its challenge: after the wait it takes a new code.
  return { verdict, challenge: { ...challenge, state: 'spent' }, authenticator: after, pace: counted, proof: null, kept: null };
}

function count(tries: Tries, found: Exclude<Match, { match: 'right' }>, waitMinutes: readonly number[], now: number): Missed {
  if (found.match === 'used') return reused(tries, waitMinutes, now);
  if (found.match === 'newer' && found.free) return { tries, failed: false };
  return missed(tries, waitMinutes, now);
}

/** A refusal that leaves the challenge standing. */
export const rejected = (
  reason: Extract<Verdict, { type: 'answer.rejected' }>['reason'],
  tries: Tries,
  mark: string | null,
): Extract<Verdict, { type: 'answer.rejected' }> => ({ type: 'answer.rejected', reason, triesLeft: triesLeft(tries), mark });
