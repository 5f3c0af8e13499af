import type { PasswordSet } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { PlainResponse } from '../server/route.ts';
import { beginSetting, goBack, type Beginning } from './begin-setting.ts';
import { failPage, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { finishSet, lookWhetherSet } from './settle-setting.ts';
import { unavailablePage } from './views/plain.ts';

/** A password on its way to the directory, and the page it was typed on. */
export interface Setting extends Beginning {
  /** In NFC, as it was typed. */
  readonly password: string;
  /** The one before it, where its owner typed that too and the directory took it. */
  readonly present?: string;
  /** The page again, with what was wrong; what was typed is not on it. */
  show(status: number, wrong: string): Promise<PlainResponse>;
}

/**
 * Sets a password from a page whose account was read for this request: what it may be set on is judged and `setting` committed, with a due
 * entry that settles it should this process end; then the directory is asked, once; then done, the chat, the notices (I19) and the audit are
 * one commit. Whoever comes second finds the page no longer `held` and sets nothing. The password is in no row, no line and no message.
 */
export async function setPassword(needs: PageNeeds, visit: HeldVisit, setting: Setting): Promise<PlainResponse> {
  const begun = await beginSetting(needs, visit, setting, 'password.set-begun');
  if (begun === 'unproved') {
    await failPage(needs, visit.page.id, 'not-eligible', { act: 'password.set', reason: setting.rule });
    return visit.over();
  }
  if (begun === 'lost') return visit.again();
  return orMoment(visit, async () => settle(needs, visit, setting, await ask(needs, visit.account.id, setting)));
}

/**
 * The directory was asked: whatever fails now, nobody may be told that nothing happened. The due entry settles it.
 * @param work what is left to do with its answer
 */
export async function orMoment(visit: HeldVisit, work: () => Promise<PlainResponse>): Promise<PlainResponse> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind !== 'defect') return visit.again();
    throw fault;
  }
}

type Asked = PasswordSet | { readonly ok: false; readonly reason: 'unavailable' | 'forbidden' | 'unknown' };

/** Asks the directory; what it throws becomes a value, because from here on every outcome is committed. */
async function ask(needs: PageNeeds, account: string, { password, present }: Setting): Promise<Asked> {
  try {
    return await needs.directory.setPassword(account, password, present);
  } catch (fault) {
    const kind = fault instanceof LatchkeyError ? fault.kind : 'doubtful';
    if (kind === 'unavailable') return { ok: false, reason: 'unavailable' };
    return { ok: false, reason: kind === 'refused' ? 'forbidden' : 'unknown' };
  }
}

async function settle(needs: PageNeeds, visit: HeldVisit, setting: Setting, asked: Asked): Promise<PlainResponse> {
  const { page, words, account } = visit;
  if (asked.ok) {
    await finishSet(needs, page.id, account, asked.at);
    return visit.again();
  }
  switch (asked.reason) {
    case 'policy':
      await goBack(needs, page.id, { act: 'password.set', why: asked.rule });
      return setting.show(422, await refusalWords(needs, visit, asked.rule));
    case 'unavailable':
      await goBack(needs, page.id, { act: 'password.set', why: asked.reason });
      return visit.show(503, unavailablePage(words));
    case 'unknown':
      // It may have been set. Look once now; if that shows nothing, the due entry looks again.
      await lookWhetherSet(needs, page.id);
      return visit.again();
    case 'not-found':
    case 'disabled':
    case 'managed-elsewhere':
    case 'forbidden':
      await goBack(needs, page.id, { act: 'password.set', why: asked.reason, isFinal: true });
      await failPage(needs, page.id, 'not-eligible', { act: 'password.set', reason: asked.reason });
      return visit.over();
  }
}

/** Why a password was not taken: the rule as the list above the fields has it; its bare words where the list does not have it. */
export async function refusalWords(needs: PageNeeds, visit: HeldVisit, id: string): Promise<string> {
  const rule = (await needs.directory.passwordRules(visit.account.id)).find((each) => each.id === id);
  return visit.words.say('new-password.refused', { rule: visit.words.rule(id, rule?.params) });
}
