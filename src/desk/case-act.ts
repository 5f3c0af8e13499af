import type { CaseEvent } from '../../dialogs/case.ts';
import type { ProofId } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Directory, AccountState } from '../directory/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Commit, Key, Row } from '../store/port.ts';
import type { AgentRight } from './agents.ts';
import type { Random } from '../ports.ts';
import type { CaseMessage, CaseRecord } from './case-record.ts';
import type { ChangeNeeds } from './change-case.ts';
import type { Vouching } from './vouching.ts';

/**
 * One thing that an agent can do with a case: a button of its card. The frame around it (act-on-case.ts) sees to the place, the agent as the directory
 * has them now, the right, the claim, the standing proof, the version, the audit and the card; what an act decides, it decides in `work.change`.
 */
export interface CaseAct {
  /** Comes back with the pressed button; its words stand in the locales under `desk.act.<id>`. */
  readonly id: string;
  readonly right: AgentRight;
  /** Whether it has power, and takes the agent's own standing proof (I14). */
  readonly takesProof: boolean;
  /** Whether only the agent may who has the case. */
  readonly claimantOnly: boolean;
  /** How it stands on the card of a case in this state; null: it does not, and a press of an older card changes nothing. */
  offered(record: CaseRecord, now: number): ActOffer | null;
  run(work: ActAtWork): Promise<ActRan>;
}

/** A button, and what is typed with it; its input opens beneath it, so that a card has one question at a time. */
export interface ActOffer {
  readonly style?: 'positive' | 'destructive';
  readonly inputs?: readonly ActInput[];
  /** Whether it is needed rarely, and stands behind the others. */
  readonly isSecondary?: boolean;
}

/** The label stands under `desk.input.<act>.<id>`, a choice's under `desk.input.<act>.<id>.<choice>`. */
export interface ActInput {
  readonly id: string;
  readonly form: 'text' | 'line' | { readonly choices: readonly string[] };
  readonly isRequired: boolean;
}

export interface DeskNeeds extends ChangeNeeds {
  readonly policy: Policy;
  readonly random: Random;
  readonly sentences: Sentences;
  /** Finds who pressed by what Teams says of them, and others by their user ID. */
  readonly directory: Pick<Directory, 'find' | 'findByUserId'>;
  /** Whether the directory gives temporary passes at all. */
  readonly givesPasses: boolean;
  /** An account by its own id, read now. */
  readonly accountById: (id: string) => Promise<AccountState | null>;
  /** Counts an act with power of an agent's; false where there were too many lately. */
  readonly withinPace: (agent: AccountState) => Promise<boolean>;
  /** Identity checked another way (I12): what it asks of the directory and the methods. */
  readonly vouching: Vouching;
  /** The agent's own standing proof (I14), read now; its use keeps it from growing idle. */
  readonly standingProof: (agentId: string) => Promise<{ readonly ok: true; readonly proof: ProofId } | { readonly ok: false }>;
}

/** An act under way: everything the frame checked. */
export interface ActAtWork {
  readonly needs: DeskNeeds;
  /** The tenant the agent speaks from. */
  readonly tenant: string;
  readonly agent: AccountState;
  /** The case as it was when the act was allowed; `change` decides on it as it is then. */
  readonly record: CaseRecord;
  readonly now: number;
  /** The agent's standing proof where the act takes one. */
  readonly proof: ProofId | null;
  /** What was typed into the act's inputs, by their ids. It comes from outside. */
  readonly typed: Readonly<Record<string, string>>;
  /** Decides on the case as it is now and commits it, with its audit entry: nothing where the card was an older one. */
  readonly change: (decide: DecideAct, alsoRead?: readonly Key[]) => Promise<ActRan>;
}

/** Pure, because it is asked again after a conflict. */
type DecideAct = (record: CaseRecord, rows: ReadonlyMap<Key, Row | null>) => ActDecision;

export type ActDecision =
  /** A step of the case's machine, and what the act changes in the case beside it; `event: null` leaves the state as it is. */
  | {
      readonly ok: true;
      readonly event: CaseEvent | null;
      readonly message?: CaseMessage;
      readonly person?: { readonly id: string; readonly name: string };
      readonly change?: Partial<CaseRecord>;
      readonly also?: Omit<Commit, 'expect' | 'release'>;
      /** Proofs it rests on beside the agent's own, for the audit. */
      readonly proofs?: readonly ProofId[];
      /** For the audit; `agent` when left out. */
      readonly reason?: string;
    }
  | ActRefused;

/** Nothing was done. The sentence stands under `desk.refused.<reason>`. */
interface ActRefused {
  readonly ok: false;
  readonly reason: string;
}

export type ActRan = { readonly ok: true; readonly changed: boolean; readonly record: CaseRecord } | ActRefused;
