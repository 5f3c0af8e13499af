import type { DraftId, ProofId } from '../../dialogs/views.ts';
import { methods as rules } from '../../dialogs/methods.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Row } from '../store/port.ts';
import { draftParts, openDraftSecret, readDraft, sealDraftSecret, type DraftRecord } from './draft-record.ts';
import { sessionOf } from './method-record.ts';
import type { MethodPorts } from './ports.ts';
import { proofParts } from './proof-record.ts';
import { inGroups, shownCodes, withoutShown } from './recovery-codes.ts';

type Ports = Pick<MethodPorts, 'store' | 'keys' | 'policy'>;

/**
 * The codes of a draft, as a person writes them down, for the page that shows them and nothing else.
 * @returns null when there is no such draft any more, or its codes were confirmed: then nobody sees them again
 */
export async function openDraftCodes(ports: Ports, accountId: string, draftId: DraftId, now: number): Promise<readonly string[] | null> {
  const { draft, codes } = await unconfirmed(ports, accountId, draftId, now);
  return draft === null ? null : codes.map(inGroups);
}

/** What confirming commits: the codes are gone from the draft, and the proof that it may be stored is there. */
export interface Confirmed {
  readonly proof: ProofId;
  readonly parts: Required<Pick<Commit, 'put' | 'until'>>;
  /** The draft's row as it was judged. */
  readonly expect: Readonly<Record<Key, number>>;
}

/**
 * The person confirmed on the page that they keep the codes. NIST SP 800-63B-4 4.2.1.1 asks for no proof that they do; a code typed from the
 * page that still stands open would be none, and would leave nine.
 * @param asked.id the proof's, made by the caller
 * @param asked.conversation the stack that asked for the draft: no other confirms it
 * @returns null when there is nothing to confirm any more
 */
export async function confirmDraftCodes(
  ports: Ports,
  asked: {
    readonly id: ProofId;
    readonly accountId: string;
    readonly draft: DraftId;
    readonly conversation: Key;
    readonly session: string;
    readonly now: number;
  },
): Promise<Confirmed | null> {
  const { id, accountId, conversation, session, now } = asked;
  const { draft, row } = await unconfirmed(ports, accountId, asked.draft, now);
  if (draft === null || draft.conversation !== conversation) return null;
  const kept = withoutShown(openDraftSecret(ports.keys, accountId, draft));
  const confirmed: DraftRecord = {
    ...draft,
    sealed: sealDraftSecret(ports.keys, accountId, draft.id, kept),
    expiresAt: now + ports.policy.limits.idleMinutes * 60_000,
  };
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
  const confirmedParts = draftParts(accountId, confirmed);
  return {
    proof: id,
    parts: { put: { ...confirmedParts.put, ...proof.put }, until: { ...confirmedParts.until, ...proof.until } },
    expect: { [keys.draft(accountId, draft.id)]: row?.version ?? 0 },
  };
}

type Unconfirmed =
  | { readonly draft: DraftRecord; readonly codes: readonly string[]; readonly row: Row | null }
  | { readonly draft: null; readonly codes: readonly []; readonly row: null };

async function unconfirmed(ports: Ports, accountId: string, draftId: DraftId, now: number): Promise<Unconfirmed> {
  const key = keys.draft(accountId, draftId);
  const { rows } = await ports.store.open({ key, owner: null, now });
  const row = rows.get(key) ?? null;
  const draft = readDraft(row?.value ?? null, now);
  const codes = draft?.kind === 'recovery-codes' ? shownCodes(openDraftSecret(ports.keys, accountId, draft)) : null;
  return draft === null || codes === null ? { draft: null, codes: [], row: null } : { draft, codes, row };
}
