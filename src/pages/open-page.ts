import { z } from 'zod';
import type { PageId } from '../../dialogs/views.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { isFrozen } from '../desk/freeze-record.ts';
import { keys } from '../store/keys.ts';
import type { Row } from '../store/port.ts';
import { update } from '../store/update.ts';
import { commitTold, entryOf, findPage, pageOfRow, pageParts } from './change-page.ts';
import { pageRooms } from './kinds.ts';
import type { PageNeeds } from './needs.ts';
import { isLive, pageIdOf, pageNumberTries, type PageRecord } from './page-record.ts';

type Params = Parameters<Handler<'openPage'>['run']>[0];
type Opened = Awaited<ReturnType<Handler<'openPage'>['run']>>;

/**
 * Opens a one-time page. Run again with the same effect id it finds the page it made. The account is read again and the proofs are looked
 * up in the store: what the machine counted is no proof. An older page of the same kind and stack ends in the same commit.
 */
export const openPage = (needs: PageNeeds): Handler<'openPage'> => ({
  async run(params, act) {
    const pageId = pageIdOf(act.accountId, act.stack, act.id);
    const made = await findPage(needs, pageId);
    if (made !== null) return { type: 'page.opened', page: made.id, expiresAt: made.expiresAt };
    const refused = await refusal(needs, params, act);
    const page = newPage(needs, pageId, params, act);
    if (refused === null) return commitOpened(needs, page);
    await commitTold(needs, keys.page(pageId), entryOf(page, { act: 'page.open', verdict: 'refused', reason: refused.rule }, act.now), {});
    return { type: 'page.refused', reason: refused.reason };
  },
});

async function refusal(
  needs: PageNeeds,
  params: Params,
  act: Act,
): Promise<{ readonly reason: 'proofs' | 'not-eligible'; readonly rule: string } | null> {
  const account = await act.account();
  // Before anything was proved at the front door every account has it, and none (I20).
  if (act.door === 'front-door' && pageRooms[params.page].atDoor !== undefined) return null;
  if (account === null || !account.enabled) return { reason: 'not-eligible', rule: 'I9' };
  const { accountId, door, stack, session, now } = act;
  const room = pageRooms[params.page];
  const subject = {
    proofs: params.proofs,
    account,
    draft: params.draft ?? null,
    challenge: params.challenge ?? null,
    stack,
    session,
    door,
    now,
  };
  const wish = await room.wish(needs, subject);
  if (wish === null) return { reason: 'not-eligible', rule: room.rule };
  if (!(await needs.rules.mayHave({ wish, account, door, stack, session, now }))) {
    return { reason: 'not-eligible', rule: wish === 'register-first' ? 'I3' : 'I9' };
  }
  if (room.proved === null) return null;
  const { passwordSetAt } = account;
  const asked = {
    accountId,
    proofIds: params.proofs,
    act: room.proved,
    use: pageIdOf(accountId, stack, act.id),
    conversation: stack,
    passwordSetAt,
    of: { account, door },
    now,
  };
  const suffice = await needs.rules.proofsSuffice(asked);
  return suffice.ok ? null : { reason: 'proofs', rule: room.rule };
}

const newPage = (needs: PageNeeds, id: PageId, params: Params, act: Act): PageRecord => ({
  id,
  kind: params.page,
  account: act.accountId,
  tenant: act.tenant,
  stack: act.stack,
  session: act.session,
  door: act.door,
  proofs: [...params.proofs],
  draft: params.draft ?? null,
  challenge: params.challenge ?? null,
  language: act.language,
  reference: act.reference,
  createdAt: act.now,
  expiresAt: act.now + needs.policy.limits.pageMinutes * 60_000,
  state: { is: 'open', triesLeft: pageNumberTries },
});

/** Which page of a kind the stack opened last stands in a row of its own, read and written with the new page. */
async function commitOpened(needs: PageNeeds, page: PageRecord): Promise<Opened> {
  const last = keys.pageOf(page.account, page.stack, page.kind);
  const frozen = keys.frozen(page.account);
  for (;;) {
    const opened = await needs.store.open({ key: last, owner: null, now: page.createdAt });
    const older = olderPage(opened.rows.get(last) ?? null);
    const done = await update<PageRecord | 'frozen' | null>(
      needs.store,
      needs.clock,
      keys.page(page.id),
      (row, rows) => {
        const made = pageOfRow(row);
        if (made !== null) return { commit: null, result: made };
        // A freeze that came since the account was judged (I17).
        if (page.kind !== 'use-security-key' && isFrozen(rows.get(frozen) ?? null)) return { commit: null, result: 'frozen' };
        // Somebody else opened one in the meantime: look again at which is the older one.
        if (olderPage(rows.get(last) ?? null) !== older) return { commit: null, result: null };
        const own = pageParts(page, page.createdAt);
        const ended = older === null ? null : endedParts(pageOfRow(rows.get(keys.page(older)) ?? null), page.createdAt);
        return {
          commit: {
            put: { ...own.put, ...ended?.put, [last]: { page: page.id } },
            until: { ...own.until, ...ended?.until, [last]: page.expiresAt },
          },
          result: page,
        };
      },
      {
        alsoRead: older === null ? [last, frozen] : [last, frozen, keys.page(older)],
        commit: (commit) =>
          commitTold(
            needs,
            keys.page(page.id),
            entryOf(page, { act: 'page.open', verdict: 'allowed', reason: pageRooms[page.kind].rule }, page.createdAt),
            commit,
          ),
      },
    );
    if (done === 'frozen') return { type: 'page.refused', reason: 'not-eligible' };
    if (done !== null) return { type: 'page.opened', page: done.id, expiresAt: done.expiresAt };
  }
}

const endedParts = (page: PageRecord | null, now: number): ReturnType<typeof pageParts> | null =>
  page !== null && isLive(page, now) ? pageParts({ ...page, state: { is: 'ended' } }, now) : null;

const lastShape = z.object({ page: z.string() });

/** The id in a `page-of` row; null for none. */
const olderPage = (row: Row | null): string | null => lastShape.safeParse(row?.value).data?.page ?? null;
