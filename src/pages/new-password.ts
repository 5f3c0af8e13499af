import { swedishWords } from '../directory/common-words.ts';
import type { PasswordSet } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { PlainResponse } from '../server/route.ts';
import { changePage, isStale } from './change-page.ts';
import { failPage, isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { finishSet, lookWhetherSet, settleAfterMs, settleDue } from './settle-setting.ts';
import { unavailablePage } from './views/plain.ts';
import { newPasswordPage } from './views/new-password.ts';
import { csrfToken } from './visit.ts';

/** The page with the directory's rules above the fields; `wrong` says why the last password was not taken. */
export async function showNewPassword(
  needs: PageNeeds,
  visit: HeldVisit,
  status = 200,
  wrong: string | null = null,
): Promise<PlainResponse> {
  const { account, page, words } = visit;
  const view = {
    userId: account.userId,
    known: [
      ...[account.userId, account.name, needs.policy.organisation.name].flatMap((label) => [label, ...label.split(/[\s@._-]+/)]),
      ...swedishWords,
    ],
    csrf: csrfToken(needs, page.id, visit.held),
    rules: await needs.directory.passwordRules(account.id),
    wrong,
  };
  return visit.show(status, newPasswordPage(words, page, view));
}

/**
 * Sets the password: account and proofs checked again; `setting` committed, with a due entry that settles it should this process end; then
 * the directory asked, once; then done, the chat, the notices (I19) and the audit in one commit. Whoever comes second finds the page no
 * longer `held` and sets nothing. The password is in no row, no line and no message.
 */
export async function takeNewPassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { page, words, account } = visit;
  // R30: the same password from every keyboard. Nothing is trimmed.
  const password = (form.get('password') ?? '').normalize('NFC');
  const again = (form.get('again') ?? '').normalize('NFC');
  if (password === '' || again === '') return showNewPassword(needs, visit, 422, words.say('new-password.empty'));
  if (password !== again) return showNewPassword(needs, visit, 422, words.say('new-password.different'));

  const begun = await begin(needs, visit);
  if (begun === 'unproved') {
    await failPage(needs, page.id, 'not-eligible', { act: 'password.set', reason: 'I2' });
    return visit.over();
  }
  if (begun === 'lost') return visit.again();
  return orMoment(visit, async () => settle(needs, visit, await ask(needs, account.id, password)));
}

/** The directory was asked: whatever fails now, nobody may be told that nothing happened. The due entry settles it. */
async function orMoment(visit: HeldVisit, work: () => Promise<PlainResponse>): Promise<PlainResponse> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind !== 'defect') return visit.again();
    throw fault;
  }
}

/**
 * Commits `setting`, on the very rows of proofs it was judged on. `lost`: somebody else was faster, or the page is over. `unproved`: the
 * proofs are no longer enough.
 */
async function begin(needs: PageNeeds, visit: HeldVisit): Promise<'begun' | 'lost' | 'unproved'> {
  const { account, stack: conversation, proofs: proofIds } = visit.page;
  for (;;) {
    const startedAt = needs.clock.now();
    const asked = { accountId: account, proofIds, act: 'open-new-password', conversation, now: startedAt } as const;
    const proved = await needs.rules.proofsSuffice(asked);
    if (!proved.ok) return 'unproved';
    const begun = await changePage<'begun' | 'lost' | 'stale'>(needs, visit.page.id, (page, rows) => {
      if (!isStillHeld(needs, visit, page)) return { state: null, result: 'lost' };
      if (isStale(rows, proved.expect)) return { state: null, result: 'stale' };
      return {
        state: { is: 'setting', holder: visit.holder, startedAt, before: visit.account.passwordSetAt },
        also: { due: [settleDue(page, startedAt + settleAfterMs)] },
        expect: proved.expect,
        told: { act: 'password.set-begun', verdict: 'allowed', reason: 'I2' },
        result: 'begun',
      };
    });
    if (begun !== 'stale') return begun;
  }
}

type Asked = PasswordSet | { readonly ok: false; readonly reason: 'unavailable' | 'forbidden' | 'unknown' };

/** Asks the directory; what it throws becomes a value, because from here on every outcome is committed. */
async function ask(needs: PageNeeds, account: string, password: string): Promise<Asked> {
  try {
    return await needs.directory.setPassword(account, password);
  } catch (fault) {
    const kind = fault instanceof LatchkeyError ? fault.kind : 'doubtful';
    if (kind === 'unavailable') return { ok: false, reason: 'unavailable' };
    return { ok: false, reason: kind === 'refused' ? 'forbidden' : 'unknown' };
  }
}

async function settle(needs: PageNeeds, visit: HeldVisit, asked: Asked): Promise<PlainResponse> {
  const { page, words, account } = visit;
  if (asked.ok) {
    await finishSet(needs, page.id, account, asked.at);
    return visit.again();
  }
  switch (asked.reason) {
    case 'policy':
      await goBack(needs, visit, asked.rule);
      return showNewPassword(needs, visit, 422, words.say('new-password.refused', { rule: await ruleWords(needs, visit, asked.rule) }));
    case 'unavailable':
      await goBack(needs, visit, asked.reason);
      return visit.show(503, unavailablePage(words));
    case 'unknown':
      // It may have been set. Look once now; if that shows nothing, the due entry looks again.
      await lookWhetherSet(needs, page.id);
      return visit.again();
    case 'not-found':
    case 'disabled':
    case 'managed-elsewhere':
    case 'forbidden':
      await goBack(needs, visit, asked.reason);
      await failPage(needs, page.id, 'not-eligible', { act: 'password.set', reason: asked.reason });
      return visit.over();
  }
}

/** The directory set nothing: the page is as it was before, and only the password has to be typed anew. */
function goBack(needs: PageNeeds, visit: HeldVisit, why: string): Promise<void> {
  return changePage<void>(needs, visit.page.id, (page) =>
    page?.state.is !== 'setting'
      ? { state: null, result: undefined }
      : {
          state: { is: 'held', holder: page.state.holder },
          also: { due: [settleDue(page, null)] },
          told: { act: 'password.set', verdict: 'refused', reason: why },
          result: undefined,
        },
  );
}

/** The rule as the list above the fields has it; its bare words where the list does not have it. */
async function ruleWords(needs: PageNeeds, visit: HeldVisit, id: string): Promise<string> {
  const rule = (await needs.directory.passwordRules(visit.account.id)).find((each) => each.id === id);
  return visit.words.rule(id, rule?.params);
}
