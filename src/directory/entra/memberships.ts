import { z } from 'zod';
import type { AccountId } from '../port.ts';
import type { Graph } from './graph.ts';

/** A group, role or administrative unit an account is in, directly or by others. */
export interface Membership {
  readonly id: string;
  readonly type: 'group' | 'directoryRole' | 'administrativeUnit' | 'unknown';
  /** Null where we may not look at it: Graph then gives its id and kind only. */
  readonly securityEnabled: boolean | null;
  readonly isAssignableToRole: boolean | null;
}

/** A directory object as far as we ask for it. */
export const membershipShape = z.object({
  '@odata.type': z.string().optional(),
  id: z.string(),
  securityEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
});

/** What an account is in, through any number of groups; null when there is no such account. */
export async function readMemberships(graph: Graph, id: AccountId): Promise<readonly Membership[] | null> {
  const found = await graph.list(
    `/users/${id}/transitiveMemberOf`,
    { $select: 'id,securityEnabled,isAssignableToRole', $top: '999' },
    'GroupMember.Read.All',
    membershipShape,
  );
  return found === null ? null : found.map(membershipOf);
}

export const membershipOf = ({
  '@odata.type': type,
  id,
  securityEnabled,
  isAssignableToRole,
}: z.infer<typeof membershipShape>): Membership => ({
  id,
  type: typeOf(type),
  securityEnabled: securityEnabled ?? null,
  isAssignableToRole: isAssignableToRole ?? null,
});

function typeOf(odataType: string | undefined): Membership['type'] {
  switch (odataType) {
    case '#microsoft.graph.group':
      return 'group';
    case '#microsoft.graph.directoryRole':
      return 'directoryRole';
    case '#microsoft.graph.administrativeUnit':
      return 'administrativeUnit';
    default:
      return 'unknown';
  }
}
