import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { AskId, AskView, CheckHow, ProofId } from './views.ts';

/** The effects about what people ask of each other: to vouch for somebody, and what comes of it (I12, I18). */
export interface AskEffects {
  /** What waits for the person of this stack. */
  readAsks: { params: Nothing; results: { 'asks.read': { readonly asks: readonly AskView[] } } };
  /** One of them, as it stands now. */
  readAsk: {
    params: { readonly ask: AskId };
    results: {
      'ask.read': {
        readonly ask: AskView;
        /** Whether the person has recorded what they did. */
        readonly recorded: boolean;
        /** The half of a start code that is theirs to read out; null while the other person's word is missing. */
        readonly half: HalfView | null;
        /** The account is frozen: the start code is there once both have recorded and a second agent has thawed it (I17). */
        readonly frozen?: boolean;
      };
      /** It is over, or no longer theirs to answer. */
      'ask.gone': Nothing;
    };
  };
  /** Records what the person did to know whom they vouch for (I12). The proof is checked in the store, and who may vouch in the directory. */
  recordCheck: {
    params: { readonly ask: AskId; readonly how: CheckHow; readonly proofs: readonly ProofId[] };
    results: {
      /** `half`: both have, and the start code is there. */
      'check.recorded': { readonly half: HalfView | null };
      'check.refused': { readonly reason: 'proofs' | 'gone' };
    };
  };
  /** Weighs the digits that a person told their manager, exactly once (I18). */
  approveAsk: {
    params: { readonly ask: AskId; readonly answer: string; readonly proofs: readonly ProofId[] };
    results: {
      'approval.given': Nothing;
      'approval.rejected': { readonly reason: 'wrong' | 'form'; readonly triesLeft: number };
      'approval.over': { readonly reason: 'proofs' | 'tries' | 'gone' };
    };
  };
  /** The person knows nothing of what they are asked for: it ends, and the helpdesk hears of it. */
  reportAsk: { params: { readonly ask: AskId }; results: { 'ask.reported': Nothing } };
  /** Weighs a start code that was heard from two people, exactly once (I12). */
  redeemStartCode: {
    params: { readonly answer: string };
    results: {
      'start-code.redeemed': {
        /** Opens the new-password page; null where a password cannot be set here. With neither nothing was redeemed: it may be typed in Teams. */
        readonly password: ProofId | null;
        /** Takes the place of I3's proof; null where the account may not register. */
        readonly register: ProofId | null;
        readonly hasPassword: boolean;
      };
      /** `form`: none at all, which costs nothing. */
      'start-code.rejected': { readonly reason: 'wrong' | 'form'; readonly triesLeft: number };
      /** There is none for this account, it is used or too old, or this was the last try. */
      'start-code.over': Nothing;
      /** At the front door: whoever types there has no more tries for now, whether or not there is one (I20). */
      'start-code.exhausted': { readonly until: number };
    };
  };
}

/** A half of a start code as dialogs may know it: what it is made of, and never what it says. */
interface HalfView {
  readonly code: string;
  readonly half: 1 | 2;
  /** Epoch ms. */
  readonly until: number;
}

/** Kind and results of each. */
export const askEffects: EffectFactsOf<AskEffects> = {
  readAsks: { kind: 'read', results: ['asks.read'] },
  readAsk: { kind: 'read', results: ['ask.read', 'ask.gone'] },
  recordCheck: { kind: 'repeatable', results: ['check.recorded', 'check.refused'] },
  approveAsk: { kind: 'check', results: ['approval.given', 'approval.rejected', 'approval.over'] },
  reportAsk: { kind: 'repeatable', results: ['ask.reported'] },
  redeemStartCode: { kind: 'check', results: ['start-code.redeemed', 'start-code.rejected', 'start-code.over', 'start-code.exhausted'] },
};
