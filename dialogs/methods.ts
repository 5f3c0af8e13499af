/**
 * The methods and what each counts for (I2). A method is one line here, `dialogs/register-<method>.ts`, `src/methods/<method>.ts` and its
 * locale files.
 */

import type { PageKind } from './views.ts';

/**
 * What a proof is for; a proof for one is worthless for another. `first-proof`: a number or address that the directory holds, in the present password's
 * place (I3). `confirm`: a registered method still works, which carries no act. `caller`: whoever speaks with the helpdesk (I15). `agent`: an agent, or
 * whoever vouches for somebody else (I12, I14, I18).
 */
export const purposes = ['register', 'first-proof', 'step-up', 'reset', 'unlock', 'confirm', 'caller', 'agent'] as const;
export type Purpose = (typeof purposes)[number];

/** Where a method counts for reset and unlock: always, or only after another gate was passed. */
type ResetRole = 'any' | 'second';

export interface MethodRule {
  /** Two gates come from two groups; two of one group are one gate. */
  readonly group: 'app' | 'number' | 'email' | 'codes' | 'questions' | 'key' | 'manager';
  readonly reset: ResetRole;
  readonly stepUp: boolean;
  /** Whether it counts for a caller and for an agent. */
  readonly caller: boolean;
  /** Sits in the phone: with `oneDevice: refuse` two such groups do not count together. */
  readonly inPhone: boolean;
  /** A code travels to it, so it can be asked for again. */
  readonly sends: boolean;
  /** Given ahead of time as a set of codes, each of which works once. */
  readonly saved?: true;
  /** Registered whole, on a page of its own: an account has one, and a new one replaces it. */
  readonly oneSet?: true;
  /** Registered only where a method of another kind is there: what is lost together must not be all there is. */
  readonly besideAnother?: true;
  /** Proved on a one-time page of this kind. */
  readonly page?: PageKind;
  /** What ends a challenge comes from elsewhere, and nothing is typed in the chat: keyed on a telephone, or answered on the page. */
  readonly elsewhere?: true;
  /** The chat shows a code, which is keyed or read out elsewhere. */
  readonly showsCode?: true;
  /** Nobody registers it: the directory says who is asked. */
  readonly isAsked?: true;
}

export const methods = {
  'authenticator-app': { group: 'app', reset: 'any', stepUp: true, caller: true, inPhone: true, sends: false },
  'text-message': { group: 'number', reset: 'any', stepUp: true, caller: true, inPhone: true, sends: true },
  'phone-call': { group: 'number', reset: 'any', stepUp: true, caller: true, inPhone: true, sends: true, elsewhere: true, showsCode: true },
  email: { group: 'email', reset: 'second', stepUp: false, caller: false, inPhone: false, sends: true },
  'recovery-codes': { group: 'codes', reset: 'any', stepUp: true, caller: false, inPhone: false, sends: false, saved: true, oneSet: true },
  'security-questions': {
    group: 'questions',
    reset: 'second',
    stepUp: false,
    caller: false,
    inPhone: false,
    sends: false,
    oneSet: true,
    page: 'answer-security-questions',
    elsewhere: true,
  },
  'security-key': {
    group: 'key',
    reset: 'any',
    stepUp: true,
    caller: true,
    inPhone: false,
    sends: false,
    page: 'use-security-key',
    besideAnother: true,
  },
  'manager-approval': {
    group: 'manager',
    reset: 'second',
    stepUp: false,
    caller: false,
    inPhone: false,
    sends: false,
    elsewhere: true,
    showsCode: true,
    isAsked: true,
  },
} as const satisfies Record<string, MethodRule>;

export type MethodKind = keyof typeof methods;

const rule = (kind: MethodKind): MethodRule => methods[kind];

export const methodKinds = Object.keys(methods) as MethodKind[];

/** A kind that people register; any other is asked of somebody else, whom the directory names. */
export type RegisteredKind = Exclude<MethodKind, 'manager-approval'>;

