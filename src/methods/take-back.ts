import type { Purpose } from '../../dialogs/methods.ts';
import type { ResultOf } from '../../dialogs/effects.ts';
import type { Act } from '../conversation/port.ts';
import type { Delivered } from '../delivery/port.ts';
import { keys } from '../store/keys.ts';
import { decideAudited } from './audited-update.ts';
import { codesOf, readChallenge, type ChallengeRecord } from './challenge-record.ts';
import { joined } from './join-commits.ts';
import { readMethodsDocument } from './method-record.ts';
import { paceUntil, readPace } from './pace.ts';
import type { MethodPorts } from './ports.ts';
import { withoutCodes, type SentCodes } from './sent-codes.ts';
import { suspension, suspensionEntry } from './suspend.ts';

type Result = Extract<ResultOf<'sendChallenge'>, { type: 'challenge.failed' }>;

/** A challenge whose code was refused by the provider. */
export interface Unsent {
  readonly challenge: ChallengeRecord;
  readonly delivered: Extract<Delivered, { ok: false }>;
  /** The codes that were out before it: one of them may have arrived, and holds again. */
  readonly before: SentCodes | undefined;
}

/**
 * Nothing was sent and nothing will be: the challenge goes, and with it the wait for another. The send stays counted. A registered
 * number that is none is suspended.
 */
export async function takeBack(ports: MethodPorts, act: Act, { challenge, delivered, before }: Unsent): Promise<Result> {
  const { accountId, now } = act;
  const account = delivered.why === 'no-such-number' ? await act.account() : null;
  const challengeKey = keys.challenge(accountId, challenge.id);
  const paceKey = keys.pace(accountId);
  return decideAudited<Result>(ports, act, [challengeKey, paceKey], (rows) => {
    const document = readMethodsDocument(rows(keys.methods(accountId))?.value ?? null);
    const dead =
      delivered.why === 'no-such-number' && challenge.purpose !== 'register'
        ? document.methods.find(({ id, suspended }) => id === challenge.target && suspended === null)
        : undefined;
    const reason = dead === undefined ? reasonOf(delivered) : 'suspended';
    const result = { type: 'challenge.failed', reason } as const;
    const pace = readPace(rows(paceKey)?.value ?? null, now);
    const of = codesOf(challenge);
    const isMine = pace.codes.some((each) => each.of === of && each.challenge === challenge.id);
    const after = isMine ? { ...pace, codes: [...withoutCodes(pace.codes, of), ...(before === undefined ? [] : [before])] } : pace;
    const isThere = readChallenge(rows(challengeKey)?.value ?? null) !== null;
    return {
      commit: joined([
        isThere ? { remove: [challengeKey], put: { [paceKey]: after }, until: { [paceKey]: paceUntil(after, now) } } : {},
        dead === undefined
          ? {}
          : suspension(ports, { id: challenge.id, accountId, account, document, method: dead, now, language: act.language }),
      ]),
      entry: dead === undefined ? failedEntry(challenge.purpose, reason) : suspensionEntry(ports, { accountId, document, method: dead }),
      result,
    };
  });
}

function reasonOf({ reason, why }: Unsent['delivered']): Result['reason'] {
  if (reason !== 'rejected') return 'unavailable';
  return why === 'unsubscribed' ? 'stopped' : 'undeliverable';
}

const failedEntry = (purpose: Purpose, reason: string) =>
  ({ act: 'methods.send-challenge', verdict: 'refused', reason: `${purpose} ${reason}`, proofs: [] }) as const;
