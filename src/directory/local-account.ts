import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import type { AccountState, Lock } from './port.ts';

/** Wrong passwords in a row that lock an account, and for how long; so long it also remembers them. */
const wrongPasswordsThatLock = 10;
export const lockMs = 15 * 60_000;

const time = z.int().nonnegative();
const lock = z.strictObject({ since: time, why: z.enum(['wrong-passwords', 'administrator']), until: time.nullable() });

const accountSchema = z.strictObject({
  id: z.string().min(1),
  userId: z.string().min(1),
  name: z.string().min(1),
  kind: z.enum(['person', 'guest', 'shared', 'room', 'service']),
  enabled: z.boolean(),
  licensed: z.boolean(),
  /** Argon2id in PHC form (R44); null: there never was a password. */
  passwordHash: z.string().nullable(),
  passwordSetAt: time.nullable(),
  /** Nobody has set another since the account was made. */
  hasFirstPassword: z.boolean(),
  /** Why it lets nobody in any more; null while it does. */
  passwordDue: z.enum(['expired', 'must-change']).nullable().default(null),
  passwordManaged: z.enum(['here', 'elsewhere', 'elsewhere-by-hand', 'unreachable']),
  lock: lock.nullable(),
  /** Wrong passwords since the last right one. */
  wrong: z.strictObject({ count: z.int().nonnegative(), lastAt: time }),
  privileged: z.boolean(),
  groups: z.array(z.string()),
  managerId: z.string().nullable(),
  workMail: z.string().nullable(),
  workAddresses: z.array(z.string()),
  language: z.string().nullable(),
  /** Numbers and addresses that its entry holds. */
  placesOnFile: z.array(z.strictObject({ kind: z.enum(['phone', 'mail']), to: z.string() })).default([]),
  /** How often its sessions were ended. */
  sessionsEnded: z.int().nonnegative(),
  /** The directory does not answer for this account: for demos and tests of that. */
  unreachable: z.boolean(),
});

/** An account of the local directory as it is stored. */
export type LocalAccount = Readonly<z.infer<typeof accountSchema>>;

/** What an administrator of the directory may change of an account. The password has an act of its own. */
export type LocalAccountChange = Partial<
  Omit<LocalAccount, 'id' | 'passwordHash' | 'passwordSetAt' | 'hasFirstPassword' | 'wrong' | 'sessionsEnded'>
>;

/** Reads a stored account. @throws LatchkeyError `latchkey_directory_unreadable` (defect) */
export function readLocalAccount(value: Json): LocalAccount {
  const parsed = accountSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new LatchkeyError('latchkey_directory_unreadable', 'defect', `a stored account is not as it should be: ${where}`);
}

/** The lock that holds at `now`. */
export const lockAt = ({ lock }: LocalAccount, now: number): Lock | null =>
  lock === null || (lock.until !== null && lock.until <= now) ? null : lock;

/** The account after one more wrong password. What is long past is forgotten. */
export function afterWrongPassword(account: LocalAccount, now: number): LocalAccount {
  const count = (account.wrong.lastAt > now - lockMs ? account.wrong.count : 0) + 1;
  if (count < wrongPasswordsThatLock) return { ...account, wrong: { count, lastAt: now } };
  return { ...account, wrong: noneWrong, lock: { since: now, why: 'wrong-passwords', until: now + lockMs } };
}

export const noneWrong = { count: 0, lastAt: 0 } as const;

/** What the directory says of the account. */
export const stateOf = (account: LocalAccount, now: number): AccountState => ({
  readAt: now,
  id: account.id,
  userId: account.userId,
  name: account.name,
  kind: account.kind,
  enabled: account.enabled,
  licensed: account.licensed,
  hasPassword: account.passwordHash !== null,
  passwordSetAt: account.passwordSetAt,
  passwordExpired: account.passwordDue === 'expired',
  mustChangePassword: account.passwordDue === 'must-change',
  passwordManaged: account.passwordManaged,
  locked: lockAt(account, now),
  privileged: account.privileged,
  groups: account.groups,
  managerId: account.managerId,
  workMail: account.workMail,
  workAddresses: account.workAddresses,
  language: account.language,
});
