import type { GateRule, MethodKind, Purpose } from './methods.ts';

/**
 * Every effect a machine can ask for: its parameters, its kind, and every result it can have. A result comes back to the dialog that
 * asked as an event named as in `results`, its fields beside `type`.
 */

/** Dialogs that can be begun. */
export interface DialogTable extends Readonly<Record<`register-${MethodKind}`, RegisterMethod>> {
  home: { input: Record<string, never>; output: Record<string, never> };
  /** Asks before a sentence that means another dialog drops this one. */
  leave: { input: { readonly wish: Wish; readonly from: DialogName }; output: { readonly leave: boolean; readonly wish: Wish } };
  reset: { input: Record<string, never>; output: { readonly wish?: 'unlock' } };
  unlock: { input: Record<string, never>; output: { readonly wish?: 'reset' } };
  register: { input: Record<string, never>; output: Record<string, never> };
  methods: { input: Record<string, never>; output: { readonly wish?: 'register' } };
  /** Says a refusal in full and, where that is its ending, offers to contact an administrator. */
  escalate: {
    /** `proofs` are the gates the person passed on the way: the case says how the requester is known (I13). */
    input: { readonly refusal: Refusal; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    output: Record<string, never>;
  };
  'case-status': { input: Record<string, never>; output: Record<string, never> };
  /** Asks for gates. `proofs` are those accepted. */
  verify: {
    input: { readonly purpose: Exclude<Purpose, 'register'>; readonly gates: GateRule };
    output: { readonly ok: boolean; readonly proofs: readonly ProofId[] };
  };
  /** One gate (or two) that counts for step-up; where the account has none, first proof takes its place (I4). */
  'step-up': { input: Record<string, never>; output: { readonly ok: boolean; readonly proofs: readonly ProofId[] } };
  /** The present password, on a page (I3). */
  'first-proof': { input: Record<string, never>; output: { readonly ok: boolean; readonly proofs: readonly ProofId[] } };
}

interface RegisterMethod {
  input: { readonly proofs: readonly ProofId[] };
  /** `again`: the step-up's proofs no longer do; it is asked for anew. */
  output: { readonly stored: boolean; readonly again: boolean };
}

export type DialogName = keyof DialogTable;

/** What a person wants, as the menu, the commands and the sentence recogniser name it. */
export type Wish = 'reset' | 'unlock' | 'register' | 'methods' | 'case-status' | 'contact';

export type ProofId = string;
export type ChallengeId = string;
export type DraftId = string;
type MethodId = string;
export type PageId = string;

/** What kind of one-time page. */
export type PageKind = 'present-password' | 'new-password' | 'enrol-authenticator-app' | 'show-recovery-codes';

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
}

/** A registered method as dialogs may know it: never a number or address, only its masked form. */
export interface MethodView {
  readonly id: MethodId;
  readonly kind: MethodKind;
  /** The person's name for it, or its masked number or address: `...67`, `a...@example.org`. */
  readonly label: string;
  readonly addedAt: number;
  readonly lastUsedAt: number | null;
  /** From when it counts (I5). */
  readonly countsFrom: number;
  /** Why it cannot be used at this moment. `this-session`: added in this session (I4). `used-up`: no code is left. */
  readonly usable: 'yes' | 'cooling' | 'waiting' | 'disabled' | 'used-up' | 'this-session';
  /** When that ends, epoch ms. */
  readonly until: number | null;
}

/** What "Finish" says (I8). */
export interface FinishLine {
  readonly enough: boolean;
  readonly wouldDo: readonly MethodKind[];
}

/** What a page told. */
type PageOutcome =
  /** Present password right: I3's proof. */
  | { readonly page: 'present-password'; readonly proof: ProofId }
  | { readonly page: 'new-password' }
  /** The person confirmed that the codes are kept: the draft's `register` proof. */
  | { readonly page: 'show-recovery-codes'; readonly proof: ProofId };

export interface CaseView {
  readonly number: string;
  readonly state: 'open' | 'delivered' | 'resolved';
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

export interface EffectTable {
  /** A notice: a sentence said once, above the prompt of the state the turn stops in. Params are numbers, ids, times (epoch ms) and masked addresses. */
  say: { params: { readonly notice: string; readonly params?: NoticeParams }; results: NoResult };
  /** Pushes a dialog; its output comes back as `<dialog>.done`. */
  begin: { params: { [D in DialogName]: { readonly dialog: D; readonly input: DialogTable[D]['input'] } }[DialogName]; results: NoResult };

