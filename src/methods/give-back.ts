import type { ProofId } from '../../dialogs/views.ts';
import { caseOfGrant } from '../desk/caller-of-case.ts';
import { unusedGrant } from '../desk/judge-grant.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { joined } from './join-commits.ts';
import { proofParts, readProof } from './proof-record.ts';

/**
 * What gives back a grant (I16) or a start code (I12) that was used up by an act which then did nothing, because the directory said no: the parts for the
 * commit that says so, with the rows they were read from. What was used for another act stays used.
 */
export async function giveBack(
  store: Store,
  asked: { readonly accountId: string; readonly proofIds: readonly ProofId[]; readonly use: string; readonly now: number },
): Promise<{ readonly expect: Readonly<Record<Key, number>>; readonly parts: Commit }> {
  const { accountId, proofIds, use, now } = asked;
  const named = proofIds.map((id) => ({ id, caseId: caseOfGrant(id) }));
  const [key, ...alsoRead] = named.map(({ id, caseId }) => (caseId === null ? keys.proof(accountId, id) : keys.case(caseId)));
  if (key === undefined) return { expect: {}, parts: {} };
  const { rows } = await store.open({ key, owner: null, alsoRead, now });
  const parts = named.map(({ id, caseId }): Commit => {
    if (caseId !== null) return unusedGrant(rows.get(keys.case(caseId)) ?? null, { accountId, grant: id, use, now });
    const proof = readProof(rows.get(keys.proof(accountId, id))?.value ?? null);
    if (proof?.kind !== 'start-code' || proof.for !== use) return {};
    const { for: _, ...unused } = proof;
    return proofParts({ ...unused, used: false });
  });
  return { expect: Object.fromEntries([key, ...alsoRead].map((each) => [each, rows.get(each)?.version ?? 0])), parts: joined(parts) };
}
