import { describe, expect, test } from '@jest/globals';
import { BerWriter, type Entry } from 'ldapts';
import { lockOf, readEntry } from '../../../src/directory/active-directory/account-entry.ts';
import { domainPasswordRules, isComplex, ruleRefused, strictest } from '../../../src/directory/active-directory/domain-rules.ts';
import { guidBytes, guidText } from '../../../src/directory/guid.ts';
import { epochMs, fileTime, sidText, spanMs } from '../../../src/directory/active-directory/entry.ts';
import { readBindRefusal } from '../../../src/directory/active-directory/ldap-faults.ts';
import { isPrivilegedEntry, isProtectedSid, type Memberships } from '../../../src/directory/active-directory/privilege.ts';
import { policyHints } from '../../../src/directory/active-directory/set-control.ts';

const now = Date.UTC(2026, 0, 15);
const guid = '00112233-4455-6677-8899-aabbccddeeff';
const sidOf = (rid: number): Buffer => {
  const sid = Buffer.from('010500000000000515000000010000000200000003000000ffffffff', 'hex');
  sid.writeUInt32LE(rid, 24);
  return sid;
};
const entryOf = (more: Readonly<Record<string, string | string[] | Buffer>> = {}): Entry => ({
  dn: 'CN=Alma,OU=People,DC=example,DC=org',
  objectGUID: guidBytes(guid) ?? '',
  objectSid: sidOf(1104),
  sAMAccountName: 'alma',
  sAMAccountType: '805306368',
  userAccountControl: '512',
  pwdLastSet: String(fileTime(now)),
  ...more,
});
const read = (more?: Readonly<Record<string, string | string[] | Buffer>>) => readEntry(entryOf(more), 'example.org', now);

