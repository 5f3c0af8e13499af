import { hire } from '../../servers/graph/tenant.ts';
import { startGraph } from '../../servers/graph/graph.ts';
import { directoryContract, type DirectoryUnderTest } from '../contract.ts';
import { halfWayTruth } from '../half-way.ts';
import { toldTruth } from '../told-truth.ts';
import { entraOn, hurriedClock } from './on-graph.ts';

async function underTest(): Promise<DirectoryUnderTest> {
  const graph = await startGraph();
  const { tenant } = graph;
  const person = hire(tenant, { password: 'Gammalt-glomt-77' });
  const ordinary = { id: person.id, userId: person.userPrincipalName, password: 'Gammalt-glomt-77' };
  let isSilent = false;
  const clock = hurriedClock(1);
  graph.trouble(() => isSilent, 'hang', Number.POSITIVE_INFINITY);
  return {
    directory: entraOn(graph, { clock }),
    people: {
      ordinary,
      disabled: { id: hire(tenant, { accountEnabled: false }).id, password: 'Gammalt-glomt-77' },
      withoutPassword: { id: hire(tenant, { password: null, lastPasswordChangeDateTime: null }).id },
      managedElsewhere: { id: hire(tenant, { onPremisesSyncEnabled: true }).id },
    },
    goodPassword: 'Stugan-bakom-skogen-77',
    wrongPasswordsThatLock: 10,
    isPassword: async (id, password) => tenant.users.find((each) => each.id === id)?.password === password,
    moveUserId: async (userId) => {
      person.userPrincipalName = userId;
    },
    async putOnFile(mobilePhone, mail) {
      Object.assign(person, { mobilePhone, otherMails: [mail] });
    },
    async cutOff() {
      clock.hurry(60);
      await graph.cutOff();
    },
    halfWay: {
      fallSilent() {
        clock.hurry(60);
        isSilent = true;
      },
      loseAnswer: () =>
        graph.trouble(({ method }) => {
          isSilent ||= method !== 'GET';
          if (isSilent) clock.hurry(60);
          return isSilent;
        }, 'lost-answer'),
      answerAgain() {
        clock.hurry(1);
        isSilent = false;
      },
      writes: () => graph.asked.filter(({ method }) => method !== 'GET').length,
      async remove() {
        tenant.users.splice(tenant.users.indexOf(person), 1);
      },
    },
    close: () => graph.close(),
  };
}

directoryContract('Entra ID, on a stand-in for Graph', underTest, ['proof', 'locks']);
toldTruth('Entra ID', underTest, ['cut off', 'silent']);
halfWayTruth('Entra ID', underTest, ['locks']);
