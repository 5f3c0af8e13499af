import { describe, expect, test } from '@jest/globals';
import { ActiveDirectory } from '../../../src/directory/active-directory/active-directory.ts';
import { isPasswordRestriction } from '../../../src/directory/active-directory/ldap-faults.ts';
import { systemClock } from '../../../src/security/system-ports.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import { cuttableWay } from '../../servers/cut-off.ts';
import { quoted, type SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

const good = 'Trädgård-bakom-muren-77';

/** How passwords are proved, set and refused, and locks lifted. */
export function passwordTests(domain: () => SambaDomain): void {
  describe('passwords', () => {
    const lock = async (dn: string): Promise<void> => {
      for (let guess = 0; guess < domain().wrongPasswordsThatLock; guess += 1) await domain().takes(dn, `wrong-${guess}`);
    };

    /** A fine-grained policy for one account. As ever, our service account may not read it. */
    const finePolicy = async (name: string, dn: string, values: Readonly<Record<string, string>>): Promise<void> => {
      await domain().administrator.add(`CN=${name},CN=Password Settings Container,CN=System,${domain().controller.base}`, {
        objectClass: 'msDS-PasswordSettings',
        'msDS-PasswordSettingsPrecedence': '10',
        'msDS-PasswordReversibleEncryptionEnabled': 'FALSE',
        'msDS-PasswordHistoryLength': '24',
        'msDS-PasswordComplexityEnabled': 'TRUE',
        'msDS-MinimumPasswordLength': '7',
        'msDS-MinimumPasswordAge': '0',
        'msDS-MaximumPasswordAge': '-9223372036854775808',
        'msDS-LockoutThreshold': '0',
        'msDS-LockoutObservationWindow': '-18000000000',
        'msDS-LockoutDuration': '-18000000000',
        'msDS-PSOAppliesTo': dn,
        ...values,
      });
    };

    test('the domain itself takes the new password, and no longer the old one', async () => {
      const alma = await domain().add();
      expect(await domain().takes(alma.dn, alma.password)).toBe(true);
      expect(await adapterOf(domain()).setPassword(alma.id, good)).toMatchObject({ ok: true });
      expect(await domain().takes(alma.dn, alma.password)).toBe(false);
      expect(await domain().takes(alma.dn, good)).toBe(true);
    });

    test.each(['"Quotes" and \\ in the middle 7', 'Skogen 🦊🐻🌲🔥🌙⛵🎻🧊', `Lång-${'å1b2c3d4'.repeat(15)}`.slice(0, 127)])(
      'it may hold any sign: %s',
      async (password) => {
        const alma = await domain().add();
        expect(await adapterOf(domain()).setPassword(alma.id, password)).toMatchObject({ ok: true });
        expect(await domain().takes(alma.dn, password)).toBe(true);
      },
    );

    test('a temporary password is the password at once and must be changed; its owner changes it as any expired one', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      const given = await directory.temporaryPass(alma.id);
      if (!given.ok) throw new Error(given.reason);
      expect(await directory.find(alma.id)).toMatchObject({ mustChangePassword: true, hasPassword: true });
      expect(await directory.provePassword(alma.id, given.pass)).toEqual({ ok: true });
      expect(await domain().takes(alma.dn, alma.password)).toBe(false);
      // The domain lets nobody in with it before it was changed.
      expect(await domain().takes(alma.dn, given.pass)).toBe(false);
      expect(await directory.setPassword(alma.id, good, given.pass)).toMatchObject({ ok: true });
      expect(await domain().takes(alma.dn, good)).toBe(true);
    });

    test('a temporary password that our account may not set is a fault that says what to grant', async () => {
      const outside = await domain().add({ unit: 'Board' });
      const fault: unknown = await adapterOf(domain())
        .temporaryPass(outside.id)
        .catch((each: unknown) => each);
      expect(fault).toMatchObject({ code: 'latchkey_directory_forbidden', grant: 'temporary-password' });
      expect(await domain().takes(outside.dn, outside.password)).toBe(true);
    });

    test('a lock that wrong passwords set is lifted, and stays off', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      await lock(alma.dn);
      expect(await domain().takes(alma.dn, alma.password)).toBe(false);
      expect(await directory.unlock(alma.id)).toEqual({ ok: true });
      expect(await domain().takes(alma.dn, alma.password)).toBe(true);
      expect((await directory.find(alma.id))?.locked).toBeNull();
      await lock(alma.dn);
      expect(await directory.setPassword(alma.id, good)).toMatchObject({ ok: true });
      expect(await domain().takes(alma.dn, good)).toBe(true);
      expect((await directory.find(alma.id))?.locked).toBeNull();
    });

    test('the rules of the domain are shown with ours, the stricter of each', async () => {
      const alma = await domain().add();
      const rules = await adapterOf(domain()).passwordRules(alma.id);
      expect(rules).toEqual([
        { id: 'length', params: { minimum: demoPolicy().password.minimumLength, maximum: 127 } },
        { id: 'not-your-name' },
        { id: 'not-common' },
        { id: 'complexity' },
      ]);
    });

    test.each([
      ['Kort-11', 'length'],
      ['Lång-'.repeat(26), 'length'],
      ['kaffe vid sjön i dimma', 'complexity'],
      ['Lindqvists-stuga-i-skogen-1', 'not-your-name'],
      ['Lösenord1234', 'not-common'],
    ])('%s is refused by %s, and the domain is as it was', async (password, rule) => {
      const alma = await domain().add();
      expect(await adapterOf(domain()).setPassword(alma.id, password)).toEqual({ ok: false, reason: 'policy', rule });
      expect(await domain().takes(alma.dn, alma.password)).toBe(true);
    });

    test.each(['Kort-11', 'kaffe vid sjön i dimma'].map((each) => each.slice(0, each.startsWith('Kort') ? 6 : 99)))(
      'the domain agrees: it does not take %s from an administrator either',
      async (password) => {
        const alma = await domain().add();
        const refused = await domain()
          .change(alma.dn, { unicodePwd: quoted(password) })
          .catch((fault: unknown) => fault);
        expect(isPasswordRestriction(refused)).toBe(true);
      },
    );

    test('a fine-grained policy that we may not read is said to be there, and its refusal is the directory’s', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      await finePolicy('Long', alma.dn, { 'msDS-MinimumPasswordLength': '40' });
      expect((await directory.passwordRules(alma.id)).at(-1)).toEqual({ id: 'directory' });
      expect(await directory.setPassword(alma.id, good)).toEqual({ ok: false, reason: 'policy', rule: 'directory' });
      expect(await domain().takes(alma.dn, alma.password)).toBe(true);
    });

    test('history and minimum age hold for who changes a known password, and the one that the clock proves is named', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      expect(await directory.setPassword(alma.id, good, alma.password)).toMatchObject({ ok: true });
      expect([await domain().takes(alma.dn, good), await domain().takes(alma.dn, alma.password)]).toEqual([true, false]);
      // Used before: the domain says no more than that it refuses.
      expect(await directory.setPassword(alma.id, alma.password, good)).toEqual({ ok: false, reason: 'policy', rule: 'directory' });
      expect(await domain().takes(alma.dn, good)).toBe(true);
      await domain().change(domain().controller.base, { minPwdAge: '-864000000000' });
      try {
        expect(await directory.setPassword(alma.id, 'Aldrig-använt-förut-12', good)).toEqual({
          ok: false,
          reason: 'policy',
          rule: 'minimum-age',
        });
        expect(await domain().takes(alma.dn, good)).toBe(true);
        // Who forgot it is not held up: with a controller that knows no policy hints, as Samba, a reset is an administrator's.
        expect(await directory.setPassword(alma.id, 'Aldrig-använt-förut-12')).toMatchObject({ ok: true });
      } finally {
        await domain().change(domain().controller.base, { minPwdAge: '0' });
      }
    });

    test('a present password that is not the present one changes nothing', async () => {
      const alma = await domain().add();
      await expect(adapterOf(domain()).setPassword(alma.id, good, 'not-the-Present-1')).rejects.toMatchObject({ kind: 'refused' });
      expect(await domain().takes(alma.dn, alma.password)).toBe(true);
    });

    test('one that must be changed is right, and what its owner chose is final', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add({ attributes: { pwdLastSet: '0' } });
      expect(await directory.find(alma.id)).toMatchObject({ mustChangePassword: true, hasPassword: true, passwordSetAt: null });
      expect(await directory.provePassword(alma.id, 'wrong')).toEqual({ ok: false, reason: 'wrong' });
      expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: true });
      expect(await directory.setPassword(alma.id, good)).toMatchObject({ ok: true });
      expect(await directory.find(alma.id)).toMatchObject({ mustChangePassword: false, passwordSetAt: expect.any(Number) });
      expect(await domain().takes(alma.dn, good)).toBe(true);
    });

    test('one that is too old says so, and is right', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      domain().controller.makeOld(alma.dn);
      expect(await directory.find(alma.id)).toMatchObject({ passwordExpired: true, mustChangePassword: false });
      expect(await domain().takes(alma.dn, alma.password)).toBe(false);
      expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: true });
      expect(await directory.provePassword(alma.id, 'wrong')).toEqual({ ok: false, reason: 'wrong' });
    });

    test('an account that ours may not touch is a fault that says what to grant, and nothing happens to it', async () => {
      const told: string[] = [];
      const directory = new ActiveDirectory({
        settings: domain().settings,
        policy: demoPolicy(),
        clock: systemClock,
        onForbidden: (grant) => told.push(grant),
      });
      const chair = await domain().add({ unit: 'Board' });
      const fault = { code: 'latchkey_directory_forbidden', kind: 'refused' };
      await expect(directory.setPassword(chair.id, good)).rejects.toMatchObject({
        ...fault,
        message: expect.stringContaining('"Reset password"'),
      });
      expect(await domain().takes(chair.dn, chair.password)).toBe(true);
      await lock(chair.dn);
      await expect(directory.unlock(chair.id)).rejects.toMatchObject({ ...fault, message: expect.stringContaining('"Write lockoutTime"') });
      expect((await directory.find(chair.id))?.locked).not.toBeNull();
      expect(told).toEqual(['reset-password', 'write-lockout-time']);
    });

    test('a controller that falls silent while it sets is doubtful, and not asked again', async () => {
      const alma = await domain().add();
      const way = await cuttableWay({ host: domain().controller.address, port: 636 });
      const { password, organisation } = demoPolicy();
      // Read last before the password is sent.
      const policy = {
        password,
        get organisation() {
          way.silence();
          return organisation;
        },
      };
      const settings = { ...domain().settings, urls: [`ldaps://localhost:${way.port}`, ...domain().settings.urls] };
      const directory = new ActiveDirectory({ settings, policy, clock: systemClock });
      await expect(directory.setPassword(alma.id, good)).rejects.toMatchObject({ code: 'latchkey_directory_doubtful', kind: 'doubtful' });
      // It happened: the directory's time of it tells, as it would tell the page.
      expect(await domain().takes(alma.dn, good)).toBe(true);
      await way.cut();
    });
  });
}
