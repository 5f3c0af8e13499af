import { z } from 'zod';
import { unreachable } from '../directory/faults.ts';
import type { AccountState } from '../directory/port.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { changePage, findPage } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import type { PageRecord } from './page-record.ts';
import { settlePass } from './settle-pass.ts';
import { settleDue } from './settle-due.ts';

/** When it is looked for once more after it could not be found, so that the notices of I19 go out for one that was set late. */
const lookAgainAfterMs = 10 * 60_000;
/** For how long a directory that does not answer is asked. */
const askForMs = 10 * 60_000;

const dueShape = z.object({ page: z.string() });

/**
 * Handles the due entry `page`: a password was being set and nobody said how it ended. The directory is asked when it was last set; it is
 * never set again. A directory that cannot be reached throws: the entry comes back.
 */
export const settleSetting =
  (needs: PageNeeds): DueHandler =>
  async (entry) => {
    const { page: pageId } = dueShape.parse(entry.data);
    const page = await findPage(needs, pageId);
    if (page === null || (page.state.is !== 'setting' && page.state.is !== 'doubtful')) {
      await needs.store.commit({ due: [{ id: entry.id, at: null }] });
      return;
    }
    if (page.kind === 'temporary-pass') {
      await settlePass(needs, page.id);
      return;
    }
    const seen = await look(needs, page, page.state.before).catch((fault: unknown) => {
      if (page.state.is === 'setting' && needs.clock.now() < page.state.startedAt + askForMs) throw fault;
      return null;
    });
    if (seen !== null) await finishSet(needs, page.id, seen.account, seen.at);
    else await doubt(needs, page.id);
  };

/** Looks whether a password that may have been set was; finishes if so, and leaves it to the due entry otherwise. */
export async function lookWhetherSet(needs: PageNeeds, pageId: string): Promise<void> {
  const page = await findPage(needs, pageId);
  if (page?.state.is !== 'setting') return;
  const seen = await look(needs, page, page.state.before).catch(() => null);
  if (seen !== null) await finishSet(needs, page.id, seen.account, seen.at);
}

/**
 * Whether the directory's word on when the password was set has moved since `before`: its clock is compared with itself only. Where what answers is not the
 * system that manages the password, nobody has said anything of it.
 */
async function look(needs: PageNeeds, page: PageRecord, before: number | null): Promise<{ account: AccountState; at: number } | null> {
  const account = await needs.directory.find(page.account);
  if (account?.passwordManaged === 'unreachable') throw unreachable('the system that manages the password does not answer');
  const at = account?.passwordSetAt ?? null;
  if (account === null || at === null) return null;
  return before === null || at > before ? { account, at } : null;
}

/**
 * The password is set: done, the chat, the notices and the audit in one commit. Done again, it does nothing. Whether other sessions end is
 * asked in the chat (R29).
 */
export async function finishSet(needs: PageNeeds, pageId: string, account: AccountState, at: number): Promise<void> {
  const found = await findPage(needs, pageId);
  if (found?.state.is !== 'setting' && found?.state.is !== 'doubtful') return;
  const { tenant, stack, door, language } = found;
  const what = found.state.before === null ? 'first-password-set' : 'password-set';
  // By our clock, as methods are: a freeze reaches back to it (I17), and what a thief adds next is not to be before it.
  const since = Math.min(at, found.state.startedAt);
  const notices = await needs.rules.passwordSetNotices({ pageId, what, account, at: since, tenant, stack, door, language });
  await changePage<void>(needs, pageId, (page) =>
    page?.state.is !== 'setting' && page?.state.is !== 'doubtful'
      ? { state: null, result: undefined }
      : {
          state: { is: 'done', holder: page.state.holder },
          tell: { type: 'page.done', page: page.id, outcome: { page: page.kind === 'change-password' ? page.kind : 'new-password' } },
          also: { ...notices, due: [...(notices.due ?? []), settleDue(page, null)] },
          told: { act: 'password.set', verdict: 'allowed', reason: page.kind === 'change-password' ? 'I3' : 'I2' },
          result: undefined,
        },
  );
}

/** It may have been set, and the directory does not show it: the chat says so, once. A late sign of it is looked for once more. */
function doubt(needs: PageNeeds, pageId: string): Promise<void> {
  return changePage<void>(needs, pageId, (page) => {
    if (page?.state.is === 'doubtful') {
      return {
        state: { is: 'ended' },
        also: { due: [settleDue(page, null)] },
        told: { act: 'password.set', verdict: 'refused', reason: 'not-seen', actor: 'system' },
        result: undefined,
      };
    }
    if (page?.state.is !== 'setting') return { state: null, result: undefined };
    return {
      state: { ...page.state, is: 'doubtful' },
      tell: { type: 'page.doubtful', page: page.id },
      also: { due: [settleDue(page, needs.clock.now() + lookAgainAfterMs)] },
      told: { act: 'password.set', verdict: 'refused', reason: 'doubtful', actor: 'system' },
      result: undefined,
    };
  });
}
