import { z } from 'zod';

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