  /** What the menu depends on. */
  readHome: {
    params: Nothing;
    results: {
      'home.read': {
        readonly reset: boolean;
        readonly unlock: boolean;
        readonly register: boolean;
        readonly methods: number;
        readonly cases: number;
        /** Who helps in person: an administrator, or IT itself where the password is managed elsewhere and no case is offered. */
        readonly contact: 'administrator' | 'it';
      };
    };
  };
  /** The directory's and the policy's verdict, read live. `methods`: to see and remove them. */
  readEligibility: {
    params: { readonly purpose: 'reset' | 'unlock' | 'register' | 'methods' };
    results: {
      'eligibility.eligible': {
        readonly gates: GateRule;
        readonly locked: { readonly why: 'wrong-passwords' | 'administrator'; readonly until: number | null } | null;
        readonly hasPassword: boolean;
      };
      'eligibility.refused': { readonly refusal: Refusal };
      'eligibility.unavailable': Nothing;
    };
  };
  /** The account's methods and which could be added. `gates` is what a step-up takes. */
  readMethods: {
    params: { readonly purpose: Purpose };
    results: {
      'methods.read': {
        readonly methods: readonly MethodView[];
        /** Kinds the policy allows this person, with how many more of each. */
        readonly addable: readonly { readonly kind: MethodKind; readonly room: number }[];
        readonly finish: FinishLine;
        readonly stepUp: GateRule;
        /** What a reset takes: says what the removal of a method would lose (I8). */
        readonly resetGates: GateRule;
      };
    };
  };
  readCases: { params: Nothing; results: { 'cases.read': { readonly cases: readonly CaseView[] } } };

  /** Takes a number or address as typed (or, where nothing is typed, makes a seed or codes) into a sealed draft; the machine sees its masked form only. */
  draftMethod: {
    params: { readonly kind: MethodKind; readonly answer?: string };
    results: {
      'draft.taken': { readonly draft: DraftId; readonly masked: string };
      'draft.rejected': {
        readonly reason:
          | 'not-a-number'
          | 'not-allowed-country'
          | 'not-a-mobile'
          | 'not-an-address'
          | 'work-address'
          | 'company-domain'
          | 'already-yours'
          | 'full';
      };
    };
  };
  /** Weighs an answer against a challenge, exactly once. */
  checkAnswer: {
    params: { readonly challenge: ChallengeId; readonly answer: string };
    results: {
      /** `left`: of a set of codes, how many are left. */
      'answer.accepted': { readonly proof: ProofId; readonly kind: MethodKind; readonly left?: number | undefined };
      'answer.rejected': {
        /** `newer`: right, but a newer one replaced it: use the one marked `mark`. `used`: right, but used before. `form`: not of the form this method's codes have; costs nothing. */
        readonly reason: 'wrong' | 'expired' | 'newer' | 'used' | 'form';
        readonly triesLeft: number;
        readonly mark: string | null;
      };
      /** No more tries: the method waits, or self-service is closed (`scope`), until then. */
      'answer.exhausted': { readonly scope: 'method' | 'account'; readonly until: number | null };
    };
  };

