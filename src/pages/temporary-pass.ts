import type { TemporaryPass } from '../directory/port.ts';
import { isFrozen, isVoid } from '../desk/freeze-record.ts';
import { LatchkeyError } from '../errors.ts';
import type { PlainResponse } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { beginSetting, frozenRow, goBack } from './begin-setting.ts';
import { changePage, isStale } from './change-page.ts';
import { failPage, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { orMoment } from './set-password.ts';
import { settleDue } from './settle-due.ts';
import { passNotices, settlePass } from './settle-pass.ts';
import { unavailablePage } from './views/plain.ts';
import { askPassPage, shownPassPage } from './views/temporary-pass.ts';
import { csrfToken } from './visit.ts';

/** What the audit calls it. */
const act = 'temporary-pass.show';

/** What it is, before its button is pressed: nothing was asked of the directory by then. */
export function showAskPass(needs: PageNeeds, visit: HeldVisit): PlainResponse {
  const { page, words, account, held } = visit;
  return visit.show(200, askPassPage(words, page, { userId: account.userId, csrf: csrfToken(needs, page.id, held) }));
}

/**
 * The button was pressed: what the helpdesk gave is judged and used up in the commit that says so (I16), then the directory is asked, once; then done, the
 * chat, the notices (I19) and the audit are one commit; then it is shown, in this answer alone. It stands in no row, line or message, so whoever loads
 * the page again, or never had the answer, asks the helpdesk for another.
 */
export async function takeAskPass(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> {
  const { page } = visit;
  const { id: use, account: accountId, stack: conversation, proofs: proofIds } = page;
  const proved = async (now: number) =>
    needs.rules.proofsSuffice({ accountId, proofIds, act: 'open-temporary-pass', use, conversation, now });
  const begun = await beginSetting(needs, visit, { rule: 'I16', proved }, `${act}-begun`);
  if (begun === 'lost') return visit.again();
  if (begun === 'unproved') {
    await failPage(needs, page.id, 'not-eligible', { act, reason: 'I16' });
    return visit.over();
  }
  return orMoment(visit, async () => settle(needs, visit, await ask(needs, accountId)));
}

async function settle(needs: PageNeeds, visit: HeldVisit, asked: Asked): Promise<PlainResponse> {
  const { page, account, words } = visit;
  if (asked.ok) {
    const finished = await finish(needs, visit, asked);
    if (finished === 'done') return visit.show(200, shownPassPage(words, { userId: account.userId, ...asked }));
    return finished === 'lost' ? visit.again() : visit.over();
  }
  switch (asked.reason) {
    case 'unknown':
      await settlePass(needs, page.id);
      return visit.again();
    case 'unavailable':
      await goBack(needs, page.id, { act, why: asked.reason });
      return visit.show(503, unavailablePage(words));
    case 'not-found':
    case 'disabled':
    case 'managed-elsewhere':
    case 'not-allowed':
    case 'forbidden':
      await goBack(needs, page.id, { act, why: asked.reason, isFinal: true });
      await failPage(needs, page.id, 'not-eligible', { act, reason: asked.reason });
      return visit.over();
  }
}

type Asked = TemporaryPass | { readonly ok: false; readonly reason: 'unavailable' | 'forbidden' | 'unknown' };

/** Asks the directory; what it throws becomes a value, because from here on every outcome is committed. */
async function ask({ directory }: PageNeeds, account: string): Promise<Asked> {
  if (directory.temporaryPass === undefined) return { ok: false, reason: 'not-allowed' };
  try {
    return await directory.temporaryPass(account);
  } catch (fault) {
    const kind = fault instanceof LatchkeyError ? fault.kind : 'doubtful';
    if (kind === 'unavailable') return { ok: false, reason: 'unavailable' };
    return { ok: false, reason: kind === 'refused' ? 'forbidden' : 'unknown' };
  }
}

/**
 * The directory made one: done, the chat, the notices and the audit in one commit, before anybody sees it. Where the account was frozen meanwhile
 * nobody does (I17): then it was made and is worthless. `lost`: the page is over.
 */
async function finish(
  needs: PageNeeds,
  visit: HeldVisit,
  given: Extract<TemporaryPass, { ok: true }>,
): Promise<'done' | 'frozen' | 'lost'> {
  for (;;) {
    const frozen = await frozenRow(needs, visit.account.id);
    const notices = await passNotices(needs, visit.page, visit.account);
    const isHeldUp = isFrozen(frozen) || isVoid(frozen, visit.page.createdAt);
    const expect = { [keys.frozen(visit.account.id)]: frozen?.version ?? 0 };
    const finished = await changePage<'done' | 'frozen' | 'lost' | 'stale'>(needs, visit.page.id, (page, rows) => {
      if (page?.state.is !== 'setting' && page?.state.is !== 'doubtful') return { state: null, result: 'lost' };
      if (isStale(rows, expect)) return { state: null, result: 'stale' };
      const common = { also: { ...notices, due: [...(notices.due ?? []), settleDue(page, null)] }, expect };
      if (isHeldUp) {
        return { ...common, state: { is: 'ended' }, told: { act, verdict: 'refused', reason: 'frozen' }, result: 'frozen' };
      }
      return {
        ...common,
        state: { is: 'done', holder: page.state.holder },
        tell: { type: 'page.done', page: page.id, outcome: { page: 'temporary-pass', is: given.is, until: given.until } },
        told: { act, verdict: 'allowed', reason: 'I16' },
        result: 'done',
      };
    });
    if (finished !== 'stale') return finished;
  }
}
