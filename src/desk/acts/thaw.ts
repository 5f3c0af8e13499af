import { inboxParts } from '../../conversation/inbox.ts';
import { joined } from '../../methods/join-commits.ts';
import { keys } from '../../store/keys.ts';
import type { CaseAct } from '../case-act.ts';
import { freezeParts, readFreeze } from '../freeze-record.ts';
import { knownPerson, waysToKnow, type WayToKnow } from '../known-person.ts';

/**
 * Ends a freeze (I17): once it is known who the person is, by methods from before what was not them or by identity checked another way, and
 * by an agent who is none of those who found that out. The methods that were touched stay suspended until each is proved anew, and what was
 * made before the thaw is void.
 */
export const thawBy = (ways: readonly WayToKnow[]): CaseAct => ({
  id: 'thaw',
  right: 'approve',
  takesProof: true,
  claimantOnly: false,
  offered: (record, now) =>
    record.code === 'LK_FROZEN' && record.freeze?.thawed === null && knownPerson(ways, record, now) !== null ? { style: 'positive' } : null,
  async run({ needs, agent, record, now, change }) {
    const frozenKey = keys.frozen(record.account);
    return change(
      (current, rows) => {
        const held = readFreeze(rows.get(frozenKey) ?? null);
        const { freeze } = current;
        if (held.frozen === null || freeze === undefined || held.frozen.id !== freeze.id) return { ok: false, reason: 'not-frozen' };
        const known = knownPerson(ways, current, now);
        // What was found out before the freeze, or before it reached further back, may rest on a method that was touched.
        if (known === null || known.at <= held.voidBefore) return { ok: false, reason: 'not-verified' };
        if (known.by.includes(agent.id) || current.claimed?.by === agent.id) return { ok: false, reason: 'second-agent' };
        const told = needs.policy.organisation.tenants.map((tenant) =>
          inboxParts(keys.stack(tenant, current.account), `thawed-${freeze.id}`, { notice: 'runner.thawed', params: {} }, now),
        );
        return {
          ok: true,
          event: null,
          reason: 'I17',
          change: { freeze: { ...freeze, thawed: { at: now, by: agent.id, name: agent.name } } },
          also: joined([freezeParts(current.account, { ...held, frozen: null, voidBefore: now }), ...told]),
        };
      },
      [frozenKey],
    );
  },
});

export const thaw: CaseAct = thawBy(waysToKnow);
