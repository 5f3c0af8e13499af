import { describe, expect, test } from '@jest/globals';
import { fileTime } from '../../../src/directory/active-directory/entry.ts';
import type { SambaDomain } from '../samba-domain.ts';
import { adapterOf } from './adapter.ts';

const wildcards = ['*', '*@fjallbyn.example', 'alma*', 'a**a', '\\2a', '\\', '\\5c2a', '%2a', '＊'];
const filters = [
  '*)(objectClass=*',
  '*))(|(cn=*',
  ')(cn=*)',
  '(',
  ')',
  '()',
  '(objectClass=*)',
  '&',
  '|(cn=*)',
  '!(cn=x)',
  '*)(!(cn=x',
  'x)(userPassword=*',
];
const dns = [
  'CN=Administrator,CN=Users,DC=fjallbyn,DC=example',
  '<GUID=>',
  '<SID=S-1-5-32-544>',
  'DC=fjallbyn,DC=example',
  'FJALLBYN\\Administrator',
];
const bytes = ['\0', 'alma\0', '\u{feff}', '\n', '\r\ndn: CN=x', '\u{202e}', '\u{1f98a}', 'é'.repeat(10_000), 'a'.repeat(100_000)];
const others = [
  "' OR 1=1 --",
  '${7*7}',
  '{{7*7}}',
  '../../etc/passwd',
  '<script>',
  '"',
  "'",
  ';',
  ',',
  '=',
  '+',
  '<>',
  '#',
  ' ',
  '\t',
  'null',
  'undefined',
  '0',
  'true',
];
/** A hundred, with each that is short also as the beginning of a name that is there. */
const hostile = [...wildcards, ...filters, ...dns, ...bytes, ...others].flatMap((each) =>
  each.length < 60 ? [each, `alma.lindqvist.1${each}`] : [each],
);

