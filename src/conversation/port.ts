import type { EffectName, EffectTable, ResultOf } from '../../dialogs/effects.ts';
import type { AnswerForm } from '../../dialogs/prompts.ts';
import type { AccountState } from '../directory/port.ts';
import type { Json } from '../ports.ts';
import type { Language } from '../config/policy.ts';
import type { Key, Row } from '../store/port.ts';

/** Where a person speaks from. */
export type Door = 'teams' | 'front-door';

/** Who speaks at the front door: a conversation that a browser holds, and where it comes from. Nothing of it says who somebody is (I20). */
export interface Visit {
  readonly conversation: string;
  /** The network address, as limits count it. */
  readonly client: string;
}

/** What arrived, unread: made by `teams` of an activity, knowing nothing of the dialog. */
export interface Input {
  /** The channel's id of the activity; seen twice, it is answered as before and does nothing. */
  readonly activityId: string;
  readonly tenant: string;
  /** The Entra object id; the only thing believed of a person (I1). Empty for a visitor at the front door, who is nobody. */
  readonly aadObjectId: string;
  /** Set at the front door. */
  readonly visit?: Visit;
  readonly place: 'personal' | 'group' | 'channel';
  /** As the activity says, e.g. `sv-SE`; null where it says nothing. */
  readonly locale: string | null;
  readonly said:
    | { readonly kind: 'text'; readonly text: string }
    /** A pressed button with its card's inputs: `choose` and `step` are ours, `answer` what was typed. Proves nothing. */
    | { readonly kind: 'card'; readonly choose: string | null; readonly step: string | null; readonly answer: string | null }
    /** The bot was installed, or the person opened the chat for the first time. */
    | { readonly kind: 'hello' };
  /** Addresses the answer; opaque to everybody but `teams`. */
  readonly reference: Json;
}

/** What the bot says: the notices of the turn in order, below them the prompt of the state it stopped in. */
export interface Answer {
  readonly language: Language;
  readonly notices: readonly string[];
  readonly prompt: PromptView | null;
}

/** A prompt in a person's language, before any card is made of it. */
export interface PromptView {
  /** `verify.choose`: stands in `activity.label`. */
  readonly id: string;
  /** The random token of this showing: a button carries it back. */
  readonly step: string;
  readonly title: string | null;
  readonly text: string;
  readonly choices: readonly { readonly id: string; readonly label: string }[];
  readonly input: {
    readonly form: AnswerForm;
    readonly label: string;
    readonly error: string;
  } | null;
  /** Six digits to be keyed elsewhere, or half a start code to be read out. */
  readonly shownCode: string | null;
  /** A one-time page: its address, the button's words, and the page number with its sentence (I21); both empty at the front door. */
  readonly page: { readonly url: string; readonly label: string; readonly number: string; readonly numberText: string } | null;
}

/** What becomes of the card that was pressed: what was chosen, and no buttons. */
export interface Spent {
  readonly language: Language;
  readonly prompt: string;
  readonly text: string;
  readonly chosen: string;
}

/** Sends what the bot says; implemented in `teams`. Never throws, never sends twice by itself after a doubtful try. */
export interface Courier {
  send(reference: Json, answer: Answer): Promise<Sent>;
}

export type Sent =
  | { readonly ok: true }
  /** `doubtful`: it may have arrived. `gone`: blocked, uninstalled or deleted: forget the reference. `unavailable`: it was not sent. */
  | { readonly ok: false; readonly reason: 'doubtful' | 'gone' | 'unavailable' };

/** What an effect's handler knows beside its parameters. */
export interface Act {
  /** The effect's id: a second run with the same id must do nothing more. */
  readonly id: string;
  readonly now: number;
  readonly tenant: string;
  readonly door: Door;
  /** At the front door the one that was claimed, and nobody knows by whom (I20). */
  readonly accountId: string;
  /** At the front door the visitor's network address, as limits count it; absent elsewhere, and where nobody spoke. */
  readonly client?: string;
  /** Read from the directory in this turn; null when it has no such account. A fault of the directory is thrown by this call. */
  account(): Promise<AccountState | null>;
  readonly language: Language;
  /** The stack that asked: pages and reminders answer into its inbox. It names the conversation a proof is bound to. */
  readonly stack: Key;
  /** The dialog that home began: methods added in it prove nothing in it (I4). */
  readonly session: string;
  /** The turn's reference, for audit and case. */
  readonly reference: string;
  /** Rows that were read together with the stack, while they still hold: the account's methods, pace and cases. One that is not here must be read. */
  readonly rows: ReadonlyMap<Key, Row | null>;
}

/** Carries out one kind of effect. `doubt` gives the result of a `once` effect that was found started. */
export interface Handler<E extends EffectName> {
  run(params: EffectTable[E]['params'], act: Act): Promise<ResultOf<E> | null>;
  doubt?(params: EffectTable[E]['params'], act: Act): Promise<ResultOf<E>>;
}

/** The effects that are carried out by rooms, not by the runner (`say`, `begin`) itself. */
type HandledEffect = Exclude<EffectName, 'say' | 'begin'>;
export type Handlers = { readonly [E in HandledEffect]: Handler<E> };

/** Links that prompts show, made by `pages` from a page's id; neither link nor number is stored anywhere. */
export interface PageLinks {
  /** The address and the four-digit page number (I21). */
  of(pageId: string): { readonly url: string; readonly number: string };
}

/** Codes that prompts show, to be keyed or read out elsewhere, made of ids; none is stored anywhere. */
export interface ShownCodes {
  /** Six digits of a challenge. */
  of(challengeId: string): string;
  /** Half of a start code: five signs. */
  half(startCode: string, half: 1 | 2): string;
}

/** Wakes a stack whose inbox has something new; the bot speaks first. Safe to call at any time, by anybody, twice. */
export type Wake = (stack: Key) => void;
