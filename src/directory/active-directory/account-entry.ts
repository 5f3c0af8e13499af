import type { Entry } from 'ldapts';
import type { AccountState, Lock } from '../port.ts';
import { guidText } from '../guid.ts';
import { bytesOf, epochMs, textOf, textsOf, wholeOf } from './entry.ts';
import { forbidden } from './ldap-faults.ts';

/** All that is read of an account's entry. */
export const accountAttributes: string[] = (
  'objectGUID objectSid sAMAccountName sAMAccountType userPrincipalName displayName cn mail proxyAddresses userAccountControl ' +
  'msDS-User-Account-Control-Computed lockoutTime pwdLastSet accountExpires adminCount primaryGroupID manager preferredLanguage ' +
  'servicePrincipalName msExchRecipientTypeDetails msDS-ResultantPSO badPasswordTime badPwdCount'
).split(' ');

/** Flags of userAccountControl, and of its computed sister. */
const flag = {
  disabled: 0x2n,
  lockedOut: 0x10n,
  passwordNotRequired: 0x20n,
  passwordNeverExpires: 0x1_0000n,
  smartCardRequired: 0x4_0000n,
  passwordExpired: 0x80_0000n,
} as const;

/** sAMAccountType of a person's account; computers, managed service accounts and trusts have others. */
const normalAccount = 0x3000_0000n;
const guestRid = 501;

/** Exchange's kinds of mailboxes that are no person's, here and in the cloud (msExchRecipientTypeDetails). */
const mailboxKinds: readonly (readonly [kind: 'shared' | 'room', values: readonly bigint[]])[] = [
  ['shared', [4n, 1n << 35n]],
  ['room', [16n, 32n, 1n << 33n, 1n << 34n]],
];

/** What the entry alone says of an account: everything but its groups, its manager's id and when its lock ends. */
export type ReadEntry = Omit<AccountState, 'readAt' | 'locked' | 'privileged' | 'groups' | 'managerId'>;

/**
 * Reads an account's entry.
 * @param domain DNS name of the domain, for those who have no user ID but the one it gives them
 * @throws LatchkeyError `latchkey_directory_forbidden` where our account may not read what must be known
 */
export function readEntry(entry: Entry, domain: string, now: number): ReadEntry {
  const [guid] = bytesOf(entry, 'objectGUID');
  const control = wholeOf(entry, 'userAccountControl');
  const lastSet = wholeOf(entry, 'pwdLastSet');
  const name = textOf(entry, 'sAMAccountName');
  if (guid === undefined || control === null || lastSet === null || name === null) throw forbidden('read-accounts');
  const has = (which: bigint): boolean => (control & which) !== 0n;
  const mail = textOf(entry, 'mail');
  // Neither a first password nor an old one is needed to sign in: then there is none.
  const hasPassword = lastSet !== 0n || !has(flag.passwordNotRequired);
  return {
    id: guidText(guid),
    userId: textOf(entry, 'userPrincipalName') ?? `${name}@${domain}`,
    name: textOf(entry, 'displayName') ?? textOf(entry, 'cn') ?? name,
    kind: kindOf(entry),
    enabled: !has(flag.disabled) && !isOver(entry, now),
    licensed: true,
    hasPassword,
    passwordSetAt: lastSet === 0n ? null : epochMs(lastSet),
    passwordExpired: lastSet !== 0n && ((wholeOf(entry, 'msDS-User-Account-Control-Computed') ?? 0n) & flag.passwordExpired) !== 0n,
    mustChangePassword: hasPassword && lastSet === 0n && !has(flag.passwordNeverExpires),
    // A smart card's account has a random password that its owner never uses.
    passwordManaged: has(flag.smartCardRequired) ? 'elsewhere-by-hand' : 'here',
    workMail: mail,
    workAddresses: [...new Set([...(mail === null ? [] : [mail]), ...aliasesOf(entry)])],
    language: textOf(entry, 'preferredLanguage'),
  };
}

/** I9: who is no person, each by its kind. */
function kindOf(entry: Entry): AccountState['kind'] {
  const mailbox = wholeOf(entry, 'msExchRecipientTypeDetails');
  const found = mailbox === null ? undefined : mailboxKinds.find(([, values]) => values.includes(mailbox));
  if (found !== undefined) return found[0];
  if (bytesOf(entry, 'objectSid').some((sid) => sid.readUInt32LE(sid.length - 4) === guestRid)) return 'guest';
  const isService = wholeOf(entry, 'sAMAccountType') !== normalAccount || textsOf(entry, 'servicePrincipalName').length > 0;
  return isService ? 'service' : 'person';
}

/** Whether the account's own end is past. 0 and the greatest number there is mean never. */
function isOver(entry: Entry, now: number): boolean {
  const at = wholeOf(entry, 'accountExpires') ?? 0n;
  return at !== 0n && at < 0x7fff_ffff_ffff_ffffn && epochMs(at) <= now;
}

const aliasesOf = (entry: Entry): readonly string[] =>
  textsOf(entry, 'proxyAddresses').flatMap((address) => (/^smtp:/iu.test(address) ? [address.slice(5)] : []));

/**
 * The lock that holds now: the controller's own word on it where it gives it, else the time the lock began and how long the domain locks.
 * @param lockMs how long a lock holds; null: for ever, or unknown
 */
export function lockOf(entry: Entry, lockMs: number | null, now: number): Lock | null {
  const began = wholeOf(entry, 'lockoutTime') ?? 0n;
  const computed = wholeOf(entry, 'msDS-User-Account-Control-Computed');
  if (began === 0n) return null;
  const since = epochMs(began);
  const until = lockMs === null ? null : since + lockMs;
  const holds = computed === null ? until === null || now < until : (computed & flag.lockedOut) !== 0n;
  return holds ? { since, why: 'wrong-passwords', until, ...lastWrongOf(entry, since) } : null;
}

/** How far the clocks of two controllers may be apart: Kerberos takes no more. */
const clocksApartMs = 5 * 60_000;

/**
 * The wrong password that was tried last. Each controller counts its own and tells no other (MS-ADTS: `badPasswordTime` and `badPwdCount` are not
 * replicated); one whose last is older than the lock did not take those that locked, so it does not know.
 */
function lastWrongOf(entry: Entry, since: number): Pick<Lock, 'lastWrong'> {
  const at = epochMs(wholeOf(entry, 'badPasswordTime') ?? 0n);
  if (at < since - clocksApartMs) return {};
  return { lastWrong: { at, count: Math.max(0, Number(wholeOf(entry, 'badPwdCount') ?? 0n)) } };
}
