import { z } from 'zod';
import { LatchkeyError } from '../../errors.ts';
import type { AccountId } from '../port.ts';
import { literal, type Graph } from './graph.ts';
import { membershipOf, membershipShape, type Membership } from './memberships.ts';

const anything = z.object({});
const idOnly = z.object({ id: z.string() });
const eligible = z.object({ principalId: z.string() });

/** How many groups' eligible members are asked for at once. */
const atOnce = 4;

/**
 * Whether an account has extra protection in Entra (I10): a directory role, active or eligible, its own or by a group; a member, an owner, or
 * eligible to become one, of a group that roles may be assigned to. What we may not read counts as yes.
 * @throws LatchkeyError of kind `unavailable` when Graph does not answer: then nothing is decided
 */
export async function isPrivilegedInEntra(graph: Graph, id: AccountId, memberships: readonly Membership[]): Promise<boolean> {
  if (memberships.some(givesPrivilege)) return true;
  const principals = [id, ...memberships.map((each) => each.id)];
  const said = await Promise.all(
    [hasActiveRole(graph, id), hasEligibleRole(graph, id), ownsRoleGroup(graph, id), mayJoinRoleGroup(graph, principals)].map(orCannotTell),
  );
  return said.includes(true);
}

/** A role, a group that roles may be assigned to, or something we may not look at: its properties are null then. */
function givesPrivilege({ type, securityEnabled, isAssignableToRole }: Membership): boolean {
  if (type === 'administrativeUnit') return false;
  if (type !== 'group') return true;
  return isAssignableToRole === true || typeof securityEnabled !== 'boolean';
}

async function orCannotTell(asked: Promise<boolean>): Promise<boolean> {
  return asked.catch((fault: unknown) => {
    if (fault instanceof LatchkeyError && fault.kind === 'refused') return true;
    throw fault;
  });
}

const roles = '/roleManagement/directory';

async function hasActiveRole(graph: Graph, id: AccountId): Promise<boolean> {
  const filter = { $filter: `principalId eq ${literal(id)}`, $select: 'id' };
  const found = await graph.list(`${roles}/roleAssignments`, filter, 'RoleManagement.Read.Directory', anything);
  return found === null || found.length > 0;
}

async function hasEligibleRole(graph: Graph, id: AccountId): Promise<boolean> {
  const filter = { $filter: `principalId eq ${literal(id)}`, $select: 'id' };
  const found = await noneUnlicensed(
    graph.list(`${roles}/roleEligibilityScheduleInstances`, filter, 'RoleManagement.Read.Directory', anything),
  );
  return found === null || found.length > 0;
}

async function ownsRoleGroup(graph: Graph, id: AccountId): Promise<boolean> {
  const query = { $select: 'id,securityEnabled,isAssignableToRole' };
  const found = await graph.list(`/users/${id}/ownedObjects`, query, 'GroupMember.Read.All', membershipShape);
  return found === null || found.map(membershipOf).some((each) => each.type === 'group' && givesPrivilege(each));
}

/** Eligible to become a member or an owner: asked of each group, because whoever is eligible may be one of the account's groups. */
async function mayJoinRoleGroup(graph: Graph, principals: readonly string[]): Promise<boolean> {
  const ofRoles = { $filter: 'isAssignableToRole eq true', $select: 'id' };
  const groups = await graph.list('/groups', ofRoles, 'GroupMember.Read.All', idOnly);
  if (groups === null) return true;
  for (let from = 0; from < groups.length; from += atOnce) {
    const found = await Promise.all(groups.slice(from, from + atOnce).map(({ id }) => eligibleFor(graph, id)));
    if (found.some((each) => each === null || each.some(({ principalId }) => principals.includes(principalId)))) return true;
  }
  return false;
}

function eligibleFor(graph: Graph, group: string): Promise<readonly z.infer<typeof eligible>[] | null> {
  return noneUnlicensed(
    graph.list(
      '/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances',
      { $filter: `groupId eq ${literal(group)}`, $select: 'principalId' },
      'PrivilegedEligibilitySchedule.Read.AzureADGroup',
      eligible,
    ),
  );
}

/** Without the licence for Privileged Identity Management nobody can be eligible for anything. */
async function noneUnlicensed<T>(asked: Promise<readonly T[] | null>): Promise<readonly T[] | null> {
  return asked.catch((fault: unknown) => {
    if (fault instanceof LatchkeyError && fault.cause === 'AadPremiumLicenseRequired') return [];
    throw fault;
  });
}