/** Who is found, and what is said of them. */
export function accountTests(domain: () => SambaDomain): void {
  describe('accounts', () => {
    test('I9: a hundred hostile user IDs find nobody and harm nothing (RFC 4515)', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      expect(hostile.length).toBeGreaterThan(100);
      for (const each of hostile) expect([each, await directory.findByUserId(each)]).toEqual([each, null]);
      for (const each of hostile) expect([each, await directory.find(each)]).toEqual([each, null]);
      expect((await directory.findByUserId(alma.userId))?.id).toBe(alma.id);
    });

    test('I9: who was renamed and moved keeps the id, and is found under the new user ID', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      const moved = `CN=Alma Öberg,OU=Board,${domain().controller.base}`;
      await domain().administrator.modifyDN(alma.dn, moved);
      await domain().change(moved, { userPrincipalName: 'alma.öberg@fjallbyn.example', displayName: 'Alma Öberg' });
      expect(await directory.find(alma.id)).toMatchObject({ name: 'Alma Öberg', userId: 'alma.öberg@fjallbyn.example' });
      expect((await directory.findByUserId('Alma.ÖBERG@fjallbyn.example'))?.id).toBe(alma.id);
      expect((await directory.findByUserId('alma.öberg@fjallbyn.example'.normalize('NFD')))?.id ?? null).toBeNull();
      expect(await directory.findByUserId('alma.oberg@fjallbyn.example')).toBeNull();
    });

    test('I9: who left is not found, and who comes back under the same user ID is somebody else', async () => {
      const directory = adapterOf(domain());
      const first = await domain().add();
      await domain().administrator.del(first.dn);
      expect(await directory.find(first.id)).toBeNull();
      expect(await directory.findByUserId(first.userId)).toBeNull();
      const second = await domain().add({ attributes: { userPrincipalName: first.userId } });
      expect((await directory.findByUserId(first.userId))?.id).toBe(second.id);
      expect(second.id).not.toBe(first.id);
      expect(await directory.find(first.id)).toBeNull();
    });

    test('I9: a mail address may be the user ID, and one that two accounts have finds neither', async () => {
      const directory = adapterOf(domain(), { userId: 'mail' });
      const alma = await domain().add({ attributes: { mail: 'alma.l@fjallbyn.example' } });
      expect(await directory.findByUserId('ALMA.L@fjallbyn.example')).toMatchObject({ id: alma.id, userId: 'alma.l@fjallbyn.example' });
      expect(await directory.findByUserId(alma.userId)).toBeNull();
      await domain().add({ attributes: { mail: 'Alma.L@fjallbyn.example' } });
      expect(await directory.findByUserId('alma.l@fjallbyn.example')).toBeNull();
    });

    test('who stands outside LDAP_BASE is nobody here', async () => {
      const directory = adapterOf(domain(), { base: `OU=People,${domain().controller.base}` });
      const [inside, outside] = [await domain().add(), await domain().add({ unit: 'Board' })];
      expect((await directory.find(inside.id))?.id).toBe(inside.id);
      expect(await directory.find(outside.id)).toBeNull();
      expect(await directory.setPassword(outside.id, 'Trädgård-bakom-muren-77')).toEqual({ ok: false, reason: 'not-found' });
    });

    test('disabled and ended accounts are not enabled', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add({ attributes: { accountExpires: String(fileTime(Date.now() + 3_600_000)) } });
      expect((await directory.find(alma.id))?.enabled).toBe(true);
      await domain().change(alma.dn, { accountExpires: String(fileTime(Date.now() - 1000)) });
      expect((await directory.find(alma.id))?.enabled).toBe(false);
      expect(await directory.provePassword(alma.id, alma.password)).toEqual({ ok: false, reason: 'disabled' });
      expect(await directory.setPassword(alma.id, 'Trädgård-bakom-muren-77')).toEqual({ ok: false, reason: 'disabled' });
      await domain().change(alma.dn, { accountExpires: '0', userAccountControl: '514' });
      expect((await directory.find(alma.id))?.enabled).toBe(false);
    });

    test('name, manager, mail, aliases and language are read anew', async () => {
      const directory = adapterOf(domain());
      const ingrid = await domain().add();
      const alma = await domain().add({
        attributes: {
          manager: ingrid.dn,
          mail: 'alma@fjallbyn.example',
          preferredLanguage: 'sv-SE',
          proxyAddresses: 'smtp:al@fjallbyn.example',
        },
      });
      const before = Date.now();
      const state = await directory.find(alma.id);
      expect(state).toMatchObject({
        managerId: ingrid.id,
        workMail: 'alma@fjallbyn.example',
        workAddresses: ['alma@fjallbyn.example', 'al@fjallbyn.example'],
        language: 'sv-SE',
      });
      expect(state?.readAt).toBeGreaterThanOrEqual(before);
    });

    test('I9: an account that services run under is no person', async () => {
      const directory = adapterOf(domain());
      const service = await domain().add({ attributes: { servicePrincipalName: 'HTTP/web.fjallbyn.example' } });
      expect((await directory.find(service.id))?.kind).toBe('service');
    });

    test('a lock says since when, until when the domain holds it, and when the last wrong password was tried', async () => {
      const directory = adapterOf(domain());
      const alma = await domain().add();
      const before = Date.now() - 1000;
      for (let guess = 0; guess < domain().wrongPasswordsThatLock; guess += 1) await domain().takes(alma.dn, `wrong-${guess}`);
      const locked = (await directory.find(alma.id))?.locked;
      expect(locked?.since).toBeGreaterThan(before);
      expect(locked).toEqual({
        since: locked?.since,
        why: 'wrong-passwords',
        until: (locked?.since ?? 0) + 30 * 60_000,
        lastWrong: { at: expect.any(Number), count: domain().wrongPasswordsThatLock },
      });
      expect(locked?.lastWrong?.at).toBeGreaterThan(before);
      expect(locked?.lastWrong?.at).toBeLessThanOrEqual(Date.now() + 1000);
    });
  });
}
