import type { Policy } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import type { Clock } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { standingProof } from './agent-proof.ts';
import type { DeskNeeds } from './case-act.ts';

/** Word of it comes once in this, in ms: who presses again is not told again. */
const quietMs = 60_000;

/** The agent's standing proof; where none stands, a word in the agent's own chat, where they can give one. */
export const askingProof =
  (
    needs: {
      readonly store: Store;
      readonly clock: Clock;
      readonly policy: Pick<Policy, 'methods' | 'securityQuestions' | 'agents'>;
      readonly wake: Wake;
    },
    tenant: string,
  ): DeskNeeds['standingProof'] =>
  async (agentId) => {
    const proof = await standingProof(needs, agentId);
    if (proof.ok) return proof;
    const now = needs.clock.now();
    const stack = keys.stack(tenant, agentId);
    await needs.store.commit(inboxParts(stack, `agent-asked-${Math.floor(now / quietMs)}`, { event: { type: 'agent.asked' } }, now));
    needs.wake(stack);
    return proof;
  };
