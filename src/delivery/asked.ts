import { z } from 'zod';
import type { MethodKind, Purpose } from '../../dialogs/methods.ts';
import { languages } from '../config/policy.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';
import { happenedId } from './happened.ts';

/** For how long "I did not ask for this" can be said of a code, in ms: as long as a door stays closed for it. */
export const askedMs = 24 * 3_600_000;

const askedSchema = z.object({
  id: z.string(),
  account: z.string(),
  /** The challenge whose code was sent. */
  challenge: z.string(),
  door: z.enum(['teams', 'front-door']),
  at: z.int().nonnegative(),
  language: z.enum(languages),
  asked: z.literal(true),
  /** Somebody said that they had not asked for it. */
  used: z.boolean(),
});

/** A code that was sent, as the link in its mail names it (I17); no code, no address. Times are epoch ms. */
export type Asked = Readonly<z.infer<typeof askedSchema>>;

/** Reads a row `keys.happened(id)` that is of a code; null for none, and for one that is over. */
export function readAsked(value: Row['value'] | null, now: number): Asked | null {
  const read = askedSchema.safeParse(value);
  return read.success && read.data.at + askedMs > now ? read.data : null;
}

/**
 * What the link of a code's mail names; null for another kind, and for an address that is being registered: it is not the account's yet, so
 * whoever reads its mail reports nothing of the account's.
 */
export function askedByMail(
  kind: MethodKind,
  purpose: Purpose,
  asked: Pick<Asked, 'account' | 'challenge' | 'door' | 'at' | 'language'>,
): Asked | null {
  if (kind !== 'email' || purpose === 'register') return null;
  return { ...asked, id: happenedId(asked.account, `asked ${asked.challenge}`), asked: true, used: false };
}

/** The parts that keep it, for the commit that opens the challenge. */
export const askedParts = (asked: Asked): Required<Pick<Commit, 'put' | 'until'>> => ({
  put: { [keys.happened(asked.id)]: asked },
  until: { [keys.happened(asked.id)]: asked.at + askedMs },
});
