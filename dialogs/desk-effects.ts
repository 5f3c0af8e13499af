import type { Wish } from './dialog-table.ts';
import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { CaseView, ProofId } from './views.ts';

/** The effects that the desk carries out. */
export interface DeskEffects {
  readCases: { params: Nothing; results: { 'cases.read': { readonly cases: readonly CaseView[] } } };
  /** Makes a case, or finds the one that is open for the same account and reason (I13). */
  openCase: {
    params: { readonly code: string; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    results: { 'case.opened': { readonly number: string; readonly isNew: boolean } };
  };
}

/** Kind and results of each. */
export const deskEffects: EffectFactsOf<DeskEffects> = {
  readCases: { kind: 'read', results: ['cases.read'] },
  openCase: { kind: 'repeatable', results: ['case.opened'] },
};
