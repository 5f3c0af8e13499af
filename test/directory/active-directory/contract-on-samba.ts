import { jest } from '@jest/globals';
import { Client } from 'ldapts';
import { cuttableWay } from '../../servers/cut-off.ts';
import { directoryContract, type DirectoryUnderTest } from '../contract.ts';
import { startGraph } from '../../servers/graph/graph.ts';
import { halfWayTruth } from '../half-way.ts';
import { toldTruth } from '../told-truth.ts';
import { hybridUnderTest } from '../hybrid/on-both.ts';
import type { SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

/** The contract that every directory keeps, over a way that can be cut. */
export function contractTests(domain: () => SambaDomain): void {
  directoryContract('Active Directory', () => activeDirectoryUnderTest(domain()));
  toldTruth('Active Directory', () => activeDirectoryUnderTest(domain(), impatientMs), ['cut off', 'silent']);
  halfWayTruth('Active Directory', () => activeDirectoryUnderTest(domain(), impatientMs));
  const hybrid = async (patienceMs?: number, silent?: 'the cloud') =>
    hybridUnderTest(await startGraph(), await activeDirectoryUnderTest(domain(), patienceMs), silent);
  directoryContract('Active Directory behind Entra ID', hybrid, ['proof']);
  toldTruth('Entra ID before Active Directory', async () => hybrid(impatientMs, 'the cloud'), ['cut off', 'silent']);
  halfWayTruth('Active Directory behind Entra ID', async () => hybrid(impatientMs));
}

/** How long a controller has where it is to fall silent: long enough for one that does not. */
const impatientMs = 4_000;

async function activeDirectoryUnderTest(domain: SambaDomain, patienceMs?: number): Promise<DirectoryUnderTest> {
  const way = await cuttableWay({ host: domain.controller.address, port: 636 });
  const ordinary = await domain.add();
  let losing = false;
  let writes = 0;
  const modify = Client.prototype.modify;
  const watched = jest.spyOn(Client.prototype, 'modify').mockImplementation(async function (this: Client, ...sent) {
    if (this !== domain.administrator) {
      writes += 1;
      if (losing) way.silence();
    }
    return modify.apply(this, sent);
  });
  const cut = async (): Promise<void> => {
    watched.mockRestore();
    await way.cut();
  };
  return {
    directory: adapterOf(domain, { urls: [`ldaps://localhost:${way.port}`] }, patienceMs),
    people: {
      ordinary,
      disabled: await domain.add({ userAccountControl: 514 }),
      withoutPassword: await domain.add({ password: null }),
      managedElsewhere: await domain.add({ userAccountControl: 512 + 0x4_0000 }),
    },
    goodPassword: 'Trädgård-bakom-muren-77',
    wrongPasswordsThatLock: domain.wrongPasswordsThatLock,
    moveUserId: (userId) => domain.change(ordinary.dn, { userPrincipalName: userId }),
    putOnFile: (mobile, otherMailbox) => domain.change(ordinary.dn, { mobile, otherMailbox }),
    cutOff: () => way.cut(),
    close: cut,
    halfWay: {
      fallSilent: () => way.silence(),
      loseAnswer() {
        losing = true;
      },
      answerAgain() {
        losing = false;
        way.speak();
      },
      writes: () => writes,
      remove: () => domain.administrator.del(ordinary.dn),
    },
  };
}
