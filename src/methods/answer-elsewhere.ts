import type { ChallengeId } from '../../dialogs/views.ts';
import type { OutsideEvent } from '../../dialogs/effects.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import type { AccountState } from '../directory/port.ts';
import { reportedParts } from '../desk/reported.ts';
import { keys } from '../store/keys.ts';
import type { Key } from '../store/port.ts';
import { decideAudited } from './audited-update.ts';
import { readChallenge, type ChallengeRecord, type Verdict } from './challenge-record.ts';
import { attempt } from './check-answer.ts';
import { joined } from './join-commits.ts';
import type { MethodPorts } from './ports.ts';

/** What answers from elsewhere than the chat are weighed with. */
export interface ElsewherePorts extends MethodPorts {
  readonly wake: Wake;
  readonly accountOf: (accountId: string) => Promise<AccountState | null>;
}

/** A challenge that is out, as somebody outside the chat names it. */
export interface Outside {
  readonly accountId: string;
  readonly challenge: ChallengeId;
}

/** Reads a challenge that is out; null when there is none any more. */
export async function findChallenge(
  ports: Pick<MethodPorts, 'store' | 'clock'>,
  { accountId, challenge }: Outside,
): Promise<ChallengeRecord | null> {
  const key = keys.challenge(accountId, challenge);
  const { rows } = await ports.store.open({ key, owner: null, now: ports.clock.now() });
  return readChallenge(rows.get(key)?.value ?? null);
}

/**
 * Weighs an answer that came from elsewhere than the chat: keyed on a telephone, or given on a page. It counts as one typed in the chat does,
 * and the chat is told the verdict in the same commit (`challenge.answered`); a form that is none is told to nobody, for it costs nothing.
 * @param answer.attempt names the answer: the same again gets the same verdict and counts once
 */
export async function answerElsewhere(
  ports: ElsewherePorts,
  { accountId, challenge, ...answer }: Outside & { readonly attempt: string; readonly answer: string },
): Promise<Verdict> {
  const now = ports.clock.now();
  const found = await findChallenge(ports, { accountId, challenge });
  if (found === null) return { type: 'answer.rejected', reason: 'expired', triesLeft: 0, mark: null };
  const { conversation: stack, door } = found;
  let account: Promise<AccountState | null> | null = null;
  const verdict = await attempt(
    ports,
    { challenge, answer: answer.answer },
    { id: answer.attempt, accountId, now, door, stack, reference: null, account: () => (account ??= ports.accountOf(accountId)) },
    (weighed) =>
      weighed.type === 'answer.rejected' && weighed.reason === 'form'
        ? {}
        : inboxParts(stack, `answered-${answer.attempt}`, { event: { type: 'challenge.answered', challenge, verdict: weighed } }, now),
  );
  ports.wake(stack);
  return verdict;
}

/** Why nobody will answer a challenge any more. */
type WhyUnanswered = Extract<OutsideEvent, { type: 'challenge.unanswered' }>['reason'];

/**
 * Nobody will answer a challenge any more: it ends, and its chat is told why, once, in one commit. One that is over already tells nothing.
 * Where who was asked says that it was not them, the door it came from is closed for the account, and the helpdesk gets a note (I17): but not
 * for a number or address that was being registered, which was not the account's yet.
 * @param why the reason, or what reads it from the challenge as it then stands
 * @param saidIn the chat that says it itself, and need not be told; another conversation's challenge is not its to end
 */
export async function leaveUnanswered(
  ports: Pick<ElsewherePorts, 'store' | 'clock' | 'keys' | 'wake'>,
  { accountId, challenge }: Outside,
  why: WhyUnanswered | ((challenge: ChallengeRecord) => WhyUnanswered),
  saidIn: Key | null = null,
): Promise<void> {
  const now = ports.clock.now();
  const found = await findChallenge(ports, { accountId, challenge });
  if (found === null || (saidIn !== null && saidIn !== found.conversation)) return;
  const { conversation: stack, door } = found;
  const key = keys.challenge(accountId, challenge);
  const frozen = keys.frozen(accountId);
  const isTold = await decideAudited(ports, { accountId, now, door, reference: null }, [key], (rows) => {
    const out = readChallenge(rows(key)?.value ?? null);
    if (out === null || out.state === 'spent') return { commit: null, entry: null, result: false };
    const reason = typeof why === 'string' ? why : why(out);
    return {
      commit: joined([
        { put: { [key]: { ...out, state: 'spent' as const } }, until: { [key]: out.expiresAt } },
        saidIn === null
          ? inboxParts(stack, `unanswered-${challenge}`, { event: { type: 'challenge.unanswered', challenge, reason } }, now)
          : {},
        reason === 'reported' && out.purpose !== 'register' ? reportedParts(accountId, rows(frozen), { door, act: challenge, now }) : {},
      ]),
      entry: { act: 'methods.unanswered', verdict: 'refused', reason: `${out.purpose} ${out.kind} ${reason}`, proofs: [] },
      result: saidIn === null,
    };
  });
  if (isTold) ports.wake(stack);
}
