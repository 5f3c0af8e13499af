import type { PlainResponse } from '../server/route.ts';
import { newId } from '../security/ids.ts';
import { changePage, isStale } from './change-page.ts';
import { isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { showRecoveryCodesPage } from './views/show-recovery-codes.ts';
import { csrfToken } from './visit.ts';

/** The codes, to the browser that holds the page, until they are confirmed or the page is over. */
export async function showRecoveryCodes(
  needs: PageNeeds,
  visit: HeldVisit,
  status = 200,
  wrong: string | null = null,
): Promise<PlainResponse> {
  const { page, account } = visit;
  const codes = page.draft === null ? null : await needs.rules.openDraftCodes(page.account, page.draft, needs.clock.now());
  if (codes === null) return visit.over();
  const view = { userId: account.userId, csrf: csrfToken(needs, page.id, visit.held), codes, wrong };
  return visit.show(status, showRecoveryCodesPage(visit.words, page, view));
}

/**
 * The person confirms that they keep the codes. The codes leave the store, the proof is made, the page ends and the chat is told in one
 * commit, before the browser has its answer: from then on nobody sees them again.
 */
export async function takeRecoveryCodesKept(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { draft } = visit.page;
  if (form.get('kept') !== 'yes') return showRecoveryCodes(needs, visit, 422, visit.words.say('show-recovery-codes.not-kept'));
  if (draft === null) return visit.over();
  for (;;) {
    const { account: accountId, stack: conversation, session } = visit.page;
    const asked = { id: newId(needs.random), accountId, draft, conversation, session, now: needs.clock.now() };
    const confirmed = await needs.rules.confirmDraftCodes(asked);
    // Another click was faster, or the chat let go of the codes: the page shows which.
    if (confirmed === null) return visit.again();
    const done = await changePage<'done' | 'lost' | 'stale'>(needs, visit.page.id, (page, rows) => {
      if (!isStillHeld(needs, visit, page)) return { state: null, result: 'lost' };
      if (isStale(rows, confirmed.expect)) return { state: null, result: 'stale' };
      return {
        state: { is: 'done', holder: visit.holder },
        tell: { type: 'page.done', page: page.id, outcome: { page: 'show-recovery-codes', proof: confirmed.proof } },
        also: confirmed.parts,
        expect: confirmed.expect,
        told: { act: 'recovery-codes.confirm', verdict: 'allowed', reason: 'R18' },
        result: 'done',
      };
    });
    if (done !== 'stale') return visit.again();
  }
}
