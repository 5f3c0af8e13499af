import type { CaseTold } from './case.ts';
import type { Wish } from './dialog-table.ts';
import type { NextStep } from './next-step.ts';
import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { CaseView, HappenedView, ProofId } from './views.ts';

/** The effects that the desk carries out. */
export interface DeskEffects {
  /** Those of the account; at the front door, where an account is only named, the one with this number that the conversation opened (I13). */
  readCases: { params: { readonly case?: string }; results: { 'cases.read': { readonly cases: readonly CaseView[] } } };
  /** Makes a case, or finds the one that is open for the same account and reason (I13). */
  openCase: {
    params: { readonly code: string; readonly wish: Wish; readonly proofs?: readonly ProofId[] };
    results: {
      'case.opened': { readonly number: string; readonly isNew: boolean; readonly next?: NextStep };
      /** Too many were opened from here without a proof; until then, epoch ms. */
      'case.not-opened': { readonly until: number };
    };
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
  /** Passes on what the requester wrote, by the relay filter. It is a check, so that what was typed is never saved with the stack. */
  writeToDesk: {
    params: { readonly case: string; readonly text: string };
    results: {
      'desk.heard': Nothing;
      /** `over`: the case is. `enough`: the helpdesk has much to read already. The others: the relay filter held it back. */
      'desk.not-heard': { readonly reason: 'over' | 'enough' | 'empty' | 'too-long' | 'link' | 'secret' };
    };
  };
  /** The requester withdraws a case, or opens one again. */
  changeCase: {
    params: { readonly case: string; readonly how: 'withdraw' | 'reopen' };
    results: {
      'case.changed': Nothing;
      /** It no longer can be; `newer`: a later one is open for the same. */
      'case.over': { readonly newer: string | null };
    };
  };
}

/** What the helpdesk did with a case, as its requester hears it; `text` is what was written with it, which passed the relay filter. */
export type CaseNews = {
  readonly what: CaseTold;
  /** Its number. */
  readonly case: string;
  readonly agent: string;
  readonly text: string;
};

/** Kind and results of each. */
export const deskEffects: EffectFactsOf<DeskEffects> = {
  readCases: { kind: 'read', results: ['cases.read'] },
  openCase: { kind: 'repeatable', results: ['case.opened', 'case.not-opened'] },
  readHappened: { kind: 'read', results: ['happened.read'] },
  freeze: { kind: 'repeatable', results: ['freeze.done', 'freeze.refused'] },
  writeToDesk: { kind: 'check', results: ['desk.heard', 'desk.not-heard'] },
  changeCase: { kind: 'repeatable', results: ['case.changed', 'case.over'] },
};
