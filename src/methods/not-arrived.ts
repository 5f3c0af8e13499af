import type { Policy } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import { languageOf } from '../directory/language-of.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { challengeParts, codesOf, readChallenge, type ChallengeRecord } from './challenge-record.ts';
import { joined } from './join-commits.ts';
import { readMethodsDocument, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { paceUntil, readPace, type Pace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { withoutCodes } from './sent-codes.ts';
import { suspension, suspensionEntry } from './suspend.ts';

export interface NotArrivedPorts extends Pick<MethodPorts, 'store' | 'clock' | 'keys' | 'sentences'> {
  readonly policy: Policy;
  readonly directory: Pick<Directory, 'find'>;
  readonly wake: Wake;
}

/** A code that did not arrive, as the provider says after it took it. */
export interface LostCode {
  readonly accountId: string;
  readonly challenge: string;
  /** The provider's own code, for the audit. */
  readonly code: number | null;
  /** Nothing will ever arrive at its number. */
  readonly isNumberDead: boolean;
}

/**
 * Ends the challenge of a code that did not arrive, and its wait for another one, and tells its dialog, which then speaks first. A dead
 * number of a registered method is suspended. What is told twice, late, or of a challenge that was passed meanwhile, changes nothing.
 */
export async function codeNotArrived(ports: NotArrivedPorts, lost: LostCode): Promise<void> {
  const { accountId } = lost;
  const account = lost.isNumberDead ? await read(ports, accountId) : null;
  const challengeKey = keys.challenge(accountId, lost.challenge);
  const paceKey = keys.pace(accountId);
  const woken = await updateAudited<Key | null>(
    ports.store,
    ports.keys,
    ports.clock,
    keys.methods(accountId),
    (row, rows) => {
      const now = ports.clock.now();
      const challenge = readChallenge(rows.get(challengeKey)?.value ?? null);
      if (challenge === null || challenge.state === 'spent') return { commit: null, result: null, entries: [] };
      const document = readMethodsDocument(row?.value ?? null);
      const pace = readPace(rows.get(paceKey)?.value ?? null, now);
      const dead = lost.isNumberDead ? methodOf(document, challenge) : null;
      const tells = challenge.expiresAt > now && isNewest(challenge, pace);
      return {
        commit: joined([
          challengeParts(accountId, { ...challenge, state: 'spent' }),
          tells ? telling(accountId, challenge, pace, now) : {},
          dead === null ? {} : suspending(ports, lost, { account, document, method: dead, challenge, now }),
        ]),
        result: tells || dead !== null ? challenge.conversation : null,
        entries: [
          notArrivedEntry(lost, challenge, now),
          ...(dead === null ? [] : [entry(accountId, now, suspensionEntry(ports, { accountId, document, method: dead }))]),
        ],
      };
    },
    { alsoRead: [challengeKey, paceKey] },
  );
  if (woken !== null) ports.wake(woken);
}

/** One that a newer one replaced is nothing to be told of: the newer one may have arrived. */
const isNewest = (challenge: ChallengeRecord, { codes }: Pace): boolean =>
  codes.every(({ of, challenge: newest }) => of !== codesOf(challenge) || newest === challenge.id);

/** The registered method a challenge is for, where it is not suspended yet; null for a draft's. */
const methodOf = ({ methods }: MethodsDocument, { purpose, target }: ChallengeRecord): MethodRecord | null =>
  purpose === 'register' ? null : (methods.find(({ id, suspended }) => id === target && suspended === null) ?? null);

function telling(accountId: string, challenge: ChallengeRecord, pace: Pace, now: number): Commit {
  const after: Pace = { ...pace, codes: [...withoutCodes(pace.codes, codesOf(challenge))] };
  const event = { type: 'challenge.unanswered', challenge: challenge.id, reason: 'undelivered' } as const;
  return {
    put: { [keys.pace(accountId)]: after },
    until: { [keys.pace(accountId)]: paceUntil(after, now) },
    ...inboxParts(challenge.conversation, `undelivered-${challenge.id}`, { event }, now),
  };
}

const suspending = (
  ports: NotArrivedPorts,
  { accountId }: LostCode,
  found: {
    readonly account: AccountState | null;
    readonly document: MethodsDocument;
    readonly method: MethodRecord;
    readonly challenge: ChallengeRecord;
    readonly now: number;
  },
): Commit =>
  suspension(ports, {
    ...found,
    id: found.challenge.id,
    accountId,
    language: languageOf(found.account, ports.policy),
    chat: found.challenge.conversation,
  });

/** A directory that is away does not keep a dead number in use. */
async function read({ directory }: NotArrivedPorts, accountId: string): Promise<AccountState | null> {
  try {
    return await directory.find(accountId);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return null;
    throw fault;
  }
}

const notArrivedEntry = ({ accountId, code }: LostCode, { purpose, kind }: ChallengeRecord, now: number): AuditFacts =>
  entry(accountId, now, {
    act: 'methods.not-arrived',
    verdict: 'refused',
    reason: `${purpose} ${kind} ${code ?? 'no-code'}`,
    proofs: [],
  });

const entry = (account: string, at: number, facts: Pick<AuditFacts, 'act' | 'verdict' | 'reason' | 'proofs'>): AuditFacts => ({
  ...facts,
  at,
  actor: 'system',
  account,
  door: 'system',
  reference: null,
});
