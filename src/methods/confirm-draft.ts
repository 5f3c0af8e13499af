import { methods as rules } from '../../dialogs/methods.ts';
import type { DraftId, ProofId } from '../../dialogs/views.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Row } from '../store/port.ts';
import { draftParts, sealDraftSecret, type DraftRecord } from './draft-record.ts';
import { sessionOf } from './method-record.ts';
import type { MethodPorts } from './ports.ts';
import { proofParts } from './proof-record.ts';

/** Who confirms on a page what is being registered there. */
export interface Confirming {
  /** The proof's, made by the caller. */
  readonly id: ProofId;
  readonly accountId: string;
  readonly draft: DraftId;
  /** The stack that asked for the draft: no other confirms it. */
  readonly conversation: Key;
  readonly session: string;
  readonly now: number;
}

/** What confirming commits: the draft as it may be stored, and the proof that it may. */
export interface Confirmed {
  readonly proof: ProofId;
  readonly parts: Required<Pick<Commit, 'put' | 'until'>>;
  /** The draft's row as it was judged. */
  readonly expect: Readonly<Record<Key, number>>;
}

/**
 * What confirms a draft that is made on a page: its secret as it is kept from now on, and its `register` proof.
 * @returns null when another conversation asked for the draft
 */
export function confirmedDraft(
  ports: Pick<MethodPorts, 'keys' | 'policy'>,
  { id, accountId, conversation, session, now }: Confirming,
  { draft, row }: { readonly draft: DraftRecord; readonly row: Row | null },
  kept: { readonly secret: string; readonly label: string },
): Confirmed | null {
  if (draft.conversation !== conversation) return null;
  const confirmed = draftParts(accountId, {
    ...draft,
    label: kept.label,
    sealed: sealDraftSecret(ports.keys, accountId, draft.id, kept.secret),
    expiresAt: now + ports.policy.limits.idleMinutes * 60_000,
  });
  const proof = proofParts({
    id,
    accountId,
    kind: 'gate',
    purpose: 'register',
    target: draft.id,
    method: draft.kind,
    group: rules[draft.kind].group,
    conversation,
    session: sessionOf({ stack: conversation, session }),
    at: now,
    used: false,
  });
  return {
    proof: id,
    parts: { put: { ...confirmed.put, ...proof.put }, until: { ...confirmed.until, ...proof.until } },
    expect: { [keys.draft(accountId, draft.id)]: row?.version ?? 0 },
  };
}
