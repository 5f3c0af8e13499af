import { inboxParts } from '../conversation/inbox.ts';
import type { Handler } from '../conversation/port.ts';
import { askedParts, readAsked } from '../delivery/asked.ts';
import { reportedParts } from '../desk/reported.ts';
import { keys } from '../store/keys.ts';
import { decideAudited } from './audited-update.ts';
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
  let stack: string | null = null;
  const said = await decideAudited<'reported' | 'over'>(
    ports,
    { accountId: account, now, door, reference: null },
    [key, challengeKey],
    (rows) => {
      stack = null;
      const named = readAsked(rows(key)?.value ?? null, now);
      const out = readChallenge(rows(challengeKey)?.value ?? null);
      const isPassed = out?.verdicts.some(({ verdict }) => verdict.type === 'answer.accepted') === true;
      if (named === null || isPassed) return { commit: null, entry: null, result: 'over' };
      if (named.used) return { commit: null, entry: null, result: 'reported' };
      const isOut = out !== null && out.state === 'open';
      if (isOut) stack = out.conversation;
      const told = { event: { type: 'challenge.unanswered', challenge, reason: 'reported' } } as const;
      return {
        commit: joined([
          askedParts({ ...named, used: true }),
          reportedParts(account, rows(keys.frozen(account)), { door, act: challenge, now }),
          isOut ? { put: { [challengeKey]: { ...out, state: 'spent' } }, until: { [challengeKey]: out.expiresAt } } : {},
          isOut ? inboxParts(out.conversation, `unanswered-${challenge}`, told, now) : {},
        ]),
        entry: { act: 'methods.unanswered', verdict: 'refused', reason: 'email reported', proofs: [] },
        result: 'reported',
      };
    },
  );
  if (stack !== null) ports.wake(stack);
  return said;
}
