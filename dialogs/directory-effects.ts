import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { GateRule } from './methods.ts';
import type { MethodView, PageId, ProofId, Refusal } from './views.ts';

/** The effects that ask the directory, or change something there. */
export interface DirectoryEffects {
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
        /** How many ask something of the person. */
        readonly asked: number;
        /** Whether a start code waits to be typed. */
        readonly startCode: boolean;
        /** Who helps in person: an administrator, or IT itself where the password is managed elsewhere and no case is offered. */
        readonly contact: 'administrator' | 'it';
        /** A method that was not used for long: to be asked about at a quiet moment. */
        readonly overdue: MethodView | null;
        /** Something happened to the account a while ago that its owner may not have done. */
        readonly notMe: boolean;
        /** Whether the person is a helpdesk agent, who proves themselves here (I14). */
        readonly agent: boolean;
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
          /** The wrong password that was tried last, where the directory knows; `count` is 0 where it does not know that. */
          readonly lastWrong?: { readonly at: number; readonly count: number };
        } | null;
        /** Why the present password lets nobody in, where it does not. */
        readonly due: 'expired' | 'must-change' | null;
        readonly hasPassword: boolean;
      };
      'eligibility.refused': { readonly refusal: Refusal };
      'eligibility.unavailable': Nothing;
    };
  };
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
}

/** Kind and results of each. */
export const directoryEffects: EffectFactsOf<DirectoryEffects> = {
  readHome: { kind: 'read', results: ['home.read'] },
  readEligibility: { kind: 'read', results: ['eligibility.eligible', 'eligibility.refused', 'eligibility.unavailable'] },
  unlock: { kind: 'repeatable', results: ['unlock.done', 'unlock.refused', 'unlock.unavailable'] },
  endSessions: { kind: 'repeatable', results: ['sessions.ending', 'sessions.refused'] },
};
