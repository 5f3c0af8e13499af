import type { EffectFactsOf, Nothing } from './effect-kind.ts';
import type { MethodKind } from './methods.ts';
import type { ProofId } from './views.ts';

/** The effects by which agents prove themselves (I14). */
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
}

/** Kind and results of each. */
export const callerEffects: EffectFactsOf<CallerEffects> = {
  readAgent: { kind: 'read', results: ['agent.read'] },
  standAsAgent: { kind: 'repeatable', results: ['agent.standing', 'agent.refused'] },
};
