import { inboxParts } from '../../conversation/inbox.ts';
import { LatchkeyError } from '../../errors.ts';
import { joined } from '../../methods/join-commits.ts';
import { keys } from '../../store/keys.ts';
import type { ActAtWork, CaseAct } from '../case-act.ts';
import type { CaseRecord } from '../case-record.ts';
import { freezeParts, readFreeze } from '../freeze-record.ts';
import { issueStartCode } from '../issue-start-code.ts';
import { byVouching, knownBy, waysToKnow, type WayToKnow } from '../known-person.ts';

/**
 * Ends a freeze (I17): once it is known who the person is, by methods from before what was not them or by identity checked another way, and
 * by an agent who is none of those who found that out. The methods that were touched stay suspended until each is proved anew, and what was
 * made before the thaw is void. For whom two people vouched, who has no method left, the start code of those two comes with the thaw.
 */
export const thawBy = (ways: readonly WayToKnow[]): CaseAct => ({
  id: 'thaw',
  right: 'approve',
  takesProof: true,
  claimantOnly: false,
  offered: (record, now) =>
    record.code === 'LK_FROZEN' && record.freeze?.thawed === null && knownBy(ways, record, now).length > 0 ? { style: 'positive' } : null,
  async run(work) {
    const { needs, agent, record, now, change } = work;
    const codeOpens = await opensByCode(work);
    if (codeOpens === 'unavailable') return { ok: false, reason: 'unavailable' };
    const frozenKey = keys.frozen(record.account);
    return change(
      (current, rows) => {
        const held = readFreeze(rows.get(frozenKey) ?? null);
        const { freeze } = current;
        if (held.frozen === null || freeze === undefined || held.frozen.id !== freeze.id) return { ok: false, reason: 'not-frozen' };
        // What was found out before the freeze, or before it reached further back, may rest on a method that was touched.
        const fresh = knownBy(ways, current, now).filter(({ at }) => at > held.voidBefore);
        if (fresh.length === 0) return { ok: false, reason: 'not-verified' };
        const known = fresh.find(({ by }) => !by.includes(agent.id));
        if (known === undefined || current.claimed?.by === agent.id) return { ok: false, reason: 'second-agent' };
        const chats = needs.policy.organisation.tenants.map((tenant) => keys.stack(tenant, current.account));
        const told = chats.map((chat) => inboxParts(chat, `thawed-${freeze.id}`, { notice: 'runner.thawed', params: {} }, now));
        const { startCode, also } = codeOpens ? codeOf(work, current, held.voidBefore, chats) : noCode;
        return {
          ok: true,
          event: null,
          reason: startCode === undefined ? 'I17' : 'I17 start-code',
          proofs: known.proofs,
          change: { freeze: { ...freeze, thawed: { at: now, by: agent.id, name: agent.name } }, ...(startCode && { startCode }) },
          also: joined([freezeParts(current.account, { ...held, frozen: null, voidBefore: now }), ...told, also]),
        };
      },
      [frozenKey],
    );
  },
});

export const thaw: CaseAct = thawBy(waysToKnow);

const noCode = { startCode: undefined, also: {} } as const;

/** Whether two people's start code would open something for the account, as the directory has it now. Asked only where two have vouched. */
async function opensByCode({ needs: { vouching }, record, now }: ActAtWork): Promise<boolean | 'unavailable'> {
  if (byVouching(record, now) === null) return false;
  try {
    const account = await vouching.account(record.account);
    return account !== null && (await vouching.opensAny(account));
  } catch (fault) {
    if (fault instanceof LatchkeyError) return 'unavailable';
    throw fault;
  }
}

/** The start code of two who have vouched since the freeze. Its ten minutes begin now, and both hear that their half is there. */
function codeOf({ needs, now }: ActAtWork, record: CaseRecord, voidBefore: number, chats: readonly string[]) {
  const { startCode } = record;
  const vouched = byVouching(record, now);
  if (startCode === undefined || vouched === null || vouched.at <= voidBefore) return noCode;
  return issueStartCode(needs.seals, record, startCode, { vouchers: [startCode.agent, startCode.second], chats }, now);
}
