import { z } from 'zod';
import type { ProofId } from '../../dialogs/views.ts';
import { methodKinds, purposes } from '../../dialogs/methods.ts';
import type { Act } from '../conversation/port.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { sessionOf } from './method-record.ts';
import { parseDocument } from './parse-document.ts';

/** How long a proof's row is kept, in ms: past the 15 minutes that any policy lets it count. */
const keptMs = 30 * 60_000;

const common = {
  id: z.string().min(1),
  accountId: z.string().min(1),
  /** The stack it was given in: elsewhere it proves nothing. */
  conversation: z.string(),
  session: z.string(),
  at: z.int().nonnegative(),
  /** An act was done on it. It may still carry others of its 15 minutes, but not all (I4). */
  used: z.boolean(),
};

const proofSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('gate'),
    purpose: z.enum(purposes),
    /** The method, or with purpose `register` the draft, that was proved. */
    target: z.string(),
    method: z.enum(methodKinds),
    group: z.string(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('present-password'),
    /** When the directory said it was set, epoch ms; null where it did not say. Another one since is not the one that was proved. */
    passwordSetAt: z.int().nullable().default(null),
  }),
  /** A code to a number or address that the directory holds was typed (I3). */
  z.strictObject({
    ...common,
    kind: z.literal('place-on-file'),
    /** Which, as `firstProofPlaces` names it. It proves nothing once the directory holds it no more. */
    place: z.string().min(1),
  }),
  /** A start code was redeemed (I12). It opens one thing: the new-password page, once, or registration. `for`: what it was used for, by an id. */
  z.strictObject({ ...common, kind: z.literal('start-code'), opens: z.enum(['password', 'registration']), for: z.string().optional() }),
]);

/** What is kept when a challenge was accepted, or the present password was right (I3). */
export type ProofRecord = Readonly<z.infer<typeof proofSchema>>;

/** Reads a proof's row; null where there is none. @throws LatchkeyError `latchkey_methods_unreadable` */
export const readProof = (value: Json | null): ProofRecord | null => (value === null ? null : parseDocument('proof', proofSchema, value));

/** The parts of a commit that store a proof. */
export function proofParts(proof: ProofRecord): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.proof(proof.accountId, proof.id);
  return { put: { [key]: proof }, until: { [key]: proof.at + keptMs } };
}

/**
 * I3's proof: the directory found the present password right. Whoever saw that commits these parts with it.
 * @param proof.id made by the caller; the same id is the same proof
 * @param proof.conversation the stack that asked
 * @param proof.session its session, as `Act` names it
 * @param proof.passwordSetAt as the directory had it before it was asked
 */
export function presentPasswordProof(proof: {
  readonly id: ProofId;
  readonly accountId: string;
  readonly conversation: Key;
  readonly session: string;
  readonly passwordSetAt: number | null;
  readonly now: number;
}): { readonly id: ProofId; readonly parts: Required<Pick<Commit, 'put' | 'until'>> } {
  const { id, accountId, conversation, session, passwordSetAt, now } = proof;
  const named = sessionOf({ stack: conversation, session });
  return {
    id,
    parts: proofParts({ id, accountId, kind: 'present-password', conversation, session: named, passwordSetAt, at: now, used: false }),
  };
}

/** The parts that store what a redeemed start code opens (I12): whoever redeems it commits them with it. */
export function startCodeProof(given: {
  readonly id: ProofId;
  readonly opens: 'password' | 'registration';
  readonly act: Pick<Act, 'accountId' | 'stack' | 'session' | 'now'>;
}): Required<Pick<Commit, 'put' | 'until'>> {
  const { id, opens, act } = given;
  const { accountId, stack, now } = act;
  return proofParts({ id, accountId, kind: 'start-code', opens, conversation: stack, session: sessionOf(act), at: now, used: false });
}
