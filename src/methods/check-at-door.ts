import { methods as rules } from '../../dialogs/methods.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { nobodysMethod, usableAtDoor } from './ask-at-door.ts';
import type { Rows } from './audited-update.ts';
import { newSeed } from './authenticator-app.ts';
import { challengeParts, withVerdict, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { codeMatches } from './codes.ts';
import { joined } from './join-commits.ts';
import { isCeremony, isSaved } from './method.ts';
import { openSecret, readMethodsDocument, sealSecret, withMethod, type MethodRecord } from './method-record.ts';
import { closedUntil, doorTries, failed, paceUntil, readPace, withDoorTries, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { proofParts, type ProofRecord } from './proof-record.ts';
import { methodsByKind } from './registry.ts';
import { isUsedUp, missed, noTries, reused, triesLeft, waitsUntil, type Missed, type Tries } from './tries.ts';

/** An answer at the front door, and what it is weighed on. */
export interface AtDoor {
  readonly rows: Rows;
  readonly challenge: ChallengeRecord;
  readonly accountId: string;
  /** What was typed, in the form the method weighs. */
  readonly code: string;
  /** Whether the account may be helped at all, as the directory says now. */
  readonly helped: boolean;
  readonly attempt: string;
  readonly proofId: string;
  readonly now: number;
}

/** The verdict on an answer, the commit that keeps it, and the proof it gave. */
export interface JudgedAtDoor {
  readonly verdict: Verdict;
  readonly commit: Commit;
  readonly proof: string | null;
}

/**
 * Weighs an answer at the front door (I20): with the tries of the door, which are counted alike for accounts that have no such method, cannot be helped or
 * do not exist, and for which no answer is right. Every method of the kind is tried, since nobody said which. Pure.
 * @param find says what the answer is, where it is none that was typed
 */
export function judgeAtDoor(
  ports: Pick<MethodPorts, 'keys' | 'policy' | 'random'>,
  at: AtDoor,
  find: (pace: Pace) => DoorMatch = (pace) => match(ports, at, pace),
): JudgedAtDoor {
  const { challenge, now } = at;
  const pace = readPace(at.rows(keys.pace(at.accountId))?.value ?? null, now);
  const tries = doorTries(pace, challenge.kind);
  const closed = closedUntil(pace, 'front-door', now);
  if (closed !== null) return kept(at, { type: 'answer.exhausted', scope: 'account', until: closed });
  const waiting = waitsUntil(tries, now);
  if (isUsedUp(tries) || waiting !== null) return kept(at, { type: 'answer.exhausted', scope: 'method', until: waiting });
  if (challenge.state === 'spent' || challenge.expiresAt <= now) return kept(at, rejected('expired', tries, challenge));
  const found = find(pace);
  return found.match === 'right' ? accepted(at, pace, found) : refused(ports, at, pace, tries, found);
}

/** What an answer is; `changed` is what it changes of the account's methods. */
export type DoorMatch =
  | { readonly match: 'right'; readonly method: MethodRecord; readonly changed: Commit }
  | { readonly match: 'used' | 'wrong'; readonly changed?: Commit };

/** Compares with what there is, and where there is nothing with something of the same cost. */
function match(ports: Pick<MethodPorts, 'keys' | 'policy' | 'random'>, at: AtDoor, pace: Pace): DoorMatch {
  const { challenge, accountId, now, code } = at;
  const document = readMethodsDocument(at.rows(keys.methods(accountId))?.value ?? null);
  const isOpenFor = (method: MethodRecord): boolean => at.helped && challenge.target !== nobodysMethod && method.kind === challenge.kind;
  const usable = usableAtDoor(ports, document, challenge.kind, now).filter(isOpenFor);
  const kind = methodsByKind[challenge.kind];
  const used = (method: MethodRecord, change: Partial<MethodRecord>): Commit => ({
    put: { [keys.methods(accountId)]: withMethod(document, { ...method, ...change, lastUsedAt: now }) },
  });

  if (kind.sends || isCeremony(kind)) {
    const { purpose, conversation } = challenge;
    const binding = { challenge: challenge.id, account: accountId, purpose, conversation };
    const right = pace.codes
      .flatMap(({ hashes }) => hashes)
      .filter((hash) => hash.challenge === challenge.id)
      .some((hash) => codeMatches(ports.keys, binding, code, hash.mac) && hash.expiresAt > now);
    const method = usable.find(({ id }) => id === challenge.target);
    return right && method !== undefined ? { match: 'right', method, changed: used(method, {}) } : { match: 'wrong' };
  }
  if (isSaved(kind)) {
    const [method] = usable;
    if (method === undefined) return { match: 'wrong' };
    const spent = kind.spend(openSecret(ports.keys, accountId, method), code, { keys: ports.keys, account: accountId });
    if (spent.match !== 'right') return spent;
    const { secret, masked, left } = spent.kept;
    const sealed = sealSecret(ports.keys, accountId, method.id, secret);
    return { match: 'right', method, changed: used(method, { sealed, label: masked, ...(left !== null && { left }) }) };
  }
  if (!('check' in kind)) return { match: 'wrong' };
  if (usable.length === 0) kind.check(newSeed(ports.random), code, null, now);
  let isReused = false;
  for (const method of usable) {
    const checked = kind.check(openSecret(ports.keys, accountId, method), code, method.lastStep, now);
    if (checked.match === 'right') return { match: 'right', method, changed: used(method, { lastStep: checked.step }) };
    isReused ||= checked.match === 'used';
  }
  return { match: isReused ? 'used' : 'wrong' };
}

function accepted(at: AtDoor, pace: Pace, { method, changed }: Extract<DoorMatch, { match: 'right' }>): JudgedAtDoor {
  const { challenge, accountId, now, proofId } = at;
  const { kind, purpose, conversation, session } = challenge;
  const proof: ProofRecord = {
    id: proofId,
    accountId,
    kind: 'gate',
    purpose,
    target: method.id,
    method: kind,
    group: rules[kind].group,
    conversation,
    session,
    at: now,
    used: false,
  };
  const codes = pace.codes.filter(({ hashes }) => !hashes.some((hash) => hash.challenge === challenge.id));
  const after = withDoorTries({ ...pace, codes }, kind, noTries, now);
  const judged = kept({ ...at, challenge: { ...challenge, state: 'spent' } }, { type: 'answer.accepted', proof: proofId, kind });
  return { ...judged, commit: joined([judged.commit, paceParts(accountId, after, now), changed, proofParts(proof)]), proof: proofId };
}

function refused(
  { policy }: Pick<MethodPorts, 'policy'>,
  at: AtDoor,
  pace: Pace,
  tries: Tries,
  { match: found, changed = {} }: Exclude<DoorMatch, { match: 'right' }>,
): JudgedAtDoor {
  const { challenge, accountId, now } = at;
  const { limits } = policy;
  const counted: Missed = (found === 'used' ? reused : missed)(tries, limits.waitMinutes, now);
  const noted = withDoorTries(pace, challenge.kind, counted.tries, now);
  if (!counted.failed && !isUsedUp(counted.tries)) {
    const judged = kept(at, rejected(found, counted.tries, challenge));
    return { ...judged, commit: joined([judged.commit, paceParts(accountId, noted, now), changed]) };
  }
  const after = failed(noted, 'front-door', limits, now);
  const closed = closedUntil(after, 'front-door', now);
  const verdict: Verdict =
    closed === null
      ? { type: 'answer.exhausted', scope: 'method', until: isUsedUp(counted.tries) ? null : waitsUntil(counted.tries, now) }
      : { type: 'answer.exhausted', scope: 'account', until: closed };
  const judged = kept({ ...at, challenge: { ...challenge, state: 'spent' } }, verdict);
  return { ...judged, commit: joined([judged.commit, paceParts(accountId, after, now), changed]) };
}

const rejected = (reason: 'wrong' | 'used' | 'expired', tries: Tries, { mark }: ChallengeRecord): Verdict => ({
  type: 'answer.rejected',
  reason,
  triesLeft: triesLeft(tries),
  mark,
});

/** The verdict stands with the challenge: the same answer brought again gets the same, and counts once. */
const kept = ({ challenge, accountId, attempt }: Pick<AtDoor, 'challenge' | 'accountId' | 'attempt'>, verdict: Verdict): JudgedAtDoor => ({
  verdict,
  commit: challengeParts(accountId, withVerdict(challenge, attempt, verdict)),
  proof: null,
});

const paceParts = (accountId: string, pace: Pace, now: number): Commit => ({
  put: { [keys.pace(accountId)]: pace },
  until: { [keys.pace(accountId)]: paceUntil(pace, now) },
});
