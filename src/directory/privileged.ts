import type { Policy } from '../config/policy.ts';
import { isMember } from './is-member.ts';
import type { AccountState } from './port.ts';

/**
 * Whether an account has extra protection (I10): the directory says so or cannot tell, the policy names it, or it is an agent's. No policy
 * takes that away.
 */
export function isPrivileged({ privileged, agents }: Pick<Policy, 'privileged' | 'agents'>, state: AccountState): boolean {
  const named = [...privileged.accounts, ...agents.accounts];
  const groups = [...privileged.groups, ...agents.groups];
  return state.privileged || named.includes(state.id) || isMember(state, groups);
}
