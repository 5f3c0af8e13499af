import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openClinic, type Clinic } from '../../doctor/clinic.ts';
import type { SambaDomain } from '../samba-domain.ts';

/** The doctor on a real domain. */
export function doctorTests(domain: () => SambaDomain): void {
  describe('npm run doctor', () => {
    let clinic: Clinic;
    beforeAll(async () => {
      clinic = await openClinic();
      const { urls, bindDn, bindPassword, base } = domain().settings;
      Object.assign(clinic.environment, {
        DIRECTORY: 'active-directory',
        LDAP_URL: urls.join(','),
        LDAP_CA_FILE: domain().controller.caFile,
        LDAP_BIND_DN: bindDn,
        LDAP_BIND_PASSWORD: bindPassword,
        LDAP_BASE: base,
      });
    });
    afterAll(() => clinic.close());
    const administrators = (): string => `CN=Domain Admins,CN=Users,${domain().controller.base}`;

    test('a reset on the test account is proved by a bind; the decoy is refused by the domain itself', async () => {
      const [alma, decoy] = [await domain().add(), await domain().add({ unit: 'Board' })];
      await domain().join(administrators(), decoy.dn);
      const { status, out, row } = await clinic.run(['--account', alma.userId, '--reset', '--decoy', decoy.userId]);
      expect(row('reset')).toContain('and it is the password');
      expect(row('decoy')).toContain('decoy works the directory itself refuses');
      expect([status, out.includes('FAILS')]).toEqual([0, false]);
      expect(await domain().takes(alma.dn, alma.password)).toBe(false);
      expect(await domain().takes(decoy.dn, decoy.password)).toBe(true);
    });

    test('what is on file of the test account is counted', async () => {
      const alma = await domain().add({ attributes: { mobile: '+46701740645', otherMailbox: 'alma@example.net' } });
      const { status, out, row } = await clinic.run(['--account', alma.userId]);
      expect([status, row('places on file')]).toEqual([0, expect.stringContaining('works the directory holds 1 number and 1 address')]);
      expect(out).not.toMatch(/1740645|alma@example/u);
    });

    test('I10: a decoy within the reach of our service account fails loudly', async () => {
      const decoy = await domain().add();
      await domain().join(administrators(), decoy.dn);
      const { status, row } = await clinic.run(['--decoy', decoy.userId]);
      expect([status, row('decoy')]).toEqual([1, expect.stringContaining('DANGER')]);
    });

    test('a test account out of reach says what to grant', async () => {
      const outside = await domain().add({ unit: 'Board' });
      const { status, row } = await clinic.run(['--account', outside.userId, '--reset']);
      expect([status, row('reset')]).toEqual([1, expect.stringMatching(/reset-password.*Grant the service account "Reset password"/su)]);
    });

    test('a wrong password of the service account is told, and not tried again and again', async () => {
      const right = clinic.environment['LDAP_BIND_PASSWORD'];
      clinic.environment['LDAP_BIND_PASSWORD'] = 'A-wrong-passw0rd';
      const { status, out, row } = await clinic.run();
      clinic.environment['LDAP_BIND_PASSWORD'] = right;
      expect([status, row('directory')]).toEqual([1, expect.stringMatching(/LDAP_BIND_DN or LDAP_BIND_PASSWORD.*-> Correct/su)]);
      expect(out).not.toContain('A-wrong-passw0rd');
    });
  });
}
