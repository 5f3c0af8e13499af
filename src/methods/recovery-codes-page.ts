import type { DraftId } from '../../dialogs/views.ts';
import { keys } from '../store/keys.ts';
import type { Row } from '../store/port.ts';
import { confirmedDraft, type Confirmed, type Confirming } from './confirm-draft.ts';
import { openDraftSecret, readDraft, type DraftRecord } from './draft-record.ts';
import type { MethodPorts } from './ports.ts';
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

/**
 * The person confirmed on the page that they keep the codes. NIST SP 800-63B-4 4.2.1.1 asks for no proof that they do; a code typed from the
 * page that still stands open would be none, and would leave nine.
 * @returns null when there is nothing to confirm any more
 */
export async function confirmDraftCodes(ports: Ports, asked: Confirming): Promise<Confirmed | null> {
  const { draft, row } = await unconfirmed(ports, asked.accountId, asked.draft, asked.now);
  if (draft === null) return null;
  const kept = withoutShown(openDraftSecret(ports.keys, asked.accountId, draft));
  return confirmedDraft(ports, asked, { draft, row }, { secret: kept, label: draft.label });
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
