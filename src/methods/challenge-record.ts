import { z } from 'zod';
import type { ChallengeShown } from '../../dialogs/effects.ts';
import { methodKinds, purposes } from '../../dialogs/methods.ts';
import { languages } from '../config/policy.ts';
import { askedMs } from '../delivery/asked.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { parseDocument } from './parse-document.ts';

/** How many verdicts are kept with a challenge, the newest: far more than one challenge can be answered before it is over. */
const verdictsKept = 50;

/** How long a row outlives its challenge, in ms, so that an answer brought again still finds its verdict. */
const keptAfterMs = 10 * 60_000;

/** The same for one whose code came by mail: whether it was passed must be known for as long as its link can say that nobody asked for it (I17). */
const keptAfterMail = askedMs;

const kind = z.enum(methodKinds);
const triesLeft = z.int().nonnegative();

const verdictSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer.accepted'), proof: z.string(), kind, left: z.int().nonnegative().optional() }),
  z.strictObject({
    type: z.literal('answer.rejected'),
    reason: z.enum(['wrong', 'expired', 'newer', 'used', 'form']),
    triesLeft,
    mark: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal('answer.exhausted'), scope: z.enum(['method', 'account']), until: z.int().nullable() }),
]);

const challengeSchema = z.strictObject({
  id: z.string().min(1),
  /** A method's id, or with purpose `register` a draft's. */
  target: z.string(),
  kind,
  purpose: z.enum(purposes),
  conversation: z.string(),
  session: z.string(),
  /** From which door it was asked for, and in which language. */
  door: z.enum(['teams', 'front-door']).default('teams'),
  language: z.enum(languages).default('en'),
  masked: z.string(),
  /** Of the telephone number its code went to (ISO 3166); null where it went to none. */
  country: z.string().nullable().default(null),
  mark: z.string().nullable(),
  expiresAt: z.int().nonnegative(),
  resendAt: z.int().nonnegative().nullable(),
  /** `spent`: an answer was accepted, or a failed verification ended it. */
  state: z.enum(['open', 'spent']),
  verdicts: z.array(z.strictObject({ attempt: z.string(), verdict: verdictSchema })),
});

/** One outstanding request for proof. What it was sent is not in it: the code's keyed hash stands in the account's pace. */
export type ChallengeRecord = Readonly<z.infer<typeof challengeSchema>>;

/** How an answer was weighed; as the dialog gets it. */
export type Verdict = z.infer<typeof verdictSchema>;

/** Reads a challenge's row; null where there is none. @throws LatchkeyError `latchkey_methods_unreadable` */
export const readChallenge = (value: Json | null): ChallengeRecord | null =>
  value === null ? null : parseDocument('challenge', challengeSchema, value);

/** The parts of a commit that store a challenge. */
export function challengeParts(accountId: string, challenge: ChallengeRecord): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.challenge(accountId, challenge.id);
  return { put: { [key]: challenge }, until: { [key]: challenge.expiresAt + (challenge.kind === 'email' ? keptAfterMail : keptAfterMs) } };
}

/** The challenge with the verdict on one attempt added. */
export const withVerdict = (challenge: ChallengeRecord, attempt: string, verdict: Verdict): ChallengeRecord => ({
  ...challenge,
  verdicts: [...challenge.verdicts, { attempt, verdict }].slice(-verdictsKept),
});

/** What names the place codes of this challenge go to: its successors supersede it. */
export const codesOf = (challenge: Pick<ChallengeRecord, 'target' | 'purpose' | 'conversation'>): string =>
  JSON.stringify([challenge.target, challenge.purpose, challenge.conversation]);

/** A challenge as its prompt shows it. */
export const shown = ({ id, kind, masked, mark, expiresAt, resendAt }: ChallengeRecord): ChallengeShown => ({
  challenge: id,
  kind,
  masked,
  mark,
  expiresAt,
  resendAt,
});
