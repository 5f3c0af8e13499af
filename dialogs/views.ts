import type { NextStep } from './next-step.ts';
import type { CaseState } from './case.ts';
import type { MethodKind } from './methods.ts';

/** What dialogs may know of an account and say of it: ids, codes, times and masked labels; never a number, an address or a secret. */

export type ProofId = string;
export type ChallengeId = string;
export type DraftId = string;
export type MethodId = string;
export type PageId = string;
export type CallId = string;
export type AskId = string;

/** A number or address that the directory holds for the person. */
export interface PlaceView {
  /** Names it; says nothing of it. */
  readonly id: string;
  /** Masked. */
  readonly label: string;
}

/** One that the policy lets take the present password's place where nothing is registered (I3). */
export interface ProofPlaceView extends PlaceView {
  /** How a code goes there. */
  readonly kind: 'text-message' | 'email';
}

/** What kinds of one-time page there are. */
export const pageKinds = [
  'present-password',
  'new-password',
  'change-password',
  'enrol-authenticator-app',
  'show-recovery-codes',
  'choose-security-questions',
  'answer-security-questions',
  'enrol-security-key',
  'use-security-key',
  'temporary-pass',
] as const;
export type PageKind = (typeof pageKinds)[number];

/** How a refusal ends, and with which words. */
export type Ending =
  /** Password managed elsewhere: IT's name, number, hours and link; no mail is offered. */
  | 'managed-elsewhere'
  /** The link to where it is managed is down: try again later, IT's name. */
  | 'later'
  /** The account is not enabled: offer to contact an administrator. */
  | 'not-enabled'
  /** "We could not verify your account": too little is registered; offer, and register when back. */
  | 'not-verified'
  /** The account has extra protection: offer. */
  | 'privileged'
  /** An administrator locked the account: offer. */
  | 'locked'
  /** The directory does not answer: try again later, and the offer. */
  | 'unavailable'
  /** Too many tries or sends: when it ends, and the offer. */
  | 'pace'
  /** What is registered does not count yet: from when, and the offer. */
  | 'cooling'
  /** Agents have stopped it for now: in calm words, and the offer. */
  | 'stopped'
  /** The account's owner said that something was not them: the case, or the offer. */
  | 'frozen'
  /** Somebody was asked here for what they had not asked for: until when, and the offer. */
  | 'reported'
  /** No methods left to try, or the person cannot go on: offer. */
  | 'stuck'
  /** The person asked for an administrator: offer. */
  | 'asked';

export interface Refusal {
  /** `SSPR_...` or `LK_...`; it stands in the case and in the refusal's small print. */
  readonly code: string;
  readonly ending: Ending;
  /** When it ends, epoch ms, for `pace` and `cooling`. */
  readonly until?: number | null;
  /** Nothing is registered, and a number or address that the directory holds would do to begin with (I3): that is offered beside. */
  readonly mayRegister?: boolean;
}

/** A registered method as dialogs may know it: never a number or address, only its masked form. */
export interface MethodView {
  readonly id: MethodId;
  readonly kind: MethodKind;
  /** Its masked number or address, `...67`, `a...@example.org`, or the app's own name. */
  readonly label: string;
  /** What the person calls it; beside the label, never in its place. */
  readonly name: string | null;
  /** The person wants to be asked for this one first. */
  readonly preferred: boolean;
  readonly addedAt: number;
  readonly lastUsedAt: number | null;
  /** From when it counts (I5). */
  readonly countsFrom: number;
  /** Why it cannot be used at this moment. `this-session`: added in this session (I4). `suspended`: its account had been disabled or gone, and it is to be registered anew (I9). `used-up`: no code is left. `outdated`: the policy asks for more answers by now. `copied`: its counter went back. `unreachable`: its number is dead. `reported`: it was touched since something that its owner says was not them. `sends-used-up`: no more can be sent for this account now. */
  readonly usable:
    | 'yes'
    | 'cooling'
    | 'waiting'
    | 'disabled'
    | 'suspended'
    | 'used-up'
    | 'outdated'
    | 'copied'
    | 'unreachable'
    | 'reported'
    | 'this-session'
    | 'sends-used-up';
  /** When that ends, epoch ms. */
  readonly until: number | null;
}

