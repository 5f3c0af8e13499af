import { createHash } from 'node:crypto';
import { z } from 'zod';
import { pageKinds } from '../../dialogs/views.ts';
import { languages } from '../config/policy.ts';
import type { Json } from '../ports.ts';
import { partitionOf } from '../store/keys.ts';
import type { Key } from '../store/port.ts';

/** How often the page number may be typed (I21). */
export const pageNumberTries = 3;

const stateShape = z.discriminatedUnion('is', [
  /** Nobody has typed the page number yet. */
  z.object({ is: z.literal('open'), triesLeft: z.number().int().positive() }),
  /** One browser holds it; `holder` is the mac of its cookie. `ceremony`: how many answers of a key it has weighed. */
  z.object({ is: z.literal('held'), holder: z.string(), ceremony: z.int().nonnegative().optional() }),
  /**
   * The directory is being asked to set the password since `startedAt`. `before` is when the password was last set by then: the directory's
   * own word, so that its clock is compared with itself.
   */
  z.object({ is: z.literal('setting'), holder: z.string(), startedAt: z.number(), before: z.number().nullable() }),
  /** Whether it was set could not be found out; it is looked for once more. */
  z.object({ is: z.literal('doubtful'), holder: z.string(), startedAt: z.number(), before: z.number().nullable() }),
  z.object({ is: z.literal('done'), holder: z.string() }),
  z.object({ is: z.literal('ended') }),
]);

const recordShape = z.object({
  id: z.string(),
  kind: z.enum(pageKinds),
  account: z.string(),
  tenant: z.string(),
  /** The stack whose inbox hears of it. */
  stack: z.string(),
  session: z.string(),
  door: z.enum(['teams', 'front-door']),
  /** The proofs it was opened with, checked again before the act. */
  proofs: z.array(z.string()),
  draft: z.string().nullable(),
  /** The challenge that it answers. */
  challenge: z.string().nullable().default(null),
  language: z.enum(languages),
  /** The reference of the turn that opened it, for the audit. */
  reference: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  state: stateShape,
});

/** A one-time page as the store keeps it: no token, no page number, no password. Times are epoch ms. */
export type PageRecord = Readonly<z.infer<typeof recordShape>>;
export type PageState = PageRecord['state'];

/** Reads a stored page; null for what is not one, which is then treated as over. */
export function readPage(value: Json): PageRecord | null {
  const parsed = recordShape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

export const pageToJson = (page: PageRecord): Json => page;

/** The same effect always opens the same page (an effect is carried out again after a crash). The id is no secret: the token is. */
export function pageIdOf(accountId: string, stack: Key, effectId: string): string {
  const digest = createHash('sha256').update(`page\n${stack}\n${effectId}`).digest();
  return `${partitionOf(accountId)}-${digest.subarray(0, 16).toString('base64url')}`;
}

/** Whether something can still be done with the page. */
export const isLive = (page: PageRecord, now: number): boolean =>
  now < page.expiresAt && (page.state.is === 'open' || page.state.is === 'held');

/** The mac of the cookie that holds the page; null while nobody does. */
export const holderOf = (page: PageRecord): string | null =>
  page.state.is === 'open' || page.state.is === 'ended' ? null : page.state.holder;
