import type { ChallengeId } from '../../dialogs/views.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Door, Handler } from '../conversation/port.ts';
import { askedParts, readAsked } from '../delivery/asked.ts';
import { reportedParts } from '../desk/reported.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { decideAudited, type Rows } from './audited-update.ts';
import { readChallenge } from './challenge-record.ts';
import { leaveUnanswered, type ElsewherePorts } from './answer-elsewhere.ts';
import { joined } from './join-commits.ts';

/**
 * "I did not ask for this", said beside a code's prompt (I17). In the account's own chat in Teams it is a report. At the front door whoever
 * reads the prompt has caused it: the challenge ends, and nothing is closed for anybody.
 */
export const reportChallenge = (ports: ElsewherePorts): Handler<'reportChallenge'> => ({
  async run({ challenge }, act) {
    await leaveUnanswered(ports, { accountId: act.accountId, challenge }, act.door === 'teams' ? 'reported' : 'ended', act.stack);
    return { type: 'challenge.reported' };
  },
});

/**
 * The same, said by the link in the code's mail, which only its mailbox got: whichever door asked is closed for the account. It acts once, also
 * when the code is over by then; one that was passed is none that nobody asked for.
 * @param id of what the link names
 */
export async function reportAsked(ports: ElsewherePorts, id: string): Promise<'reported' | 'over'> {
  const now = ports.clock.now();
  const key = keys.happened(id);
  const { rows: ahead } = await ports.store.open({ key, owner: null, now });
  const asked = readAsked(ahead.get(key)?.value ?? null, now);
  if (asked === null) return 'over';
  const { account, challenge, door } = asked;
  const challengeKey = keys.challenge(account, challenge);
  let stack: Key | null = null;
  const said = await decideAudited<'reported' | 'over'>(
    ports,
    { accountId: account, now, door, reference: null },
    [key, challengeKey],
    (rows) => {
      stack = null;
      const named = readAsked(rows(key)?.value ?? null, now);
      const report = reportOutside(rows, { account, challenge, door, now });
      if (named === null || report === null) return { commit: null, entry: null, result: 'over' };
      if (named.used) return { commit: null, entry: null, result: 'reported' };
      ({ stack } = report);
      return {
        commit: joined([askedParts({ ...named, used: true }), report.commit]),
        entry: { act: 'methods.unanswered', verdict: 'refused', reason: 'email reported', proofs: [] },
        result: 'reported',
      };
    },
  );
  if (stack !== null) ports.wake(stack);
  return said;
}

/**
 * The parts of a report of a challenge that is said elsewhere than in its own chat (I17), also where the challenge is over by then: whoever asked may have given up.
 * One that is out still ends, and its chat is told. Null for one that was passed, which is none that nobody asked for.
 * @param rows the challenge's, and whether the account is frozen
 */
export function reportOutside(
  rows: Rows,
  {
    account,
    challenge,
    door,
    now,
  }: { readonly account: string; readonly challenge: ChallengeId; readonly door: Door; readonly now: number },
): { readonly commit: Commit; readonly stack: Key | null } | null {
  const key = keys.challenge(account, challenge);
  const out = readChallenge(rows(key)?.value ?? null);
  if (out?.verdicts.some(({ verdict }) => verdict.type === 'answer.accepted') === true) return null;
  const closes = reportedParts(account, rows(keys.frozen(account)), { door, act: challenge, now });
  if (out === null || out.state === 'spent') return { commit: closes, stack: null };
  const told = { event: { type: 'challenge.unanswered', challenge, reason: 'reported' } } as const;
  const ends = { put: { [key]: { ...out, state: 'spent' as const } }, until: { [key]: out.expiresAt } };
  return { commit: joined([closes, ends, inboxParts(out.conversation, `unanswered-${challenge}`, told, now)]), stack: out.conversation };
}
