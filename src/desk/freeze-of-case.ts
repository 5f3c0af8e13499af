import { z } from 'zod';
import type { CaseRecord } from './case-record.ts';
import { isNotMe } from './is-not-me.ts';

const time = z.int().nonnegative();

/** What the case of a freeze shows of it (I17): how far back it reaches, how many methods are suspended, and whether sessions were ended. */
export const freezeOfCase = z
  .strictObject({
    id: z.string(),
    since: time,
    sessions: z.enum(['ended', 'live', 'unknown']).nullable(),
    suspended: z.int().nonnegative(),
    thawed: z.strictObject({ at: time, by: z.string(), name: z.string() }).nullable(),
  })
  .optional();
export type FreezeOfCase = NonNullable<Readonly<z.infer<typeof freezeOfCase>>>;

/**
 * Whether a case is that of a freeze that holds (I17). Until it is thawed it stays before the helpdesk: whoever sees the case as done takes it that the
 * account works again. A freeze's case is one from its first moment, before it shows how the freeze stands.
 */
export const isHeldByFreeze = (record: Pick<CaseRecord, 'code' | 'wish' | 'freeze'>): boolean =>
  (record.freeze !== undefined || (record.code === 'LK_FROZEN' && isNotMe(record))) && (record.freeze?.thawed ?? null) === null;