describe('an entry of Active Directory', () => {
  test('ids and times are what Windows means by them', () => {
    expect(guidBytes(guid)?.toString('hex')).toBe('33221100554477668899aabbccddeeff');
    expect(guidText(guidBytes(guid) ?? Buffer.alloc(0))).toBe(guid);
    expect([guidBytes('alma'), guidBytes(''), guidBytes(`${guid}0`)]).toEqual([null, null, null]);
    expect(sidText(sidOf(512))).toBe('S-1-5-21-1-2-3-512');
    expect(epochMs(116_444_736_000_000_000n)).toBe(0);
    expect(epochMs(133_500_000_000_000_000n)).toBe(Date.UTC(2024, 0, 17, 21, 20));
    expect(epochMs(fileTime(now))).toBe(now);
    expect([spanMs(-18_000_000_000n), spanMs(0n), spanMs(-0x8000_0000_0000_0000n)]).toEqual([1_800_000, null, null]);
  });

  test('I9: shared, room, service and guest accounts are told apart, in Exchange here and in the cloud', () => {
    const kinds = ['1', '2147483648', '4', '34359738368', '16', '8589934592', '32', '17179869184'].map(
      (value) => read({ msExchRecipientTypeDetails: value }).kind,
    );
    expect(kinds).toEqual(['person', 'person', 'shared', 'shared', 'room', 'room', 'room', 'room']);
    expect(read({ sAMAccountType: '805306369' }).kind).toBe('service');
    expect(read({ servicePrincipalName: ['HTTP/web', 'HTTP/web.example.org'] }).kind).toBe('service');
    expect(read({ objectSid: sidOf(501) }).kind).toBe('guest');
  });

  test('who has no user ID has the one that the domain gives', () => {
    expect(read().userId).toBe('alma@example.org');
    expect(read({ userPrincipalName: 'alma.l@example.org' }).userId).toBe('alma.l@example.org');
  });

  test('what must be known and cannot be read is a fault', () => {
    for (const missing of ['userAccountControl', 'pwdLastSet', 'objectGUID', 'sAMAccountName']) {
      expect(() => read({ [missing]: [] })).toThrow(expect.objectContaining({ code: 'latchkey_directory_forbidden' }));
    }
  });

  test('only whoever has neither a password nor the need of one has none', () => {
    expect(read({ pwdLastSet: '0', userAccountControl: '544' })).toMatchObject({ hasPassword: false, mustChangePassword: false });
    expect(read({ pwdLastSet: '0' })).toMatchObject({ hasPassword: true, mustChangePassword: true });
    expect(read({ pwdLastSet: '0', userAccountControl: '66048' })).toMatchObject({ hasPassword: true, mustChangePassword: false });
    expect(read({ userAccountControl: '544' })).toMatchObject({ hasPassword: true });
  });

  test('a lock holds as the controller says; where it does not say, as long as the domain locks', () => {
    const locked = { lockoutTime: String(fileTime(now - 60_000)) };
    const lock = { since: now - 60_000, why: 'wrong-passwords' };
    expect(lockOf(entryOf({ ...locked, 'msDS-User-Account-Control-Computed': '16' }), 1000, now)).toEqual({ ...lock, until: now - 59_000 });
    expect(lockOf(entryOf({ ...locked, 'msDS-User-Account-Control-Computed': '0' }), null, now)).toBeNull();
    expect(lockOf(entryOf(locked), 120_000, now)).toEqual({ ...lock, until: now + 60_000 });
    expect(lockOf(entryOf(locked), 60_000, now)).toBeNull();
    expect(lockOf(entryOf(locked), null, now)).toEqual({ ...lock, until: null });
    expect(lockOf(entryOf({ lockoutTime: '0' }), null, now)).toBeNull();
  });

  test('the wrong password that was tried last is told by a controller that took it, and by no other', () => {
    const lockWith = (more: Readonly<Record<string, string>>) =>
      lockOf(entryOf({ lockoutTime: String(fileTime(now - 60_000)), ...more }), null, now)?.lastWrong;
    const tried = (at: number) => ({ badPasswordTime: String(fileTime(at)) });
    expect(lockWith({ ...tried(now - 1000), badPwdCount: '5' })).toEqual({ at: now - 1000, count: 5 });
    // Its clock may be a little behind the one that locked.
    expect(lockWith({ ...tried(now - 90_000), badPwdCount: '5' })).toEqual({ at: now - 90_000, count: 5 });
    expect(lockWith(tried(now - 1000))).toEqual({ at: now - 1000, count: 0 });
    expect(lockWith({ ...tried(now - 86_400_000), badPwdCount: '1' })).toBeUndefined();
    expect(lockWith({ badPasswordTime: '0', badPwdCount: '0' })).toBeUndefined();
    expect(lockWith({})).toBeUndefined();
  });
});

describe('I10: privilege', () => {
  const none: Memberships = { groups: [], unsure: false, protected: false };
  const privileged = (more: Readonly<Record<string, string | Buffer>>, memberships = none): boolean =>
    isPrivilegedEntry(entryOf(more), memberships, 'CN=latchkey,DC=example,DC=org');

  test('each sign alone makes an account privileged', () => {
    expect(privileged({})).toBe(false);
    expect(privileged({}, { ...none, unsure: true })).toBe(true);
    expect(privileged({}, { ...none, protected: true })).toBe(true);
    const signs: readonly Readonly<Record<string, string | Buffer>>[] = [
      { adminCount: '1' },
      { primaryGroupID: '512' },
      { objectSid: sidOf(500) },
      { dn: 'cn=Latchkey,dc=example,dc=org' },
    ];
    for (const sign of signs) {
      expect([sign, privileged(sign)]).toEqual([sign, true]);
    }
  });

  test('an account whose own security id cannot be read is privileged', () => {
    const { objectSid: _, ...without } = entryOf();
    expect(isPrivilegedEntry(without, none, '')).toBe(true);
  });

  test('protected groups are known by their number in any domain of the forest', () => {
    for (const sid of ['S-1-5-21-9-8-7-519', 'S-1-5-21-1-2-3-512', 'S-1-5-32-544']) expect([sid, isProtectedSid(sid)]).toEqual([sid, true]);
    for (const sid of ['S-1-5-21-1-2-3-513', 'S-1-5-32-545', 'S-1-5-32-512', 'S-1-5-21-1-2-3-1512', 'S-1-1-0'])
      expect([sid, isProtectedSid(sid)]).toEqual([sid, false]);
  });
});

