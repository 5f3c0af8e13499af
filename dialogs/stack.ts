import { dialogs } from './all.ts';
import type { DialogName, Wish } from './dialog-table.ts';
import type { Effect, OutsideEvent, PersonEvent, ResultEvent } from './effects.ts';
import type { PromptShape } from './prompts.ts';
import { presenter } from './present.ts';
import { restorer } from './restore.ts';
import { stepper } from './step.ts';

/** One dialog on the stack, as it is stored. */
export interface Frame {
  /** Unique in this stack for its whole life; effects carry it, so that a result finds the dialog that asked. */
  readonly id: string;
  readonly dialog: DialogName;
  /** The version of the machine's shape (versions.json). */
  readonly version: number;
  /** The machine's state. */
  readonly state: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The dialogs one person is in, the running one last. */
export interface Stack {
  readonly frames: readonly Frame[];
  /** The number of the next frame's id. */
  readonly next: number;
  /** The dialog at the bottom: at the front door its own (I11), elsewhere `home`. */
  readonly home?: 'front-door';
}

export type StackEvent =
  /** Somebody speaks, and nothing is on the stack: home begins. At home's menu: it is read anew. Changes nothing otherwise. */
  | { readonly type: 'open' }
  | PersonEvent
  /** A command or sentence that means a dialog. At home it is a choice; elsewhere `leave` asks before this dialog is dropped. */
  | { readonly type: 'wish'; readonly wish: Wish }
  /** The number of a call with the helpdesk (I15), which says what is wanted and answers it. */
  | { readonly type: 'call-number'; readonly text: string }
  /** A question answered without leaving the dialog, by the notice named. */
  | { readonly type: 'topic'; readonly notice: string }
  /** `cancel`, then home. */
  | { readonly type: 'start-over' }
  /** Nobody spoke for long: home, with a word. */
  | { readonly type: 'idle' }
  /** Something about the account ends its dialogs (I9); `notice` says what. A refusal and its offer of a case stay. */
  | { readonly type: 'ended'; readonly notice: string }
  /** The result of an effect, for the frame that asked. A frame that is gone changes nothing. */
  | { readonly type: 'result'; readonly frame: string; readonly result: ResultEvent }
  | { readonly type: 'outside'; readonly event: OutsideEvent };

/** An effect with the frame that asked for it. */
export type OwedEffect = Effect & { readonly frame: string };

export interface Stepped {
  readonly stack: Stack;
  readonly effects: readonly OwedEffect[];
  /** False when nothing on the stack had a use for the event. */
  readonly took: boolean;
}

/** What the top dialog waits for; null while it waits for an effect. */
export interface Present {
  readonly prompt: string;
  readonly shape: PromptShape;
}

/** Nobody is in any dialog. */
export const emptyStack: Stack = { frames: [], next: 1 };

/** Nobody is in any dialog at the front door. */
export const emptyDoorStack: Stack = { ...emptyStack, home: 'front-door' };

/**
 * The whole conversation as one pure function: what an event does to a stack, and the effects it asks for, in order. Never throws.
 * @param now epoch ms
 */
export const step: (stack: Stack, event: StackEvent, now: number) => Stepped = stepper(dialogs);

/** The prompt of the dialog on top; null while it waits for an effect, and on an empty stack. */
export const present: (stack: Stack) => Present | null = presenter(dialogs);

/** A stack as it was stored. */
export type Restored =
  | { readonly ok: true; readonly stack: Stack }
  | { readonly ok: false; readonly reason: 'unreadable' | 'unknown-version' };

/** Reads a stored stack: every frame's version, state and context are checked against its machine. */
export const restore: (stored: unknown) => Restored = restorer(dialogs);