  /** Asks for proof by a registered method, or by a draft when the purpose is `register`. The challenge's id is the effect's id. */
  sendChallenge: {
    params: ({ readonly method: MethodId } | { readonly draft: DraftId }) & { readonly purpose: Purpose };
    results: {
      'challenge.sent': ChallengeShown;
      /** Nothing was sent and nothing will be: another way is needed. */
      'challenge.failed': { readonly reason: 'undeliverable' | 'unavailable' | 'gone' };
      'challenge.refused': { readonly reason: 'pace' | 'cooling' | 'resend-too-soon'; readonly until: number | null };
      /** It may still arrive. */
      'challenge.doubtful': ChallengeShown;
    };
  };
  /** Opens a one-time page. The proofs are checked in the store by its handler. `draft` is the app being enrolled, or the codes being shown. */
  openPage: {
    params: { readonly page: PageKind; readonly proofs: readonly ProofId[]; readonly draft?: DraftId };
    results: {
      'page.opened': { readonly page: PageId; readonly expiresAt: number };
      'page.refused': { readonly reason: 'proofs' | 'not-eligible' };
    };
  };
  /** Stores the draft as a method: its `register` proof and a step-up or I3's proof are checked in the store. */
  storeMethod: {
    params: { readonly draft: DraftId; readonly proofs: readonly ProofId[] };
    results: {
      'method.stored': { readonly method: MethodId; readonly label: string };
      /** `in-use`: it serves as many accounts as it may, which only who has it is told. */
      'method.refused': { readonly reason: 'proofs' | 'full' | 'in-use' | 'not-eligible' | 'gone' };
    };
  };
  removeMethod: {
    params: { readonly method: MethodId; readonly proofs: readonly ProofId[] };
    results: { 'method.removed': Nothing; 'method.refused': { readonly reason: 'proofs' | 'full' | 'not-eligible' | 'gone' } };
  };
  unlock: {
    params: { readonly proofs: readonly ProofId[] };
    results: { 'unlock.done': Nothing; 'unlock.refused': { readonly reason: 'proofs' | 'not-eligible' }; 'unlock.unavailable': Nothing };
  };
  /** Makes a case, or finds the one that is open for the same account and reason (I13). */
  openCase: {
    params: { readonly code: string; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    results: { 'case.opened': { readonly number: string; readonly isNew: boolean } };
  };
  /** Comes back as the event `reminded` at that time; one that no longer fits changes nothing. */
  remind: { params: { readonly name: string; readonly at: number }; results: NoResult };
  /** Ends challenges, pages, drafts and proofs that a dialog leaves behind. */
  drop: {
    params: {
      readonly challenges?: readonly ChallengeId[];
      readonly pages?: readonly PageId[];
      readonly drafts?: readonly DraftId[];
      readonly proofs?: readonly ProofId[];
    };
    results: NoResult;
  };
}

/** A challenge as the prompt shows it. */
export interface ChallengeShown {
  readonly challenge: ChallengeId;
  readonly kind: MethodKind;
  /** Where it went, masked; for an app its name. */
  readonly masked: string;
  /** Two letters that the message carries too; null where nothing is sent. */
  readonly mark: string | null;
  readonly expiresAt: number;
  /** From when another one may be asked for, epoch ms; null where nothing is sent. */
  readonly resendAt: number | null;
}

export type NoticeParams = Readonly<Record<string, string | number | readonly string[] | null>>;
type Nothing = object;
type NoResult = object;

export type EffectName = keyof EffectTable;

/**
 * - `stack`: the stack itself does it (`begin`).
 * - `notice`: said in this turn's answer.
 * - `read`: looks and changes nothing; done within the turn, before the commit.
 * - `check`: weighs what a person typed, within the turn and before the commit, so that it is never saved.
 * - `repeatable`: its id makes a second run harmless.
 * - `once`: committed as started before its call; found started, it is not run again: its result is doubtful.
 */
type EffectKind = 'stack' | 'notice' | 'read' | 'check' | 'repeatable' | 'once';

interface EffectFacts<E extends EffectName> {
  readonly kind: EffectKind;
  readonly results: readonly (keyof EffectTable[E]['results'])[];
}

/** Kind and results of every effect, for the runner and for the test that every state waiting for one handles each result. */
export const effects: { readonly [E in EffectName]: EffectFacts<E> } = {
  say: { kind: 'notice', results: [] },
  begin: { kind: 'stack', results: [] },
  readHome: { kind: 'read', results: ['home.read'] },
  readEligibility: { kind: 'read', results: ['eligibility.eligible', 'eligibility.refused', 'eligibility.unavailable'] },
  readMethods: { kind: 'read', results: ['methods.read'] },
  readCases: { kind: 'read', results: ['cases.read'] },
  draftMethod: { kind: 'check', results: ['draft.taken', 'draft.rejected'] },
  checkAnswer: { kind: 'check', results: ['answer.accepted', 'answer.rejected', 'answer.exhausted'] },
  sendChallenge: { kind: 'once', results: ['challenge.sent', 'challenge.failed', 'challenge.refused', 'challenge.doubtful'] },
  openPage: { kind: 'repeatable', results: ['page.opened', 'page.refused'] },
  storeMethod: { kind: 'repeatable', results: ['method.stored', 'method.refused'] },
  removeMethod: { kind: 'repeatable', results: ['method.removed', 'method.refused'] },
  unlock: { kind: 'repeatable', results: ['unlock.done', 'unlock.refused', 'unlock.unavailable'] },
  openCase: { kind: 'repeatable', results: ['case.opened'] },
  remind: { kind: 'repeatable', results: [] },
  drop: { kind: 'repeatable', results: [] },
};

/** An effect as data: what `step` hands to the runner. */
export type Effect = { [E in EffectName]: { readonly type: E; readonly params: EffectTable[E]['params'] } }[EffectName];

/** The result events of one effect. */
export type ResultOf<E extends EffectName> = {
  [R in keyof EffectTable[E]['results']]: { readonly type: R } & EffectTable[E]['results'][R];
}[keyof EffectTable[E]['results']];

/** Every result event there is. */
export type ResultEvent = { [E in EffectName]: ResultOf<E> }[EffectName];

/** `<dialog>.done`, with the dialog's output. */
type DoneEvent = { [D in DialogName]: { readonly type: `${D}.done`; readonly output: DialogTable[D]['output'] } }[DialogName];

/** What a page, an agent or the clock tells a stack through its inbox. */
export type OutsideEvent =
  | { readonly type: 'page.claimed'; readonly page: PageId }
  | { readonly type: 'page.done'; readonly page: PageId; readonly outcome: PageOutcome }
  /** The page ended without its act: too many wrong page numbers or passwords, or the account stopped being eligible. */
  | { readonly type: 'page.failed'; readonly page: PageId; readonly reason: 'too-many-tries' | 'locked' | 'not-eligible' }
  /** The password may have been set: the directory did not say. */
  | { readonly type: 'page.doubtful'; readonly page: PageId }
  | { readonly type: 'reminded'; readonly name: string };

/** What a person does at a prompt. `choice` is the id of one offered now; `text` an answer of the form the prompt takes. */
export type PersonEvent =
  | { readonly type: 'choose'; readonly choice: string }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'cancel' };

/** Every event a machine can get; `now` is epoch ms. */
export type DialogEvent = (PersonEvent | ResultEvent | DoneEvent | OutsideEvent) & { readonly now: number };
