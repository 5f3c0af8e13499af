import type { AccountState } from '../port.ts';

/** What two directories say of one account, as one: who it is is the cloud's word, how its password stands the other's; what refuses counts on either side. */
export const joinedState = (cloud: AccountState, premises: AccountState): AccountState => ({
  readAt: Math.min(cloud.readAt, premises.readAt),
  id: cloud.id,
  userId: cloud.userId,
  name: cloud.name,
  kind: cloud.kind === 'person' ? premises.kind : cloud.kind,
  enabled: cloud.enabled && premises.enabled,
  // Nothing is written back through the cloud, which is what its licence is for.
  licensed: true,
  hasPassword: premises.hasPassword,
  passwordSetAt: premises.passwordSetAt,
  passwordExpired: premises.passwordExpired,
  mustChangePassword: premises.mustChangePassword,
  passwordManaged: premises.passwordManaged,
  locked: premises.locked,
  privileged: cloud.privileged || premises.privileged,
  groups: [...new Set([...cloud.groups, ...premises.groups])],
  // The other side names a manager by an id of its own.
  managerId: cloud.managerId,
  workMail: cloud.workMail ?? premises.workMail,
  workAddresses: [...new Set([...cloud.workAddresses, ...premises.workAddresses].map((each) => each.toLowerCase()))],
  language: cloud.language ?? premises.language,
});

/** A synced account whose own side does not answer: its password is out of reach for now, and nobody can tell whether it is privileged (I10). */
export const unreachableState = (cloud: AccountState): AccountState => ({
  ...cloud,
  licensed: true,
  passwordManaged: 'unreachable',
  privileged: true,
});
