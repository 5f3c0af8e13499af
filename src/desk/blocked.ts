import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';

/** So many accounts blocked within an hour are no coincidence (R35). */
const manyAccounts = 10;
const windowMs = 60 * 60_000;
/** More than these need no counting. */
const mostKept = 500;

const blockedSchema = z.strictObject({
  accounts: z.array(z.strictObject({ account: z.string(), at: z.int().nonnegative() })).readonly(),
});

/** The accounts that were blocked in the last hour, oldest first. */
export type Blocked = Readonly<z.infer<typeof blockedSchema>>;

/** Reads the document as it counts at `now`. @throws LatchkeyError `latchkey_desk_unreadable` */
export function readBlocked(value: Json | null, now: number): Blocked {
  if (value === null) return { accounts: [] };
  const read = blockedSchema.safeParse(value);
  if (!read.success)
    throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'the stored blocked accounts have another shape', read.error);
  return { accounts: read.data.accounts.filter(({ at }) => at > now - windowMs) };
}

/** With one more; an account counts once, from when it was blocked last. */
export const withBlocked = ({ accounts }: Blocked, account: string, at: number): Blocked => ({
  accounts: [...accounts.filter((each) => each.account !== account), { account, at }].slice(-mostKept),
});

/** Whether they are ten or more; null when they are not. */
export function manyBlocked({ accounts }: Blocked): { readonly count: number; readonly since: number } | null {
  if (accounts.length < manyAccounts) return null;
  return { count: accounts.length, since: Math.min(...accounts.map(({ at }) => at)) };
}
