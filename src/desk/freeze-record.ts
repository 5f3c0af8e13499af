import { z } from 'zod';
import type { Door } from '../conversation/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';

const time = z.int().nonnegative();

const recordSchema = z.strictObject({
  /** The freeze that holds; null when none does. */
  frozen: z
    .strictObject({
      id: z.string(),
      /** What the person says was not them: ids of what happened. */
      events: z.array(z.string()).min(1).readonly(),
      /** When the first of them happened: what was touched since is not trusted. */
      since: time,
      at: time,
      /** Where the person said so. */
      said: z.enum(['mail', 'chat', 'desk']),
      /** The case of this freeze; null until it was opened. */
      case: z.strictObject({ id: z.string(), number: z.string() }).nullable(),
      /** How the directory ended the account's sessions; null until it was asked. `live`: it has no means to. */
      sessions: z.enum(['ended', 'live', 'unknown']).nullable(),
    })
    .nullable(),
  /** Proofs, pages and grants from before this moment are over. */
  voidBefore: time,
  /** Doors that may start nothing, because somebody was asked there for what they had not asked for. */
  closed: z.array(z.strictObject({ door: z.enum(['teams', 'front-door']), until: time })).readonly(),
});

/** What is known of freezes of an account (I17). Times are epoch ms. */
export type FreezeRecord = Readonly<z.infer<typeof recordSchema>>;
export type Freeze = NonNullable<FreezeRecord['frozen']>;

const never: FreezeRecord = { frozen: null, voidBefore: 0, closed: [] };

/** Reads the row `keys.frozen(account)`. @throws LatchkeyError `latchkey_desk_unreadable`: what cannot be read may be a freeze, and nothing goes on */
export function readFreeze(row: Row | null): FreezeRecord {
  if (row === null) return never;
  const read = recordSchema.safeParse(row.value satisfies Json);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'a stored freeze has another shape', read.error);
  return read.data;
}

/** Whether the account of this row is frozen. An act that looks here commits with the row expected as it was. */
export const isFrozen = (row: Row | null): boolean => readFreeze(row).frozen !== null;

/** Whether what was made at this time was ended by a freeze since. */
export const isVoid = (row: Row | null, madeAt: number): boolean => madeAt <= readFreeze(row).voidBefore;

/** Until when a door may start nothing for the account, epoch ms; null when it may. */
export const reportedUntil = (row: Row | null, door: Door, now: number): number | null =>
  readFreeze(row).closed.find((each) => each.door === door && each.until > now)?.until ?? null;

/** For how long a door stays closed after a report, in ms (I17). */
const closedMs = 24 * 3_600_000;

/** The parts that close a door for an account. */
export function closingParts(accountId: string, row: Row | null, door: Door, now: number): Required<Pick<Commit, 'put'>> {
  const record = readFreeze(row);
  const others = record.closed.filter((each) => each.door !== door && each.until > now);
  return freezeParts(accountId, { ...record, closed: [...others, { door, until: now + closedMs }] });
}

/** The parts that open every door again, after the employee passed a gate in Teams; null where none was closed. */
export function openingParts(accountId: string, row: Row | null): Required<Pick<Commit, 'put'>> | null {
  const record = readFreeze(row);
  return record.closed.length === 0 ? null : freezeParts(accountId, { ...record, closed: [] });
}

export const freezeParts = (accountId: string, record: FreezeRecord): Required<Pick<Commit, 'put'>> => ({
  put: { [keys.frozen(accountId)]: record },
});
