import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../../src/directory/port.ts';
import { failure, noSuchResource } from '../../servers/graph/answers.ts';
import { startGraph, type GraphServer } from '../../servers/graph/graph.ts';
import { group, hire } from '../../servers/graph/tenant.ts';
import { entraOn } from './on-graph.ts';

let graph: GraphServer;
let entra: Directory;
beforeEach(async () => {
  graph = await startGraph();
  entra = entraOn(graph);
});
afterEach(() => graph.close());

const isPrivileged = async (id: string): Promise<boolean | undefined> => (await entra.find(id))?.privileged;
const role = { '@odata.type': '#microsoft.graph.directoryRole', id: 'role-1' };
const roleGroup = () => group({ isAssignableToRole: true });

describe('I10: privileged in Entra', () => {
  test('an ordinary person is not, in a tenant that has all of it', async () => {
    const held = roleGroup();
    graph.tenant.roleGroups.push(held, roleGroup());
    graph.tenant.eligibleForGroup.push({ groupId: held.id, principalId: hire(graph.tenant).id, accessId: 'member' });
    graph.tenant.activeRoles.add(hire(graph.tenant).id);
    expect(await isPrivileged(hire(graph.tenant, { owns: [group(), { '@odata.type': '#microsoft.graph.device', id: 'pc' }] }).id)).toBe(
      false,
    );
  });

  test('by an active role', async () => {
    const user = hire(graph.tenant, { memberOf: [role] });
    expect(await isPrivileged(user.id)).toBe(true);
    const custom = hire(graph.tenant);
    graph.tenant.activeRoles.add(custom.id);
    expect(await isPrivileged(custom.id)).toBe(true);
  });

  test('by an eligible role', async () => {
    const user = hire(graph.tenant);
    graph.tenant.eligibleRoles.add(user.id);
    expect(await isPrivileged(user.id)).toBe(true);
  });

  test('as a member, through another group too, of a group that roles may be assigned to', async () => {
    expect(await isPrivileged(hire(graph.tenant, { memberOf: [group(), roleGroup()] }).id)).toBe(true);
  });

  test('as its owner', async () => {
    expect(await isPrivileged(hire(graph.tenant, { owns: [roleGroup()] }).id)).toBe(true);
  });

  test.each(['member', 'owner'] as const)('as one who may become its %s', async (accessId) => {
    const user = hire(graph.tenant);
    const held = roleGroup();
    graph.tenant.roleGroups.push(roleGroup(), held);
    graph.tenant.eligibleForGroup.push({ groupId: held.id, principalId: user.id, accessId });
    expect(await isPrivileged(user.id)).toBe(true);
  });

  test('as one whose group may become its member', async () => {
    const between = group();
    const user = hire(graph.tenant, { memberOf: [between] });
    const held = roleGroup();
    graph.tenant.roleGroups.push(held);
    graph.tenant.eligibleForGroup.push({ groupId: held.id, principalId: between.id, accessId: 'member' });
    expect(await isPrivileged(user.id)).toBe(true);
  });

  test('the last of many pages counts', async () => {
    graph.pageSize = 1;
    expect(await isPrivileged(hire(graph.tenant, { memberOf: [group(), group(), role] }).id)).toBe(true);
  });

  test.each([
    ['a group that shows nothing of itself', [{ '@odata.type': '#microsoft.graph.group', id: 'g', securityEnabled: null }]],
    ['something of a kind nobody knows', [{ '@odata.type': '#microsoft.graph.somethingNew', id: 'x' }]],
  ])('cannot tell means yes: %s', async (_what, memberOf) => {
    expect(await isPrivileged(hire(graph.tenant, { memberOf }).id)).toBe(true);
  });

  test('cannot tell means yes: an owned group that shows nothing of itself', async () => {
    expect(await isPrivileged(hire(graph.tenant, { owns: [{ '@odata.type': '#microsoft.graph.group', id: 'g' }] }).id)).toBe(true);
  });

  test.each(['RoleManagement.Read.Directory', 'PrivilegedEligibilitySchedule.Read.AzureADGroup'])(
    'cannot tell means yes: without %s everybody is',
    async (grant) => {
      const lacking: string[] = [];
      entra = entraOn(graph, { onForbidden: (missing) => void lacking.push(missing) });
      graph.granted.delete(grant);
      graph.tenant.roleGroups.push(roleGroup());
      expect(await isPrivileged(hire(graph.tenant).id)).toBe(true);
      // The operator hears what to grant.
      expect(new Set(lacking)).toEqual(new Set([grant]));
    },
  );

  test.each([
    ['roleAssignments', failure(400, 'Request_UnsupportedQuery', 'no')],
    ['roleEligibilityScheduleInstances', failure(400, 'UnknownError', '')],
    ['roleAssignments', noSuchResource('x')],
    ['ownedObjects', noSuchResource('x')],
  ])('cannot tell means yes: an answer of %s that nobody expected', async (path, answer) => {
    graph.trouble((request) => request.path.endsWith(path), answer, 9);
    expect(await isPrivileged(hire(graph.tenant).id)).toBe(true);
  });

  test('where Privileged Identity Management is not licensed nobody is eligible', async () => {
    graph.tenant.hasPim = false;
    graph.tenant.roleGroups.push(roleGroup());
    expect(await isPrivileged(hire(graph.tenant).id)).toBe(false);
    expect(await isPrivileged(hire(graph.tenant, { memberOf: [role] }).id)).toBe(true);
  });
});
