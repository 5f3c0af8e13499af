import { guidBytes } from '../../../src/directory/guid.ts';
import { HybridDirectory, type CloudDirectory } from '../../../src/directory/hybrid/hybrid.ts';
import type { AccountId, Directory } from '../../../src/directory/port.ts';
import type { GraphServer } from '../../servers/graph/graph.ts';
import { hire, type TenantUser } from '../../servers/graph/tenant.ts';
import type { DirectoryUnderTest } from '../contract.ts';
import { entraOn } from '../entra/on-graph.ts';

/** What Entra Connect writes for an account of Active Directory. */
export const immutableIdOf = (id: AccountId): string => guidBytes(id)?.toString('base64') ?? '';

/** Somebody of the other directory as the tenant has them once they are synced. */
export const sync = (
  { tenant }: Pick<GraphServer, 'tenant'>,
  person: { readonly id: AccountId; readonly userId?: string },
  more: Partial<TenantUser> = {},
): TenantUser =>
  hire(tenant, {
    onPremisesSyncEnabled: true,
    onPremisesImmutableId: immutableIdOf(person.id),
    password: null,
    ...(person.userId !== undefined && { userPrincipalName: person.userId }),
    ...more,
  });

/** The cloud's side on the stand-in, with the other one behind it. */
export const hybridOn = (graph: GraphServer, premises: Directory): Directory =>
  new HybridDirectory({ cloud: entraOn(graph) as CloudDirectory, premises });

/** For the contract: the people of the other directory, synced; the one who is managed elsewhere has no account there. */
export function hybridUnderTest(graph: GraphServer, premises: DirectoryUnderTest): DirectoryUnderTest {
  const { people } = premises;
  const ordinary = sync(graph, people.ordinary);
  const onPremises = new Map([[ordinary.id, people.ordinary.id]]);
  return {
    directory: hybridOn(graph, premises.directory),
    people: {
      ordinary: { ...people.ordinary, id: ordinary.id },
      disabled: { ...people.disabled, id: sync(graph, people.disabled).id },
      withoutPassword: sync(graph, people.withoutPassword),
      managedElsewhere: sync(graph, { id: '0d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10' }),
    },
    goodPassword: premises.goodPassword,
    wrongPasswordsThatLock: premises.wrongPasswordsThatLock,
    guess: (id, password) => premises.directory.provePassword(onPremises.get(id) ?? '', password),
    isPassword: async (id, password) => (await premises.directory.provePassword(onPremises.get(id) ?? '', password)).ok,
    async moveUserId(userId) {
      ordinary.userPrincipalName = userId;
    },
    putOnFile: (phone, mail) => premises.putOnFile(phone, mail),
    cutOff: () => graph.cutOff(),
    async close() {
      await graph.close();
      await premises.close();
    },
  };
}
