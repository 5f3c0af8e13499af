import type { ChallengeId, DraftId, ProofId } from '../../dialogs/views.ts';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import type { MethodPorts } from './ports.ts';

/** What a dialog leaves behind in this room. */
export interface LeftBehind {
  readonly challenges?: readonly ChallengeId[];
  readonly drafts?: readonly DraftId[];
  readonly proofs?: readonly ProofId[];
}

/** The commit parts that end an account's challenges, drafts and proofs; those that are gone already change nothing. */
const dropParts = (accountId: string, left: LeftBehind): Required<Pick<Commit, 'remove'>> => ({
  remove: [
    ...(left.challenges ?? []).map((id) => keys.challenge(accountId, id)),
    ...(left.drafts ?? []).map((id) => keys.draft(accountId, id)),
    ...(left.proofs ?? []).map((id) => keys.proof(accountId, id)),
  ],
});

/** Ends them. */
export async function dropLeftBehind(ports: Pick<MethodPorts, 'store'>, accountId: string, left: LeftBehind): Promise<void> {
  await ports.store.commit(dropParts(accountId, left));
}

/** Ends an account's proofs. */
export const dropProofs = (ports: Pick<MethodPorts, 'store'>, accountId: string, proofs: readonly ProofId[]): Promise<void> =>
  dropLeftBehind(ports, accountId, { proofs });
