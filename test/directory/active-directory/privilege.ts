import { describe, expect, test } from '@jest/globals';
import { accountRefusal } from '../../../src/directory/eligibility.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import type { SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

/** I10: who has extra protection. */
export function privilegeTests(domain: () => SambaDomain): void {
  describe('I10: privileged accounts', () => {
    const at = (name: string): string => `CN=${name},CN=Users,${domain().controller.base}`;
    const privileged = async (id: string): Promise<boolean | undefined> => (await adapterOf(domain()).find(id))?.privileged;

    test('a person in no such group is not', async () => {
      const alma = await domain().add();
      expect(await privileged(alma.id)).toBe(false);
    });

    test.each(['Domain Admins', 'Enterprise Admins', 'Schema Admins', 'Group Policy Creator Owners'])('%s are', async (name) => {
      const alma = await domain().add();
      await domain().join(at(name), alma.dn);
      expect(await privileged(alma.id)).toBe(true);
    });

    test.each(['Administrators', 'Account Operators', 'Backup Operators'])('%s are', async (name) => {
      const alma = await domain().add();
      await domain().join(`CN=${name},CN=Builtin,${domain().controller.base}`, alma.dn);
      expect(await privileged(alma.id)).toBe(true);
    });

    test('whoever is in such a group through two others is, and gets no password here', async () => {
      const alma = await domain().add();
      const inner = await domain().group('Night shift', [alma.dn]);
      const outer = await domain().group('Operations', [inner]);
      await domain().join(at('Domain Admins'), outer);
      const state = await adapterOf(domain()).find(alma.id);
      expect(state).toMatchObject({
        privileged: true,
        groups: expect.arrayContaining(['Night shift', 'Operations', 'Domain Admins', inner]),
      });
      expect(accountRefusal(demoPolicy(), state, 'reset', [])).toMatchObject({ code: 'LK_PRIVILEGED' });
    });

    test('whoever is in such a group through one that only mail goes to is: the in-chain rule sees what no ticket holds', async () => {
      const alma = await domain().add();
      const list = at('Everybody on call');
      await domain().administrator.add(list, {
        objectClass: 'group',
        sAMAccountName: 'Everybody on call',
        groupType: '2',
        member: [alma.dn],
      });
      await domain().join(at('Domain Admins'), list);
      const state = await adapterOf(domain()).find(alma.id);
      expect(state?.groups).not.toContain('Domain Admins');
      expect(state?.privileged).toBe(true);
    });

    test('whose primary group it is, is', async () => {
      const alma = await domain().add();
      await domain().join(at('Group Policy Creator Owners'), alma.dn);
      await domain().change(alma.dn, { primaryGroupID: '520' });
      expect(await privileged(alma.id)).toBe(true);
    });

    test('a mark that Active Directory left (adminCount), the administrator, and our own account are', async () => {
      const alma = await domain().add({ attributes: { adminCount: '1' } });
      expect(await privileged(alma.id)).toBe(true);
      for (const name of ['Administrator', 'latchkey']) {
        await domain().change(at(name), { userPrincipalName: `${name}@fjallbyn.example` });
        expect([name, (await adapterOf(domain()).findByUserId(`${name}@fjallbyn.example`))?.privileged]).toEqual([name, true]);
      }
      const signedInByName = adapterOf(domain(), { bindDn: 'latchkey@fjallbyn.example' });
      expect((await signedInByName.findByUserId('latchkey@fjallbyn.example'))?.privileged).toBe(true);
    });

    test('a group by which the policy protects is known by its name, however deep', async () => {
      const alma = await domain().add();
      const inner = await domain().group('Payroll', [alma.dn]);
      await domain().group('Protected here', [inner]);
      const policy = { ...demoPolicy(), privileged: { accounts: [], groups: ['PROTECTED here'] } };
      expect(accountRefusal(policy, await adapterOf(domain()).find(alma.id), 'reset', [])).toMatchObject({ code: 'LK_PRIVILEGED' });
    });

    test('cannot tell means yes: a group that our account may not see', async () => {
      const alma = await domain().add();
      const hidden = await domain().group('Hidden', [alma.dn]);
      expect(await privileged(alma.id)).toBe(false);
      domain().controller.tool('dsacl', 'set', `--objectdn=${hidden}`, '--sddl=(D;;RPLCLORC;;;AU)', '--action=deny');
      expect(await privileged(alma.id)).toBe(true);
    });

    test('an account that we may not read whole is a fault, never an ordinary one', async () => {
      const alma = await domain().add();
      domain().controller.tool('dsacl', 'set', `--objectdn=${alma.dn}`, '--sddl=(D;;RP;;;AU)', '--action=deny');
      const read = await adapterOf(domain())
        .find(alma.id)
        .catch((fault: unknown) => fault);
      // Whoever may not even see its id finds nobody: that too is no ordinary account.
      if (read !== null)
        expect(read).toMatchObject({ code: 'latchkey_directory_forbidden', message: expect.stringContaining('read all properties') });
    });
  });
}
