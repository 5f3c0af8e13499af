import type { AccountState } from './port.ts';

/**
 * Whether an account is in one of the groups that the policy names. Directories tell no two groups apart by their case, so neither is a policy
 * that protects a group to miss it by one.
 */
export function isMember({ groups }: Pick<AccountState, 'groups'>, named: readonly string[]): boolean {
  const wanted = new Set(named.map(folded));
  return groups.some((group) => wanted.has(folded(group)));
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();
