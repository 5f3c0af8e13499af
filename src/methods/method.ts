import type { EffectTable } from '../../dialogs/effects.ts';
import type { MethodKind } from '../../dialogs/methods.ts';
import type { Language, Policy } from '../config/policy.ts';
import type { AccountState } from '../directory/port.ts';
import type { Parcel } from '../delivery/port.ts';
import type { Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';

/** Why what was typed cannot become a method of this kind. */
export type DraftReason = EffectTable['draftMethod']['results']['draft.rejected']['reason'];

/** What a method makes of what was typed: its secret (number, address, seed, codes) and its masked form. */
export type Taken =
  | { readonly ok: true; readonly secret: string; readonly masked: string }
  | { readonly ok: false; readonly reason: DraftReason };

interface TakeContext {
  readonly account: AccountState;
  readonly policy: Policy;
  readonly random: Random;
  readonly keys: Keys;
  /** What those of this kind that the account has are called. */
  readonly labels: readonly string[];
}

/** The words that carry a code. */
export interface CodeMessage {
  readonly language: Language;
  /** Of a mail; else empty. */
  readonly subject: string;
  readonly text: string;
  /** Of a mail: the same as HTML. */
  readonly html?: string;
}

/** How a right, used or wrong code is told where nothing is sent. */
export type ComputedCheck =
  | { readonly match: 'right'; readonly step: number }
  /** Right, but its step was accepted before (R4). */
  | { readonly match: 'used' }
  | { readonly match: 'wrong' };

interface AnyMethod {
  readonly kind: MethodKind;
  /** Enrols: takes what was typed (or, where nothing is typed, makes a seed) and says what is wrong with it. */
  take(answer: string | undefined, context: TakeContext): Taken;
}

/** A code is made by us and travels. */
export interface SendingMethod extends AnyMethod {
  readonly sends: true;
  /** Whether codes go to telephone numbers: they cost money, and count against the company's budget. */
  readonly isTelephony: boolean;
  /** How long a code lives, minutes. */
  minutes(limits: Policy['limits']): number;
  /** What brings a code there. `id` names the sending: the same id is the same parcel. */
  parcel(id: string, secret: string, message: CodeMessage): Parcel;
  /** Whether one secret may serve the policy's number of accounts only, and how many. */
  accountsPerPlace(policy: Policy): number | null;
}

/** A code is computed on both sides; nothing is sent. */
export interface ComputingMethod extends AnyMethod {
  readonly sends: false;
  /** @param lastStep the last time step accepted, null for none */
  check(secret: string, code: string, lastStep: number | null, now: number): ComputedCheck;
}

/** What is kept of a set of codes or answers after it was used. */
export interface Kept {
  readonly secret: string;
  readonly masked: string;
  /** How many codes are left; null where none is used up. */
  readonly left: number | null;
}

/** How a code of a set is told: right and not used before, right but used, or wrong. */
export type SpentCheck = { readonly match: 'right'; readonly kept: Kept } | { readonly match: 'used' } | { readonly match: 'wrong' };

/**
 * Codes are given ahead of time, as a set, on a page: there the person confirms that they keep them, which registers it. An account has
 * one set; a new one replaces it whole.
 */
export interface SavedMethod extends AnyMethod {
  readonly sends: false;
  /** What was typed, as its codes are written; null when it is none, which costs nothing. */
  read(typed: string): string | null;
  /** Weighs a code that was read, and uses it up. */
  spend(secret: string, code: string, bound: { readonly keys: Keys; readonly account: string }): SpentCheck;
  /** How many codes of a set are left. */
  left(secret: string): number;
}

/** How answers to all that is asked are told: which of them was wrong is not. */
export type AnswersCheck = { readonly match: 'right'; readonly kept: Kept } | { readonly match: 'wrong' };

/**
 * Questions are chosen and answered on a page, which registers them; a challenge asks some of them, on a page too. Answers are hashed
 * slowly, so they are prepared before they are weighed. An account has one set; a new one replaces it whole.
 */
export interface AnsweredMethod extends AnyMethod {
  readonly sends: false;
  /**
   * What was prepared of answers to the `count` questions this secret asks now; null for anything else, and where the secret changed in the
   * meantime: that costs nothing.
   */
  read(prepared: string, secret: string, count: number): string | null;
  /** Compares what was read, in constant time; right answers draw the questions anew. */
  match(secret: string, prepared: string, count: number): AnswersCheck;
  /** How many answers a set has. */
  answers(secret: string): number;
}

/**
 * Proved by a ceremony on a page, which then shows six digits: they are typed in the chat and weighed there as a code that was sent is. So
 * a ceremony somebody was talked into verifies nobody.
 */
export interface CeremonyMethod extends AnyMethod {
  readonly sends: false;
  /** What of a secret serves one account only; null while there is nothing in it. */
  place(secret: string): string | null;
}

/** Asked of somebody whom the directory names; nobody registers it. */
export interface AskedMethod extends AnyMethod {
  readonly sends: false;
  readonly isAsked: true;
}

/** One kind of verification method. */
export type Method = SendingMethod | ComputingMethod | SavedMethod | AnsweredMethod | CeremonyMethod | AskedMethod;

export const isSaved = (method: Method): method is SavedMethod => 'spend' in method;
export const isAnswered = (method: Method): method is AnsweredMethod => 'answers' in method;

export const isCeremony = (method: Method): method is CeremonyMethod => 'place' in method;

export const isAsked = (method: Method): method is AskedMethod => 'isAsked' in method;