/** What "Finish" says (I8). */
export interface FinishLine {
  readonly enough: boolean;
  readonly wouldDo: readonly MethodKind[];
}

/** What a page told. */
export type PageOutcome =
  /** Present password right: I3's proof. */
  | { readonly page: 'present-password'; readonly proof: ProofId }
  | { readonly page: 'new-password' }
  /** A password that its owner knew was changed. */
  | { readonly page: 'change-password' }
  /** The person confirmed that the codes are kept: the draft's `register` proof. */
  | { readonly page: 'show-recovery-codes'; readonly proof: ProofId }
  /** The questions were chosen and answered: the draft's `register` proof. */
  | { readonly page: 'choose-security-questions'; readonly proof: ProofId }
  /** A temporary pass was made and shown, once (I16); `until` when it ends unused, epoch ms, null: when another password is set. */
  | { readonly page: 'temporary-pass'; readonly is: 'access-pass' | 'password'; readonly until: number | null }
  /** The key was right; the page shows six digits, which the chat is still to hear. */
  | { readonly page: 'enrol-security-key' | 'use-security-key' };

/** What can happen to an account that its owner may not have done (I17). */
export const happenedWhats = [
  'password-set',
  'first-password-set',
  'unlocked',
  'method-added',
  'method-replaced',
  'method-changed',
  'method-removed',
  'caller-verified',
  'temporary-pass',
] as const;
export type HappenedWhat = (typeof happenedWhats)[number];

/** Something that happened to the account, and was told everywhere (I19). */
export interface HappenedView {
  readonly id: string;
  readonly what: HappenedWhat;
  readonly at: number;
  /** Where it was done. */
  readonly door: string;
  /** The kind of method it was done to. */
  readonly kind: MethodKind | null;
}

export interface CaseView {
  readonly number: string;
  readonly state: CaseState;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  /** The name of the agent who has it. */
  readonly agent: string | null;
  /** While it waits in the queue: what happens next, and by when; null where that has passed. */
  readonly next: NextStep | null;
  /** It should have been there, or been taken up, by now. */
  readonly isLate: boolean;
  /** Until when a reply is waited for, epoch ms. */
  readonly until: number | null;
  /** What the helpdesk asked and waits for a reply to; only in the conversation that opened the case. */
  readonly question: string | null;
  /** Whether it may be written to, from this conversation. */
  readonly mayWrite: boolean;
  readonly mayWithdraw: boolean;
  readonly mayReopen: boolean;
}

/** What the helpdesk can give a caller who was verified (I16). */
export const grantKinds = ['password', 'unlock', 'temporary-pass', 'remove-method'] as const;
export type GrantKind = (typeof grantKinds)[number];

/** Something the helpdesk gave, in the conversation it is for. */
export type GrantView = {
  /** Stands in the place of proofs, once. */
  readonly id: ProofId;
  readonly what: GrantKind;
  /** The kind of method that was lost. */
  readonly method: MethodKind | null;
  readonly hasPassword: boolean;
};

/** What somebody is asked to do for another. */
export interface AskView {
  readonly id: AskId;
  /** `vouch`: to say what they did to know who it is (I12). `manager-approval`: to approve, as their manager (I18). */
  readonly kind: AskKind;
  /** What a manager is asked to approve; null for what is no approval. */
  readonly wish: 'reset' | 'unlock' | null;
  /** Whom it is about: labels of the directory. */
  readonly name: string;
  readonly userId: string;
  /** The case it is for; empty where there is none. */
  readonly case: string;
  /** When it ends, epoch ms. */
  readonly until: number;
}

export const askKinds = ['vouch', 'manager-approval'] as const;
type AskKind = (typeof askKinds)[number];

/** What one can have done to know who somebody is (I12). Of a document its kind, and never its number. */
export const checkHows = ['called-back', 'knows-them', 'saw-passport', 'saw-identity-card', 'saw-driving-licence'] as const;
export type CheckHow = (typeof checkHows)[number];
