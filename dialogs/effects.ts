import type { DialogName, DialogTable, Wish } from './dialog-table.ts';
import type { GateRule, MethodKind, Purpose } from './methods.ts';
import type {
  CaseView,
  ChallengeId,
  DraftId,
  FinishLine,
  MethodId,
  MethodView,
  PageId,
  PageKind,
  PageOutcome,
  ProofId,
  Refusal,
} from './views.ts';

/**
 * Every effect a machine can ask for: its parameters, its kind, and every result it can have. A result comes back to the dialog that
 * asked as an event named as in `results`, its fields beside `type`.
 */

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
        /** A method that was not used for long: to be asked about at a quiet moment. */
        readonly overdue: MethodView | null;
      };
    };
  };
  /** The directory's and the policy's verdict, read live. `methods`: to see and remove them. */
  readEligibility: {
    params: { readonly purpose: 'reset' | 'change' | 'unlock' | 'register' | 'methods' };
    results: {
      'eligibility.eligible': {
        readonly gates: GateRule;
        readonly locked: {
          readonly since: number;
          readonly why: 'wrong-passwords' | 'administrator';
          readonly until: number | null;
        } | null;
        /** Why the present password lets nobody in, where it does not. */
        readonly due: 'expired' | 'must-change' | null;
        readonly hasPassword: boolean;
      };
      'eligibility.refused': { readonly refusal: Refusal };
      'eligibility.unavailable': Nothing;
    };
  };
  /** The account's methods, in the order in which they are asked for, and which could be added. `stepUp` is what a step-up takes. */
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
    params: {
      readonly kind: MethodKind;
      readonly answer?: string;
      /** A method of the person's own whose number is meant; nothing is typed then. */
      readonly numberOf?: MethodId;
      /** Whose place it takes. */
      readonly replaces?: MethodId;
    };
    results: {
      'draft.taken': { readonly draft: DraftId; readonly masked: string };
      'draft.rejected': {
        readonly reason:
          | 'not-a-number'
          | 'not-allowed-country'
          | 'not-a-mobile'
          /** One that costs more, or belongs to nobody in person. */
          | 'special-number'
          /** The policy's list has it: the switchboard, for instance. */
          | 'refused-number'
          | 'not-an-address'
          | 'work-address'
          | 'company-domain'
          | 'group-mailbox'
          | 'already-yours'
          /** Not before a method of another kind is there. */
          | 'needs-another'
          | 'full'
          /** Whose place it was to take, or whose number, is there no more. */
          | 'gone';
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
      'challenge.failed': {
        /** `stopped`: who has the number asked for no messages from us. `suspended`: the number is dead, and the method with it. */
        readonly reason: 'undeliverable' | 'unavailable' | 'gone' | 'stopped' | 'suspended';
      };
      /** `budget`: the company's codes to telephones are used up, or stopped, which is not the person's doing. */
      'challenge.refused': { readonly reason: 'pace' | 'cooling' | 'resend-too-soon' | 'budget'; readonly until: number | null };
      /** It may still arrive. */
      'challenge.doubtful': ChallengeShown;
    };
  };
  /**
   * Opens a one-time page. The proofs are checked in the store by its handler. `draft` is what is being registered on it; `challenge` is what
   * it answers.
   */
  openPage: {
    params: { readonly page: PageKind; readonly proofs: readonly ProofId[]; readonly draft?: DraftId; readonly challenge?: ChallengeId };
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
  /** Takes a name as typed; without one, the name goes. It changes no proof, so it takes none. */
  nameMethod: {
    params: { readonly method: MethodId; readonly name?: string };
    results: {
      'method.named': Nothing;
      /** `taken`: another one is called that. `form`: a link, an address, a long number, or signs that are no plain text. */
      'name.rejected': { readonly reason: 'too-long' | 'form' | 'taken' };
      'method.refused': { readonly reason: 'not-eligible' | 'gone' };
    };
  };
  /** This one is asked for first from now on. It changes no proof, so it takes none. */
  preferMethod: {
    params: { readonly method: MethodId };
    results: { 'method.preferred': Nothing; 'method.refused': { readonly reason: 'not-eligible' | 'gone' } };
  };
  /** The person is asked whether a method is still theirs. */
  noteAsked: { params: Nothing; results: NoResult };
  unlock: {
    params: { readonly proofs: readonly ProofId[] };
    results: { 'unlock.done': Nothing; 'unlock.refused': { readonly reason: 'proofs' | 'not-eligible' }; 'unlock.unavailable': Nothing };
  };
  /**
   * Ends the account's sessions, a moment after the answer was sent: the one it is read in may be among them. `page` is the one on which the
   * password was just set; its handler looks whether it was.
   */
  endSessions: {
    params: { readonly page: PageId };
    results: { 'sessions.ending': Nothing; 'sessions.refused': Nothing };
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
  nameMethod: { kind: 'check', results: ['method.named', 'name.rejected', 'method.refused'] },
  preferMethod: { kind: 'repeatable', results: ['method.preferred', 'method.refused'] },
  noteAsked: { kind: 'repeatable', results: [] },
  unlock: { kind: 'repeatable', results: ['unlock.done', 'unlock.refused', 'unlock.unavailable'] },
  endSessions: { kind: 'repeatable', results: ['sessions.ending', 'sessions.refused'] },
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
  /** A challenge was answered elsewhere than in the chat, and weighed there, once. The verdict follows as an event of its own, as if it had been typed here. */
  | { readonly type: 'challenge.answered'; readonly challenge: ChallengeId; readonly verdict: ResultOf<'checkAnswer'> }
  /**
   * Nobody will answer this challenge any more. `undelivered`: the provider could not bring it. `no-answer`: nobody picked up or keyed.
   * `ended`: the call is over, and what was keyed was wrong. `reported`: who was asked says that it was not them.
   * `copied`: the key's counter went back, and the key was suspended.
   */
  | {
      readonly type: 'challenge.unanswered';
      readonly challenge: ChallengeId;
      readonly reason: 'undelivered' | 'no-answer' | 'ended' | 'reported' | 'copied';
    }
  /** The account that was unlocked a few minutes ago is locked again. */
  | { readonly type: 'account.locked'; readonly since: number }
  | { readonly type: 'reminded'; readonly name: string };

/** What a person does at a prompt. `choice` is the id of one offered now; `text` an answer of the form the prompt takes. */
export type PersonEvent =
  | { readonly type: 'choose'; readonly choice: string }
  | { readonly type: 'answer'; readonly text: string }
  | { readonly type: 'cancel' };

/** Somebody said hello at the menu. */
interface Greeted {
  readonly type: 'greeted';
}

/** Every event a machine can get; `now` is epoch ms. */
export type DialogEvent = (PersonEvent | Greeted | ResultEvent | DoneEvent | OutsideEvent) & { readonly now: number };
