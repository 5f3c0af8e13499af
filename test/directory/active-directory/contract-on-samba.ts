import { cuttableWay } from '../../servers/cut-off.ts';
import { directoryContract, type DirectoryUnderTest } from '../contract.ts';
import { startGraph } from '../../servers/graph/graph.ts';
import { toldTruth } from '../told-truth.ts';
import { hybridUnderTest } from '../hybrid/on-both.ts';
import type { SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

/** The contract that every directory keeps, over a way that can be cut. */
export function contractTests(domain: () => SambaDomain): void {
  directoryContract('Active Directory', () => activeDirectoryUnderTest(domain()));
  toldTruth('Active Directory', () => activeDirectoryUnderTest(domain()));
  directoryContract(
    'Active Directory behind Entra ID',
    async () => hybridUnderTest(await startGraph(), await activeDirectoryUnderTest(domain())),
    ['proof'],
  );
}

async function activeDirectoryUnderTest(domain: SambaDomain): Promise<DirectoryUnderTest> {
  const way = await cuttableWay({ host: domain.controller.address, port: 636 });
  const ordinary = await domain.add();
  return {
    directory: adapterOf(domain, { urls: [`ldaps://localhost:${way.port}`] }),
    people: {
      ordinary,
      disabled: await domain.add({ userAccountControl: 514 }),
      withoutPassword: await domain.add({ password: null }),
      managedElsewhere: await domain.add({ userAccountControl: 512 + 0x4_0000 }),
    },
    goodPassword: 'Trädgård-bakom-muren-77',
    wrongPasswordsThatLock: domain.wrongPasswordsThatLock,
    moveUserId: (userId) => domain.change(ordinary.dn, { userPrincipalName: userId }),
    cutOff: () => way.cut(),
    close: () => way.cut(),
  };
}