describe('the rules of the domain', () => {
  const others = { onlyFactor: false, bannedWords: ['kanelbulle'], breachedService: 'none' };
  const rules = { minimumLength: 15, complexity: true, history: 24, minimumAgeMs: 5_400_000, lockMs: null };

  test('of our limits and the domain’s the stricter hold, and no password is longer than 127', () => {
    expect(strictest({ ...others, minimumLength: 12, maximumLength: 256 }, rules)).toEqual({
      ...others,
      minimumLength: 15,
      maximumLength: 127,
    });
    expect(strictest({ ...others, minimumLength: 20, maximumLength: 64 }, rules)).toEqual({
      ...others,
      minimumLength: 20,
      maximumLength: 64,
    });
    expect(strictest({ ...others, minimumLength: 12, maximumLength: 64 }, null)).toEqual({
      ...others,
      minimumLength: 12,
      maximumLength: 64,
    });
  });

  test('history and age are shown only where the controller holds a reset to them', () => {
    expect(domainPasswordRules(rules, true)).toEqual([
      { id: 'complexity' },
      { id: 'not-used-before', params: { count: 24 } },
      { id: 'minimum-age', params: { hours: 2 } },
    ]);
    expect(domainPasswordRules(rules, false)).toEqual([{ id: 'complexity' }]);
    expect(domainPasswordRules(null, true)).toEqual([{ id: 'directory' }]);
  });

  test('three kinds of signs of five', () => {
    expect(['Abc1', 'Ab !', 'ab1 ', 'Åb1', '漢1 '].map(isComplex)).toEqual([true, true, true, true, true]);
    expect(['abc', 'Abc', 'ABC1', 'ab  ', '漢字', ''].map(isComplex)).toEqual([false, false, false, false, false, false]);
  });

  test('a refusal that may be several rules’ names the one that the clock proves, and no other', () => {
    expect(ruleRefused(rules, true, now, now + 5_399_999)).toBe('minimum-age');
    expect(ruleRefused(rules, true, now, now + 5_400_000)).toBe('directory');
    expect(ruleRefused(rules, false, now, now)).toBe('directory');
    expect(ruleRefused(null, true, now, now)).toBe('directory');
    expect(ruleRefused(rules, true, null, now)).toBe('directory');
  });

  test('the control that holds a reset to them is sent to controllers that list it, by its newer name first', () => {
    const [newer, older] = ['1.2.840.113556.1.4.2239', '1.2.840.113556.1.4.2066'];
    expect(policyHints(['1.2.840.113556.1.4.319'])).toBeNull();
    expect(policyHints([older, newer])?.type).toBe(newer);
    const control = policyHints([older]);
    const writer = new BerWriter();
    control?.write(writer);
    // SEQUENCE { controlType, criticality TRUE, controlValue OCTET STRING { SEQUENCE { INTEGER 1 } } }
    const oid = Buffer.from(older);
    const value = Buffer.from('04053003020101', 'hex');
    const body = Buffer.concat([Buffer.from([0x04, oid.length]), oid, Buffer.from('0101ff', 'hex'), value]);
    expect(writer.buffer.toString('hex')).toBe(Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('hex'));
  });
});

test.each([
  ['525', 'wrong'],
  ['52e', 'wrong'],
  ['530', 'right'],
  ['531', 'right'],
  ['532', 'right'],
  ['533', 'disabled'],
  ['701', 'disabled'],
  ['773', 'right'],
  ['775', 'locked'],
  ['57', null],
])('a bind refused with data %s: the password is %s', (data, meaning) => {
  const text = `80090308: LdapErr: DSID-0C09042A, comment: AcceptSecurityContext error, data ${data}, v3839 Code: 0x31`;
  expect(readBindRefusal(new Error(text))).toBe(meaning);
});