export const isRegistered = (kind: MethodKind): kind is RegisteredKind => rule(kind).isAsked !== true;

export const registeredKinds = (Object.keys(methods) as MethodKind[]).filter(isRegistered);

/** How many gates an act needs, and whether app and number count together. */
export interface GateRule {
  readonly needed: 1 | 2;
  readonly oneDevice: 'allow' | 'refuse';
}

/** How a challenge of this kind is put and answered. */
export const ruleOf = rule;

/** Whether a method of this kind is a set of codes given ahead of time. */
export const isSaved = (kind: MethodKind): boolean => rule(kind).saved === true;

/** Whether a method of this kind goes by the telephone network, which people are told of and always have a choice beside (R14). */
export const isRestricted = (kind: MethodKind): boolean => rule(kind).group === 'number';

/** Whether a method of this kind is proved by a code that is typed in the chat and costs nothing to use. */
export const isTypedInChat = (kind: MethodKind): boolean =>
  !isSaved(kind) && rule(kind).page === undefined && rule(kind).elsewhere === undefined;

/** Whether an account has one of this kind, which a new one replaces whole. */
export const isOneSet = (kind: MethodKind): boolean => rule(kind).oneSet === true;

/** Whether a method of this kind counts at all for the purpose. */
export function counts(kind: MethodKind, purpose: Purpose): boolean {
  // It is asked where nothing is registered, of what is no method.
  if (purpose === 'first-proof') return false;
  if (purpose === 'caller' || purpose === 'agent') return rule(kind).caller;
  return purpose === 'step-up' ? rule(kind).stepUp : true;
}

/** Whether one that counts for the purpose counts by itself. */
const isStrong = (kind: MethodKind, purpose: Purpose): boolean => purpose === 'step-up' || rule(kind).reset === 'any';

/** Whether two kinds are independent: another group, and with `oneDevice: refuse` not both in the phone. */
function independent(one: MethodKind, other: MethodKind, gates: GateRule): boolean {
  if (rule(one).group === rule(other).group) return false;
  return gates.oneDevice === 'allow' || !(rule(one).inPhone && rule(other).inPhone);
}

/**
 * Whether the kinds passed satisfy the rule for a purpose (I2): enough independent gates, at least one of which counts by itself. No
 * policy lowers that.
 */
export function gatesSuffice(passed: readonly MethodKind[], purpose: Purpose, gates: GateRule): boolean {
  const counting = passed.filter((kind) => counts(kind, purpose));
  const strong = counting.filter((kind) => isStrong(kind, purpose));
  if (gates.needed === 1) return strong.length > 0;
  return strong.some((one) => counting.some((other) => independent(one, other, gates)));
}

/** Whether a method of this kind would bring an act nearer, after these were passed: what `verify` offers next. */
export function helps(kind: MethodKind, passed: readonly MethodKind[], purpose: Purpose, gates: GateRule): boolean {
  if (!counts(kind, purpose)) return false;
  if (passed.length === 0) return isStrong(kind, purpose);
  return !gatesSuffice(passed, purpose, gates) && gatesSuffice([...passed, kind], purpose, gates);
}

/** What "Finish" says (I8): whether these kinds would do for a reset, and if not, which kinds of `allowed` would complete them. */
export function finishLine(
  registered: readonly MethodKind[],
  allowed: readonly MethodKind[],
  gates: GateRule,
): { readonly enough: boolean; readonly wouldDo: readonly MethodKind[] } {
  if (gatesSuffice(registered, 'reset', gates)) return { enough: true, wouldDo: [] };
  const addable = allowed.filter((kind) => rule(kind).besideAnother !== true || registered.some((had) => had !== kind));
  const completing = addable.filter((kind) => gatesSuffice([...registered, kind], 'reset', gates));
  // With nothing registered yet no single kind completes two gates: name those that count by themselves.
  return { enough: false, wouldDo: completing.length > 0 ? completing : addable.filter((kind) => rule(kind).reset === 'any') };
}
