import type { Wish } from './dialog-table.ts';
import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { CaseView, HappenedView, ProofId } from './views.ts';

/** How people name the day of a time that is not past. */
export type NamedDay = 'today' | 'tomorrow' | 'weekday' | 'date';

/** What happens next to a case, as its requester hears it. Times are epoch ms. */
export interface NextStep {
  /** When the helpdesk opens; `open`: it is there. */
  readonly opens: 'open' | NamedDay;
  readonly opensAt: number;
  /** By when somebody is to take the case up. */
  readonly by: NamedDay;
  readonly byAt: number;
  /** The holiday that the helpdesk is closed for now. */
  readonly holiday: string | null;
  /** The number for what cannot wait. */
  readonly emergency: string | null;
}

/** The effects that the desk carries out. */
export interface DeskEffects {
  readCases: { params: Nothing; results: { 'cases.read': { readonly cases: readonly CaseView[] } } };
  /** Makes a case, or finds the one that is open for the same account and reason (I13). */
  openCase: {
    params: { readonly code: string; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    results: { 'case.opened': { readonly number: string; readonly isNew: boolean; readonly next?: NextStep } };
  };
  /** What happened to the account lately, the newest first, and the case of the freeze where it is frozen. */
  readHappened: {
    params: Nothing;
    results: { 'happened.read': { readonly happened: readonly HappenedView[]; readonly frozen: string | null } };
  };
  /** Freezes the account, because its owner says that this was not them (I17). */
  freeze: {
    params: { readonly happened: string };
    results: { 'freeze.done': { readonly number: string }; 'freeze.refused': Nothing };
  };
}

/** Kind and results of each. */
export const deskEffects: EffectFactsOf<DeskEffects> = {
  readCases: { kind: 'read', results: ['cases.read'] },
  openCase: { kind: 'repeatable', results: ['case.opened'] },
  readHappened: { kind: 'read', results: ['happened.read'] },
  freeze: { kind: 'repeatable', results: ['freeze.done', 'freeze.refused'] },
};
