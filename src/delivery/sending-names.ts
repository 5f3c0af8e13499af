import { z } from 'zod';
import type { Language } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Keys } from '../security/keys.ts';

const sendingSchema = z.strictObject({ what: z.enum(['challenge', 'notice']), account: z.string().min(1), id: z.string().min(1) });

/** What a parcel was for: a challenge of an account, or a notice of the outbox. */
export type Sending = Readonly<z.infer<typeof sendingSchema>>;

const place = 'sending';

/** The path under which Twilio tells what became of a message. */
export const statusPath = '/twilio/message/';

/**
 * A sending's name for a provider, to be given back when it tells what became of it: sealed, so that it says nothing of the account and
 * cannot be made by anybody else, and nothing need be stored.
 */
const nameSending = (seals: Keys, { what, account, id }: Sending): string => seals.seal(place, JSON.stringify({ what, account, id }));

/** Where Twilio tells what became of a message. */
export const statusAddress = (publicUrl: string, seals: Keys, sending: Sending): string =>
  `${publicUrl}${statusPath}${nameSending(seals, sending)}`;

/** The path under which Twilio asks what a call says, and tells what was keyed and how it ended. */
export const callPath = '/twilio/call/';

/** Where a call is answered, under a path: its language goes with it, since nothing else may be known of a call that nobody waits for. */
export const callAddress = (base: string, seals: Keys, sending: Sending, language: Language): string =>
  `${base}${nameSending(seals, sending)}?in=${language}`;

/** Where is told that a call ended. */
export const callEndAddress = (base: string, seals: Keys, sending: Sending): string => `${base}${nameSending(seals, sending)}/ended`;

/** The sending of a name; null for one that we did not give, or under a key that is gone. */
export function readSending(seals: Keys, name: string): Sending | null {
  try {
    return sendingSchema.safeParse(JSON.parse(seals.open(place, name))).data ?? null;
  } catch (fault) {
    if (fault instanceof LatchkeyError || fault instanceof SyntaxError) return null;
    throw fault;
  }
}
