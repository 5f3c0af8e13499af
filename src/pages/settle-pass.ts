import type { AccountState } from '../directory/port.ts';
import { changePage, findPage } from './change-page.ts';
import type { CommitParts, PageNeeds } from './needs.ts';
import type { PageRecord } from './page-record.ts';
import { settleDue } from './settle-due.ts';

/** When it is looked for once more whether one was made, so that the notices of I19 go out for one that was made late. */
const lookAgainAfterMs = 10 * 60_000;

/**
 * The directory was asked for a temporary pass, and nobody said how that ended: one may have been made, and nobody has seen it. It is never asked for
 * again; the chat says so, once. Where the directory shows that the password is another one by now, the notices go out all the same (I19).
 */
export async function settlePass(needs: PageNeeds, pageId: string): Promise<void> {
  const found = await findPage(needs, pageId);
  if (found === null || (found.state.is !== 'setting' && found.state.is !== 'doubtful')) return;
  const account = await needs.directory.find(found.account).catch(() => null);
  const wasMade = account !== null && account.passwordSetAt !== found.state.before;
  const notices = wasMade ? await passNotices(needs, found, account) : null;
  await changePage<void>(needs, pageId, (page) => {
    if (page?.state.is !== 'setting' && page?.state.is !== 'doubtful') return { state: null, result: undefined };
    const isFirstLook = page.state.is === 'setting';
    const again = settleDue(page, isFirstLook && notices === null ? needs.clock.now() + lookAgainAfterMs : null);
    return {
      state: { ...page.state, is: 'doubtful' },
      ...(isFirstLook && { tell: { type: 'page.doubtful', page: page.id, of: 'temporary-pass' } }),
      also: { ...notices, due: [...(notices?.due ?? []), again] },
      told: { act: 'temporary-pass.show', verdict: 'refused', reason: notices === null ? 'doubtful' : 'made-unseen', actor: 'system' },
      result: undefined,
    };
  });
}

/** The notices that a temporary pass owes, by our clock, to which a freeze reaches back (I17). */
export const passNotices = (needs: PageNeeds, page: PageRecord, account: AccountState): Promise<CommitParts> => {
  const { id: pageId, tenant, stack, door, language, createdAt } = page;
  const at = page.state.is === 'setting' || page.state.is === 'doubtful' ? page.state.startedAt : createdAt;
  return needs.rules.passwordSetNotices({ pageId, what: 'temporary-pass', account, at, tenant, stack, door, language });
};
