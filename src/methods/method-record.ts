import { z } from 'zod';
import type { MethodView } from '../../dialogs/views.ts';
import { methodKinds, type MethodKind } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
import type { Json } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import { parseDocument } from './parse-document.ts';
import { isUsedUp, triesSchema, waitsUntil } from './tries.ts';

const time = z.int().nonnegative();

const methodSchema = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(methodKinds),
  /** Masked number or address, or the app's name: what is shown where a code goes. */
  label: z.string(),
  /** What the person calls it, shown beside the label and never in its place. */
  name: z.string().optional(),
  /** Number (E.164), address, the app's seed (base32), or the hashes of codes or answers, sealed for this account and id. */
  sealed: z.string(),
  addedAt: time,
  /** From when it counts for anything (I5). */
  countsFrom: time,
  /** The session it was added in, in which it proves nothing (I4). */
  addedSession: z.string(),
  lastUsedAt: time.nullable(),
  tries: triesSchema,
  /** The last time step whose code was accepted; app only (R4-R6). */
  lastStep: z.int().nullable(),
  /** How many codes are left; a set of codes only. */
  left: z.int().nonnegative().optional(),
  /** How many answers it has; security questions only. */
  answers: z.int().nonnegative().optional(),
  /** Set while nothing may be done with it, whatever its tries say. `account-disabled`: its account was disabled or gone, until it is registered anew. `unreachable`: its number is dead, until it is registered anew. `copied`: the key's counter went back. `reported`: it was touched since something that its owner says was not them (I17), until it is registered anew. */
  suspended: z.enum(['account-disabled', 'unreachable', 'copied', 'reported']).nullable(),
});

const documentSchema = z.strictObject({
  methods: z.array(methodSchema),
  /** The id of the one to be asked for first; one that is there no longer means none. */
  preferred: z.string().optional(),
  /** When the person was last asked whether a method is still theirs. */
  askedAt: time.optional(),
  /** The session in which this account registered its very first method: removing all and starting over is no first registration. */
  first: z.strictObject({ session: z.string(), at: time }).nullable(),
  /** Since when its account is disabled or gone and its methods are suspended (I9). */
  left: z.strictObject({ at: time }).optional(),
  /** The last removals by the act that asked, so that an act run again is known. `claims`: hashes under which the number's claim is to be given back. */
  removals: z.array(z.strictObject({ act: z.string(), claims: z.array(z.string()) })),
});

export type MethodRecord = Readonly<z.infer<typeof methodSchema>>;

/** The registered methods of one account, one document. */
export type MethodsDocument = Readonly<z.infer<typeof documentSchema>>;

const empty: MethodsDocument = { methods: [], first: null, removals: [] };

/** Reads the document; `value` null: the account never had a method. @throws LatchkeyError `latchkey_methods_unreadable` */
export const readMethodsDocument = (value: Json | null): MethodsDocument =>
  value === null ? empty : parseDocument('methods document', documentSchema, value);

/** Where a method's secret stands: moved to another method or account, it does not open. */
const place = (accountId: string, methodId: string): string => `${keys.methods(accountId)}#${methodId}`;

export const sealSecret = (seals: Keys, accountId: string, methodId: string, secret: string): string =>
  seals.seal(place(accountId, methodId), secret);

/** The number, address, seed or hashes. @throws LatchkeyError `latchkey_security_unsealable` */
export const openSecret = (seals: Keys, accountId: string, method: Pick<MethodRecord, 'id' | 'sealed'>): string =>
  seals.open(place(accountId, method.id), method.sealed);

/** No session lasts longer (R40), so that its name may come again later. */
const sessionMs = 24 * 3_600_000;

/** Names a session among all: a stack numbers its own only. */
export const sessionOf = ({ stack, session }: Pick<Act, 'stack' | 'session'>): string => JSON.stringify([stack, session]);

/** Whether a method was added in this session (I4). */
export const isOfSession = (method: Pick<MethodRecord, 'addedSession' | 'addedAt'>, session: string, now: number): boolean =>
  method.addedSession === session && method.addedAt > now - sessionMs;

/** Whether a method can be used at a moment in a session, and when what stands against it ends. */
export type Standing = Pick<MethodView, 'usable' | 'until'>;

/**
 * @param at.session the session that wants to use it, as `sessionOf` names it; null asks for no session in particular
 */
export function standing(
  method: MethodRecord,
  at: { readonly now: number; readonly session: string | null },
  policy: Pick<Policy, 'methods' | 'securityQuestions'>,
): Standing {
  if (isUsedUp(method.tries) || !policy.methods[method.kind].enabled) return { usable: 'disabled', until: null };
  if (method.suspended === 'account-disabled') return { usable: 'suspended', until: null };
  if (method.suspended !== null) return { usable: method.suspended, until: null };
  if (method.left === 0) return { usable: 'used-up', until: null };
  if (method.answers !== undefined && method.answers < policy.securityQuestions.reset) return { usable: 'outdated', until: null };
  if (at.session !== null && isOfSession(method, at.session, at.now)) return { usable: 'this-session', until: null };
  if (method.countsFrom > at.now) return { usable: 'cooling', until: method.countsFrom };
  const waiting = waitsUntil(method.tries, at.now);
  return waiting === null ? { usable: 'yes', until: null } : { usable: 'waiting', until: waiting };
}

/** Whether no other method could be used if this one went (I4). */
export const isLastUsable = (
  { methods }: MethodsDocument,
  { id }: Pick<MethodRecord, 'id'>,
  at: Parameters<typeof standing>[1],
  policy: Parameters<typeof standing>[2],
): boolean => !methods.some((each) => each.id !== id && standing(each, at, policy).usable === 'yes');

/** The document with one method changed. */
export const withMethod = (document: MethodsDocument, changed: MethodRecord): MethodsDocument => ({
  ...document,
  methods: document.methods.map((each) => (each.id === changed.id ? changed : each)),
});

/** Whether a method has neither been switched off nor used up, nor falls short of the policy: what waits or cools off comes back. */
export const isLasting = ({ usable }: Standing): boolean =>
  !['disabled', 'suspended', 'used-up', 'outdated', 'copied', 'unreachable', 'reported'].includes(usable);

/** Whether it serves nothing until it is registered anew: its number was dead, its account had left, or its owner says that somebody else put it there. Until then it takes no place from others. */
export const isToBeProvedAnew = ({ suspended }: Pick<MethodRecord, 'suspended'>): boolean =>
  suspended === 'unreachable' || suspended === 'account-disabled' || suspended === 'reported';

/** How many of a kind there are; one that is to be proved anew takes no place, nor does one whose place is to be taken. */
export const countOf = (document: MethodsDocument, kind: MethodKind, replaced?: MethodRecord): number =>
  document.methods.filter((each) => each.kind === kind && !isToBeProvedAnew(each) && each.id !== replaced?.id).length;

/** Whether a method of another kind is there. */
export const hasAnother = (document: MethodsDocument, kind: MethodKind): boolean => document.methods.some((each) => each.kind !== kind);
