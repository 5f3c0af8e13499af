import type { EffectFactsOf, NoResult, Nothing } from './effect-kind.ts';
import type { GateRule, MethodKind } from './methods.ts';
import type { CallId, GrantView, ProofId } from './views.ts';

/** The effects by which agents prove themselves (I14), and callers (I15). */
export interface CallerEffects {
  /** Whether the person is a helpdesk agent as the directory has them now, and how an agent proves themselves. */
  readAgent: {
    params: Nothing;
    results: {
      'agent.read': {
        readonly isAgent: boolean;
        /** The kinds of methods the policy takes for it. */
        readonly kinds: readonly MethodKind[];
        /** Whether one of them is registered. */
        readonly hasOne: boolean;
        /** Until when a proof stands that was given before, if it is used; null: none does. */
        readonly until: number | null;
      };
    };
  };
  /** Keeps what was proved as the agent's standing proof; its handler looks at the directory and the proofs anew. */
  standAsAgent: {
    params: { readonly proofs: readonly ProofId[] };
    results: { 'agent.standing': { readonly until: number }; 'agent.refused': { readonly reason: 'not-agent' | 'proofs' } };
  };
  /** Whether a call was answered in this conversation, and what the helpdesk has given there that was not used yet. */
  readCall: {
    params: Nothing;
    results: {
      'call.read': {
        readonly verified: { readonly call: CallId; readonly agent: string; readonly until: number } | null;
        readonly grant: GrantView | null;
      };
    };
  };
  /** Weighs a call number, exactly once. Whoever types another account's hears what everybody hears. */
  checkCallNumber: {
    params: { readonly answer: string };
    results: {
      'call.found': { readonly call: CallId; readonly agent: string; readonly gates: GateRule };
      'call.rejected': { readonly reason: 'wrong' | 'form' };
      'call.exhausted': { readonly until: number };
    };
  };
  /** The caller did not prove who they are, or says that they are in no such call. */
  endCall: { params: { readonly call: CallId; readonly how: 'refused' | 'reported' }; results: NoResult };
  /** Tells the helpdesk that the caller is who they say; its handler looks at the call and the proofs anew. */
  verifyCaller: {
    params: { readonly call: CallId; readonly proofs: readonly ProofId[] };
    results: { 'caller.verified': { readonly until: number }; 'caller.refused': { readonly reason: 'proofs' | 'over' } };
  };
}

/** Kind and results of each. */
export const callerEffects: EffectFactsOf<CallerEffects> = {
  readAgent: { kind: 'read', results: ['agent.read'] },
  standAsAgent: { kind: 'repeatable', results: ['agent.standing', 'agent.refused'] },
  readCall: { kind: 'read', results: ['call.read'] },
  checkCallNumber: { kind: 'check', results: ['call.found', 'call.rejected', 'call.exhausted'] },
  endCall: { kind: 'repeatable', results: [] },
  verifyCaller: { kind: 'repeatable', results: ['caller.verified', 'caller.refused'] },
};
