import { afterAll, beforeAll } from '@jest/globals';
import { describeOnSamba, domainMs } from '../../servers/on-samba.ts';
import { startSambaDomain, type SambaDomain } from '../samba-domain.ts';
import { accountTests } from './accounts.ts';
import { doctorTests } from './doctor.ts';
import { contractTests } from './contract-on-samba.ts';
import { controllerTests } from './controllers.ts';
import { passwordTests } from './passwords.ts';
import { privilegeTests } from './privilege.ts';

/** One domain for all of them: it takes some seconds to make. */
describeOnSamba('Active Directory, played by Samba', () => {
  let domain: SambaDomain;
  beforeAll(async () => {
    domain = await startSambaDomain();
  }, domainMs);
  afterAll(() => domain.stop());
  const theDomain = (): SambaDomain => domain;

  contractTests(theDomain);
  accountTests(theDomain);
  passwordTests(theDomain);
  privilegeTests(theDomain);
  controllerTests(theDomain);
  doctorTests(theDomain);
});
