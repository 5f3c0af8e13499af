import { z } from 'zod';
import { methodKinds, type MethodKind } from '../../dialogs/methods.ts';
import type { ProofId } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import { readMethodsDocument, standing } from '../methods/method-record.ts';
import type { Clock, Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Row, Store } from '../store/port.ts';
import { isFrozen, isVoid } from './freeze-record.ts';

/** How long an agent's proof stands, in ms, and for how long it may lie unused (I14). */
const standsMs = 8 * 3_600_000;
const idleMs = 3_600_000;

/** A use within this of the last one is not written down, in ms. */
const sameUseMs = 60_000;

const proofSchema = z.strictObject({
  /** The gate that was passed, for the audit of every act done on it. */
  proof: z.string(),
  method: z.string(),
  kind: z.enum(methodKinds),
  at: z.int().nonnegative(),
  usedAt: z.int().nonnegative(),
});

/** An agent's own standing proof: which gate they passed last, and when it was used. Times are epoch ms. */
export type AgentProof = Readonly<z.infer<typeof proofSchema>>;

type ProofPolicy = Pick<Policy, 'methods' | 'securityQuestions' | 'agents'>;

/** The kinds by which agents prove themselves: their own security key, and the app where the policy says so (I14). */
export const agentKinds = ({ agents }: Pick<Policy, 'agents'>): readonly MethodKind[] =>
  agents.proof === 'security-key-or-app' ? ['security-key', 'authenticator-app'] : ['security-key'];

/** When a proof ends if it is not used meanwhile, epoch ms. */
export const endsAt = ({ at, usedAt }: Pick<AgentProof, 'at' | 'usedAt'>): number => Math.min(at + standsMs, usedAt + idleMs);

/** The parts that keep a proof. */
export function agentProofParts(account: string, proof: AgentProof): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.agentProof(account);
  return { put: { [key]: proof }, until: { [key]: proof.at + standsMs } };
}

/**
 * The proof that stands for an agent at this moment; null: none does. One whose method was removed, suspended or is no longer taken ends
 * with it, and so does every one from before a freeze (I17). Pure.
 */
export function standingOf(
  policy: ProofPolicy,
  { proof, methods, frozen }: { readonly proof: Row | null; readonly methods: Row | null; readonly frozen: Row | null },
  now: number,
): AgentProof | null {
  if (proof === null || isFrozen(frozen)) return null;
  const read = readAgentProof(proof.value);
  if (read.at > now + sameUseMs || endsAt(read) <= now || isVoid(frozen, read.at) || !agentKinds(policy).includes(read.kind)) return null;
  const method = readMethodsDocument(methods?.value ?? null).methods.find(({ id }) => id === read.method);
  if (method === undefined) return null;
  // It waits for wrong answers that came after the right one: the proof was given before.
  const { usable } = standing(method, { now, session: null }, policy);
  return usable === 'yes' || usable === 'waiting' ? read : null;
}

/** An agent's own standing proof (I14), read now. Its use is written down, so that it does not grow idle. */
export async function standingProof(
  { store, clock, policy }: { readonly store: Store; readonly clock: Clock; readonly policy: ProofPolicy },
  agentId: string,
): Promise<{ readonly ok: true; readonly proof: ProofId } | { readonly ok: false }> {
  const now = clock.now();
  const key = keys.agentProof(agentId);
  const [methods, frozen] = [keys.methods(agentId), keys.frozen(agentId)];
  const { rows } = await store.open({ key, owner: null, alsoRead: [methods, frozen], now });
  const row = rows.get(key) ?? null;
  const found = standingOf(policy, { proof: row, methods: rows.get(methods) ?? null, frozen: rows.get(frozen) ?? null }, now);
  if (row === null || found === null) return { ok: false };
  // Of two uses at once one is written down, which is enough.
  if (now - found.usedAt > sameUseMs)
    await store.commit({ expect: { [key]: row.version }, ...agentProofParts(agentId, { ...found, usedAt: now }) });
  return { ok: true, proof: found.proof };
}

function readAgentProof(value: Json): AgentProof {
  const read = proofSchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', "a stored agent's proof has another shape", read.error);
  return read.data;
}
