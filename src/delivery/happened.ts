import { createHash } from 'node:crypto';
import { z } from 'zod';
import { methodKinds } from '../../dialogs/methods.ts';
import { happenedWhats } from '../../dialogs/views.ts';
import { languages } from '../config/policy.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';

/** For how long "this was not me" can be said of something, in ms. */
export const notMeMs = 30 * 24 * 3_600_000;

const happenedSchema = z.object({
  id: z.string(),
  account: z.string(),
  what: z.enum(happenedWhats),
  at: z.int().nonnegative(),
  door: z.string(),
  method: z.enum(methodKinds).nullable(),
  language: z.enum(languages),
  /** Somebody said that it was not them. */
  used: z.boolean(),
});

/** Something that happened to an account, as a link in a notice names it; no number, no address. Times are epoch ms. */
export type Happened = Readonly<z.infer<typeof happenedSchema>>;

/** Reads a row `keys.happened(id)`, or an entry of `keys.happenings(account)`; null for none, and for one that is over. */
export function readHappened(value: Row['value'] | null, now: number): Happened | null {
  const read = happenedSchema.safeParse(value);
  return read.success && read.data.at + notMeMs > now ? read.data : null;
}

/** The same act is always the same happening. The id is no secret: the token of its link is. */
export function happenedId(account: string, act: string): string {
  const digest = createHash('sha256').update(`happened\n${account}\n${act}`).digest();
  return `${partitionOf(account)}-${digest.subarray(0, 16).toString('base64url')}`;
}

type HappenedParts = Required<Pick<Commit, 'put' | 'until' | 'append'>>;

/** The parts of the commit that does it: what the link of its notices names, and what the account's own chat offers. They read nothing, so they fit any commit of the account. */
export function happenedParts(happened: Happened): HappenedParts {
  const key = keys.happened(happened.id);
  const last = keys.lastHappened(happened.account);
  return {
    put: { [key]: happened, [last]: { at: happened.at } },
    until: { [key]: happened.at + notMeMs, [last]: happened.at + notMeMs },
    append: [{ to: keys.happenings(happened.account), id: happened.id, value: happened }],
  };
}

const lastSchema = z.object({ at: z.number() });

/** When something last happened to the account, epoch ms; null for nothing within the 30 days. */
export const lastHappenedAt = (row: Row | null): number | null => lastSchema.safeParse(row?.value).data?.at ?? null;
