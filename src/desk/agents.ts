import type { AgentRight, Policy } from '../config/policy.ts';
import { isMember } from '../directory/is-member.ts';
import type { AccountState } from '../directory/port.ts';

export type { AgentRight } from '../config/policy.ts';

/**
 * Whether an account, as just read from the directory, is a helpdesk agent (I14): named in the policy or in one of its groups, enabled,
 * and a person. Read at each click: who left the group an hour ago is none.
 */
export function isAgent({ agents }: Pick<Policy, 'agents'>, account: AccountState): boolean {
  return account.enabled && account.kind === 'person' && isNamed(account, agents);
}

/** What no agent may unless the policy names them for it. */
const byNameOnly: ReadonlySet<AgentRight> = new Set(['temporary-pass', 'stop']);

/** Whether an account, as just read from the directory, is an agent with this right (I14). */
export function hasRight(policy: Pick<Policy, 'agents'>, account: AccountState, right: AgentRight): boolean {
  if (!isAgent(policy, account)) return false;
  const named = policy.agents.rights[right];
  return named === undefined ? !byNameOnly.has(right) : isNamed(account, named);
}

/** Whether the policy lets any agent do what this right is for. */
export const someoneMayGive = ({ agents }: Pick<Policy, 'agents'>, right: AgentRight): boolean =>
  agents.rights[right] !== undefined || !byNameOnly.has(right);

const isNamed = (account: AccountState, { accounts, groups }: Pick<Policy['agents'], 'accounts' | 'groups'>): boolean =>
  accounts.includes(account.id) || isMember(account, groups);
