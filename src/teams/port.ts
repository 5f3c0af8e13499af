import type { Input, Spent } from '../conversation/port.ts';
import type { Json } from '../ports.ts';

/** What the Teams boundary hands on. */
export interface TeamsLogic {
  /** A person's turn; its answer goes by the courier. @returns what becomes of the card that was pressed, null where none was */
  turn(input: Input): Promise<Spent | null>;
  /** A pressed button of a case card; never a stack's business. */
  caseAct(click: CaseClick): Promise<CaseOutcome>;
  /** What somebody wrote, before it is anybody's turn. @returns the answer where it was a command of the desk's; null where it was none */
  deskWords(said: DeskWords): Promise<string | null>;
}

/** A press on a case card. Nothing in it but who pressed, and where, is proved: `desk` decides what it may do. */
export interface CaseClick {
  readonly case: string;
  readonly act: string;
  /** The version of the case that the pressed card showed. */
  readonly version: number;
  readonly tenant: string;
  readonly aadObjectId: string;
  /** As the channel calls the person; for showing only. */
  readonly name: string | null;
  readonly place: Input['place'];
  readonly conversationId: string;
  readonly reference: Json;
  /** What was typed into the card's inputs, by their ids. */
  readonly typed: Readonly<Record<string, string>>;
  /** The activity that holds the card, where the channel says it. */
  readonly cardActivity: string | null;
}

/** Something written. Nothing in it but who wrote, and where, is proved. */
export interface DeskWords {
  readonly text: string;
  /** As the activity says; null where it says nothing. */
  readonly locale: string | null;
  readonly tenant: string;
  readonly aadObjectId: string;
  readonly place: Input['place'];
  readonly conversationId: string;
  readonly reference: Json;
}

/** The case card as it is now, to stand in the pressed one's place; a sentence for the person who pressed. */
export interface CaseOutcome {
  readonly card: Json | null;
  readonly text: string | null;
}

/** How a card was posted or changed. `activityId` is null where the channel gave none: such a card cannot be changed. */
export type Posted =
  | { readonly ok: true; readonly activityId: string | null }
  /** `retryAfterMs`: the channel asked to be left alone for so long. */
  | { readonly ok: false; readonly reason: 'doubtful' | 'gone' | 'unavailable'; readonly retryAfterMs?: number };
