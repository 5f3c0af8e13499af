import { callerEffects, type CallerEffects } from './caller-effects.ts';
import { askEffects, type AskEffects } from './ask-effects.ts';
import { deskEffects, type CaseNews, type DeskEffects } from './desk-effects.ts';
import type { DialogName, DialogTable } from './dialog-table.ts';
import { directoryEffects, type DirectoryEffects } from './directory-effects.ts';
import { doorEffects, type DoorEffects } from './door-effects.ts';
import type { EffectFactsOf, NoResult } from './effect-kind.ts';
import { methodEffects, type MethodEffects } from './method-effects.ts';
import type { AskId, ChallengeId, DraftId, GrantView, HappenedView, PageId, PageKind, PageOutcome, ProofId } from './views.ts';

export type { ChallengeShown } from './method-effects.ts';

/**
 * Every effect a machine can ask for: its parameters, its kind, and every result it can have. A result comes back to the dialog that
 * asked as an event named as in `results`, its fields beside `type`.
 */
export interface EffectTable extends MethodEffects, DirectoryEffects, DeskEffects, DoorEffects, CallerEffects, AskEffects {
  /** A notice: a sentence said once, above the prompt of the state the turn stops in. Params are numbers, ids, times (epoch ms) and masked addresses. */
  say: { params: { readonly notice: string; readonly params?: NoticeParams }; results: NoResult };
  /** Pushes a dialog; its output comes back as `<dialog>.done`. */
  begin: { params: { [D in DialogName]: { readonly dialog: D; readonly input: DialogTable[D]['input'] } }[DialogName]; results: NoResult };
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

export type NoticeParams = Readonly<Record<string, string | number | readonly string[] | null>>;

export type EffectName = keyof EffectTable;

/** Kind and results of every effect, for the runner and for the test that every state waiting for one handles each result. */
export const effects: EffectFactsOf<EffectTable> = {
  ...methodEffects,
  ...directoryEffects,
  ...deskEffects,
  ...doorEffects,
  ...callerEffects,
  ...askEffects,
  say: { kind: 'notice', results: [] },
  begin: { kind: 'stack', results: [] },
  openPage: { kind: 'repeatable', results: ['page.opened', 'page.refused'] },
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
  /** The password may have been set: the directory did not say. `of`: a temporary pass may have been made, which nobody has seen. */
  | { readonly type: 'page.doubtful'; readonly page: PageId; readonly of?: 'temporary-pass' }
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
  /** The account that was unlocked a few minutes ago is locked again; with the wrong password that was tried last, where the directory knows. */
  | {
      readonly type: 'account.locked';
      readonly since: number;
      readonly lastWrong?: { readonly at: number; readonly count: number };
    }
  /** Something was done at another door, which the account's own chat is told of too (I19). */
  | ({ readonly type: 'account.happened' } & Omit<HappenedView, 'id'>)
  /** Its owner said elsewhere that something was not them (I17): whatever dialog is open ends. */
  | { readonly type: 'account.frozen' }
  /** The helpdesk did something with a case of the person's. */
  | ({ readonly type: 'case.told' } & CaseNews)
  /** The helpdesk gave something in this conversation (I16). */
  | { readonly type: 'grant.given'; readonly grant: GrantView }
  /** An act on a case took the agent's own proof, and none stands (I14). */
  | { readonly type: 'agent.asked' }
  /** Somebody asks something of the person: it waits under `asked`. */
  | { readonly type: 'account.asked'; readonly name: string }
  /** Both have vouched: the halves of the start code are there to be read out. */
  | { readonly type: 'start-code.ready'; readonly ask: AskId }
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

/** Somebody typed a call number at the menu. */
interface Called {
  readonly type: 'called';
}

/** Every event a machine can get; `now` is epoch ms. */
export type DialogEvent = (PersonEvent | Greeted | Called | ResultEvent | DoneEvent | OutsideEvent) & { readonly now: number };
