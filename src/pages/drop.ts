import type { ChallengeId, DraftId, ProofId } from '../../dialogs/views.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { changePage } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import { isLive } from './page-record.ts';

/** Ends what other rooms keep; each does nothing for an id that is gone or another's. */
export interface Droppers {
  challenges(ids: readonly ChallengeId[], act: Act): Promise<void>;
  drafts(ids: readonly DraftId[], act: Act): Promise<void>;
  proofs(ids: readonly ProofId[], act: Act): Promise<void>;
}

/** Ends everything a dialog leaves behind. "Stop" in the chat is this too: the browser that holds the page then sees that it is over. */
export const drop = (needs: PageNeeds, droppers: Droppers): Handler<'drop'> => ({
  async run({ challenges, pages, drafts, proofs }, act) {
    for (const page of pages ?? []) await endPage(needs, page, act);
    if (challenges !== undefined && challenges.length > 0) await droppers.challenges(challenges, act);
    if (drafts !== undefined && drafts.length > 0) await droppers.drafts(drafts, act);
    if (proofs !== undefined && proofs.length > 0) await droppers.proofs(proofs, act);
    return null;
  },
});

/** Ends a page of this stack. One whose password is being set cannot be stopped any more: it is settled, and the chat told how. */
async function endPage(needs: PageNeeds, pageId: string, act: Act): Promise<void> {
  await changePage<void>(needs, pageId, (page) => {
    if (page === null || page.stack !== act.stack || !isLive(page, act.now)) return { state: null, result: undefined };
    return { state: { is: 'ended' }, told: { act: 'page.stop', verdict: 'allowed', reason: 'I21' }, result: undefined };
  });
}
