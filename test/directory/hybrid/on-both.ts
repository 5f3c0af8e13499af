import { guidBytes } from '../../../src/directory/guid.ts';
import { HybridDirectory, type CloudDirectory } from '../../../src/directory/hybrid/hybrid.ts';
import type { AccountId, Directory } from '../../../src/directory/port.ts';
import type { GraphServer } from '../../servers/graph/graph.ts';
import { hire, type TenantUser } from '../../servers/graph/tenant.ts';
import type { Clock } from '../../../src/ports.ts';
import type { DirectoryUnderTest, HalfWay } from '../contract.ts';
import { entraOn, hurriedClock } from '../entra/on-graph.ts';

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

/** The cloud's side on the stand-in, with the other one behind it. @param clock of the cloud's side */
export const hybridOn = (graph: GraphServer, premises: Directory, clock?: Clock): Directory =>
  new HybridDirectory({ cloud: entraOn(graph, clock === undefined ? {} : { clock }) as CloudDirectory, premises });

/**
 * For the contract: the people of the other directory, synced; the one who is managed elsewhere has no account there.
 * @param silent which side it is that falls silent
 */
export function hybridUnderTest(
  graph: GraphServer,
  premises: DirectoryUnderTest,
  silent: 'the cloud' | 'premises' = 'premises',
): DirectoryUnderTest {
  const { people } = premises;
  const clock = hurriedClock(1);
  const ordinary = sync(graph, people.ordinary);
  const onPremises = new Map([[ordinary.id, people.ordinary.id]]);
  return {
    directory: hybridOn(graph, premises.directory, clock),
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
    async cutOff() {
      clock.hurry(60);
      await graph.cutOff();
    },
    ...(premises.halfWay !== undefined && { halfWay: halfWayOn({ graph, clock }, premises.halfWay, ordinary, silent) }),
    async close() {
      await graph.close();
      await premises.close();
    },
  };
}

/** A write of either side is lost; and one side alone falls silent. Whoever is gone is gone from both. */
function halfWayOn(
  { graph, clock }: { readonly graph: GraphServer; readonly clock: ReturnType<typeof hurriedClock> },
  premises: HalfWay,
  ordinary: TenantUser,
  silent: 'the cloud' | 'premises',
): HalfWay {
  let isSilent = false;
  let losing = false;
  graph.trouble(() => isSilent, 'hang', Number.POSITIVE_INFINITY);
  graph.trouble(({ method }) => losing && method !== 'GET', 'lost-answer', Number.POSITIVE_INFINITY);
  return {
    fallSilent() {
      if (silent === 'premises') premises.fallSilent?.();
      else {
        clock.hurry(60);
        isSilent = true;
      }
    },
    loseAnswer() {
      losing = true;
      clock.hurry(60);
      premises.loseAnswer();
    },
    answerAgain() {
      clock.hurry(1);
      isSilent = false;
      losing = false;
      premises.answerAgain();
    },
    writes: () => premises.writes() + graph.asked.filter(({ method }) => method !== 'GET').length,
    async remove() {
      graph.tenant.users.splice(graph.tenant.users.indexOf(ordinary), 1);
      await premises.remove();
    },
  };
}
