import { z } from 'zod';
import { methodKinds } from '../../dialogs/methods.ts';
import { grantKinds } from '../../dialogs/views.ts';

/** For how long a call number may be typed, and a verification that was begun by it may last, in ms (I15). */
export const callMs = 10 * 60_000;
/** For how long the helpdesk may give something after it, and what was given may be used, in ms (I16). */
export const powersMs = 15 * 60_000;

const time = z.int().nonnegative();
const agent = { by: z.string(), name: z.string() };

/** The call of a case (I15). Times are epoch ms. */
export const callerShape = z.strictObject({
  id: z.string(),
  ...agent,
  /** The keyed hash of its number. */
  mac: z.string(),
  askedAt: time,
  /** By when its number is typed, or the verification that it began is over. */
  until: time,
  /** `waiting`: nobody typed it yet. `asked`: the person is proving who they are. */
  state: z.enum(['waiting', 'asked', 'verified', 'refused', 'reported', 'no-answer']),
  /** The conversation that typed it, and by which activity: no other one can. */
  stack: z.string().nullable(),
  attempt: z.string().nullable(),
  /** The gates the caller passed. */
  proofs: z.array(z.string()).readonly(),
  verifiedAt: time.nullable(),
  /** Whether a temporary pass could be given for the account when the caller was verified; it is judged anew when one is. */
  passes: z.boolean().optional(),
});
export type Call = Readonly<z.infer<typeof callerShape>>;

/** What was given on it (I16), oldest first. */
export const grantsShape = z
  .array(
    z.strictObject({
      id: z.string(),
      what: z.enum(grantKinds),
      method: z.enum(methodKinds).nullable(),
      ...agent,
      at: time,
      /** The colleague who approved a second one. */
      approved: z.strictObject({ ...agent, proof: z.string() }).nullable(),
      hasPassword: z.boolean(),
      /** What it was used for, by an id: the same again is the same use. */
      used: z.strictObject({ for: z.string(), at: time }).nullable(),
    }),
  )
  .readonly();
export type Grant = z.infer<typeof grantsShape>[number];

/** What a colleague is asked to approve. */
export const approvalShape = z.strictObject({
  what: z.enum(grantKinds),
  method: z.enum(methodKinds).nullable(),
  ...agent,
  at: time,
});

/** What a case keeps of its call. All of it ends with the claim. */
export interface CallOfCase {
  readonly caller?: Call | undefined;
  readonly grants?: readonly Grant[] | undefined;
  readonly approval?: Readonly<z.infer<typeof approvalShape>> | undefined;
  readonly claimed: { readonly by: string } | null;
}

/** Whether the agent who has the case may give something on its call now. */
export const hasPowers = ({ caller, claimed }: CallOfCase, now: number): boolean =>
  caller?.state === 'verified' && caller.verifiedAt !== null && now < caller.verifiedAt + powersMs && claimed?.by === caller.by;

/** What was given and can still be used. */
export const openGrant = (of: CallOfCase, now: number): Grant | null =>
  of.claimed === null ? null : (of.grants?.findLast(({ used, at }) => used === null && now < at + powersMs) ?? null);

const grantId = /^grant\.(p\d\d-[\w-]{22})\.[\w-]{22}$/u;

/** A grant's id names its case, because whoever acts on it brings nothing else. */
export const newGrantId = (caseId: string, id: string): string => `grant.${caseId}.${id}`;

/** The case of a grant; null where a proof is none. */
export const caseOfGrant = (proof: string): string | null => grantId.exec(proof)?.[1] ?? null;
