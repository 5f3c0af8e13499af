import type { GateRule, MethodKind, RegisteredKind, Purpose } from './methods.ts';
import type { AskId, MethodId, PageId, ProofId, ProofPlaceView, Refusal } from './views.ts';

/** Dialogs that can be begun. */
export interface DialogTable extends Readonly<Record<`register-${RegisteredKind}`, RegisterMethod>> {
  home: { input: Record<string, never>; output: Record<string, never> };
  /** Asks before a sentence that means another dialog drops this one. */
  leave: { input: { readonly wish: Wish; readonly from: DialogName }; output: { readonly leave: boolean; readonly wish: Wish } };
  /** `given`: what the helpdesk gave (I16), or a start code opened (I12), takes the place of the gates. */
  reset: {
    input: { readonly given?: { readonly proof: ProofId; readonly hasPassword: boolean } };
    output: { readonly wish?: 'unlock' | 'register' };
  };
  /** A password that its owner knows. */
  'change-password': { input: Record<string, never>; output: { readonly wish?: 'reset' } };
  /** "Sign out my other devices?", after a password was set on `page`. */
  'sign-out': { input: { readonly page: PageId }; output: Record<string, never> };
  unlock: { input: Record<string, never>; output: { readonly wish?: 'reset' | 'register' } };
  /** `proofs`: what a start code gave (I12); without, a step-up is asked for. */
  register: { input: { readonly proofs?: readonly ProofId[] }; output: Record<string, never> };
  methods: { input: Record<string, never>; output: { readonly wish?: 'register' } };
  /** One method: what would the person like to do with it? `proofs` are those of a step-up so far, and after. */
  method: {
    input: { readonly method: MethodId; readonly proofs: readonly ProofId[] };
    output: { readonly proofs: readonly ProofId[] };
  };
  /** Whether a method that was not used for long still reaches its owner. */
  confirm: { input: { readonly method: MethodId }; output: Record<string, never> };
  /** Says a refusal in full and, where that is its ending, offers to contact an administrator. */
  escalate: {
    /** `proofs` are the gates the person passed on the way: the case says how the requester is known (I13). */
    input: { readonly refusal: Refusal; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    output: { readonly wish?: 'register' };
  };
  /** `case`: the number of the one that there is news of, which was said; all are told when it is left out. */
  'case-status': { input: { readonly case?: string }; output: Record<string, never> };
  /** "That was not me": of what happened to the account lately. */
  'not-me': { input: Record<string, never>; output: Record<string, never> };
  /** An agent proves themselves (I14). */
  'prove-agent': { input: Record<string, never>; output: { readonly wish?: 'register' } };
  /**
   * Somebody on the telephone with the helpdesk (I15). `typed`: the call number comes with it. `kinds`: at the front door, where nobody is known, the
   * policy's methods, by which alone it asks for proof (I20).
   */
  caller: { input: { readonly typed?: true; readonly kinds?: readonly MethodKind[] }; output: Record<string, never> };
  /** A temporary pass that the helpdesk gave (I16), shown once on a page. */
  'temporary-pass': {
    input: { readonly given: { readonly proof: ProofId; readonly hasPassword: boolean } };
    output: { readonly shown: boolean };
  };
  /** Asks for gates. `proofs` are those accepted. */
  verify: {
    /** `kinds`: by no other methods than these; by any that counts, where it is left out. */
    input: {
      readonly purpose: Exclude<Purpose, 'register' | 'first-proof' | 'confirm'>;
      readonly gates: GateRule;
      readonly kinds?: readonly MethodKind[];
    };
    output: { readonly ok: boolean; readonly proofs: readonly ProofId[] };
  };
  /** One gate (or two) that counts for step-up; where the account has none, first proof takes its place (I4). */
  'step-up': { input: Record<string, never>; output: { readonly ok: boolean; readonly proofs: readonly ProofId[] } };
  /** Takes the place of `home` at the front door: whose account it is about, and what is wished for (I11). */
  'front-door': { input: Record<string, never>; output: Record<string, never> };
  /** A new password or an unlock, for who passes the gates at the front door; or on what takes their place: `given` by the helpdesk (I16), or by a start code (I12). */
  'let-in': {
    input:
      | { readonly wish: DoorWish; readonly kinds: readonly MethodKind[]; readonly gates: GateRule }
      | { readonly wish: 'reset'; readonly given: ProofId };
    output: Record<string, never>;
  };
  /** Asks for gates of whom nobody knows: with the policy's methods, and the same words whatever is registered (I20). */
  'verify-claim': {
    input: { readonly purpose: DoorPurpose; readonly kinds: readonly MethodKind[]; readonly gates: GateRule };
    output: {
      readonly ok: boolean;
      readonly proofs: readonly ProofId[];
      /** Until when no more tries are taken here, where that is why. */
      readonly until: number | null;
    };
  };
  /** "We could not verify your account": offers an administrator, and opens a case on a yes. */
  'door-contact': {
    input: {
      readonly wish: Wish;
      readonly why: 'unproved' | 'pace' | 'asked' | 'later';
      readonly until: number | null;
      readonly proofs: readonly ProofId[];
    };
    output: Record<string, never>;
  };
  /** The present password, on a page; or a code to what the directory holds, where the policy says so (I3). */
  'first-proof': { input: Record<string, never>; output: { readonly ok: boolean; readonly proofs: readonly ProofId[] } };
  /** A code to a number or address that the directory holds. `another`: another way is wanted. */
  'first-proof-code': {
    input: { readonly place: ProofPlaceView['id'] };
    output: { readonly proofs: readonly ProofId[]; readonly another: boolean };
  };
  /** What others ask of the person. */
  asked: { input: Record<string, never>; output: Record<string, never> };
  /** Vouches for somebody who cannot prove who they are (I12). */
  vouch: { input: { readonly ask: AskId }; output: Record<string, never> };
  /** Approves what somebody asked their manager for (I18). */
  'approve-manager': { input: { readonly ask: AskId }; output: Record<string, never> };
  /** A start code, heard from two people (I12). */
  'start-code': { input: { readonly atDoor?: true }; output: Record<string, never> };
}

/** What takes gates at the front door. */
export type DoorWish = 'reset' | 'unlock';

/** What gates are asked for there. */
export type DoorPurpose = DoorWish | 'caller';

interface RegisterMethod {
  /** `replaces`: the one whose place the new one takes. */
  input: { readonly proofs: readonly ProofId[]; readonly replaces?: MethodId };
  /** `again`: the step-up's proofs no longer do; it is asked for anew. */
  output: { readonly stored: boolean; readonly again: boolean };
}

export type DialogName = keyof DialogTable;

/** What a person wants, as the menu, the commands and the sentence recogniser name it. */
export const wishes = [
  'reset',
  'change-password',
  'unlock',
  'register',
  'methods',
  'case-status',
  'asked',
  'start-code',
  'not-me',
  'caller',
  'prove-agent',
  'contact',
] as const;
export type Wish = (typeof wishes)[number];

/** Those that may be started at the front door (I11), in the order of its menu. */
export const doorWishes = ['reset', 'unlock', 'caller', 'start-code', 'contact'] as const satisfies readonly Wish[];
