import type { ResultOf } from '../../dialogs/effects.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { LatchkeyError } from '../errors.ts';
import { readMethodsDocument, standing } from '../methods/method-record.ts';
import { judgeProofs, proofRows } from '../methods/proofs.ts';
import { readProof } from '../methods/proof-record.ts';
import type { Clock } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Key, Row, Store } from '../store/port.ts';
import { agentKinds, agentProofParts, endsAt, standingOf } from './agent-proof.ts';
import { isAgent } from './agents.ts';

export interface ProveAgentNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly policy: Policy;
}

/** Whether who asks is an agent, how agents prove themselves, and whether a proof stands already. A directory that is silent knows no agent. */
export const readAgent = ({ store, policy }: Pick<ProveAgentNeeds, 'store' | 'policy'>): Handler<'readAgent'> => ({
  async run(_params, act) {
    const { accountId, now } = act;
    const key = keys.agentProof(accountId);
    const [methods, frozen] = [keys.methods(accountId), keys.frozen(accountId)];
    const { rows } = await store.open({ key, owner: null, alsoRead: [methods, frozen], now });
    const read = (each: Key): Row | null => rows.get(each) ?? null;
    const kinds = agentKinds(policy);
    const stands = standingOf(policy, { proof: read(key), methods: read(methods), frozen: read(frozen) }, now);
    return {
      type: 'agent.read',
      isAgent: await isAgentNow(policy, act),
      kinds,
      hasOne: readMethodsDocument(read(methods)?.value ?? null).methods.some(
        (method) => kinds.includes(method.kind) && standing(method, { now, session: null }, policy).usable !== 'suspended',
      ),
      until: stands === null ? null : endsAt(stands),
    };
  },
});

async function isAgentNow(policy: Policy, act: Act): Promise<boolean> {
  try {
    const state = await act.account();
    return act.door === 'teams' && state !== null && isAgent(policy, state);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return false;
    throw fault;
  }
}

/**
 * Keeps what an agent proved as their standing proof (I14): a gate of purpose `agent` of theirs, of this conversation, young, by a kind that the
 * policy takes. Teams alone says who speaks, so it is given nowhere else.
 */
export const standAsAgent = (needs: ProveAgentNeeds): Handler<'standAsAgent'> => ({
  async run({ proofs }, act) {
    const { store, seals, clock, policy } = needs;
    const { accountId, now } = act;
    const asked = { accountId, proofIds: proofs, act: 'stand-as-agent', conversation: act.stack, now } as const;
    const may = await isAgentNow(policy, act);
    return updateAudited<ResultOf<'standAsAgent'>>(
      store,
      seals,
      clock,
      keys.agentProof(accountId),
      (_row, rows) => {
        const read = (key: Key): Row | null => rows.get(key) ?? null;
        const refused = (reason: 'not-agent' | 'proofs') =>
          ({ commit: null, result: { type: 'agent.refused', reason }, entries: [entryOf(act, 'refused', reason, proofs)] }) as const;
        if (!may) return refused('not-agent');
        if (!judgeProofs(read, asked, policy).ok) return refused('proofs');
        const gate = proofs
          .map((id) => readProof(read(keys.proof(accountId, id))?.value ?? null))
          .find((proof) => proof?.kind === 'gate' && agentKinds(policy).includes(proof.method));
        if (gate?.kind !== 'gate') return refused('proofs');
        const kept = { proof: gate.id, method: gate.target, kind: gate.method, at: now, usedAt: now };
        return {
          commit: agentProofParts(accountId, kept),
          result: { type: 'agent.standing', until: endsAt(kept) },
          entries: [entryOf(act, 'allowed', gate.method, [gate.id])],
        };
      },
      { alsoRead: [keys.methods(accountId), ...proofRows(asked)] },
    );
  },
});

const entryOf = (act: Act, verdict: AuditFacts['verdict'], reason: string, proofs: readonly string[]): AuditFacts => ({
  at: act.now,
  actor: act.accountId,
  account: act.accountId,
  act: 'desk.prove-agent',
  verdict,
  reason,
  proofs,
  door: act.door,
  reference: act.reference,
});
