import type { Policy } from '../config/policy.ts';
import { isMember } from '../directory/is-member.ts';
import type { AccountState } from '../directory/port.ts';

/**
 * Whether an account, as just read from the directory, is a helpdesk agent (I14): named in the policy or in one of its groups, enabled,
 * and a person. Read at each click: who left the group an hour ago is none.
 */
export function isAgent({ agents }: Pick<Policy, 'agents'>, account: AccountState): boolean {
  if (!account.enabled || account.kind !== 'person') return false;
  return agents.accounts.includes(account.id) || isMember(account, agents.groups);
}
