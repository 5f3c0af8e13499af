import { swedishWords } from '../directory/common-words.ts';
import type { PasswordRule } from '../directory/port.ts';
import type { PlainResponse } from '../server/route.ts';
import type { HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { setPassword } from './set-password.ts';
import { newPasswordPage } from './views/new-password.ts';
import { csrfToken } from './visit.ts';

/** What a page that takes a new password shows of its account. */
export async function newPasswordView(
  needs: PageNeeds,
  { account, page, held }: HeldVisit,
): Promise<{
  readonly userId: string;
  /** What the strength meter counts as easy to guess beside the dictionaries. */
  readonly known: readonly string[];
  readonly csrf: string;
  readonly rules: readonly PasswordRule[];
}> {
  const labels = [account.userId, account.name, needs.policy.organisation.name];
  return {
    userId: account.userId,
    known: [...labels.flatMap((label) => [label, ...label.split(/[\s@._-]+/)]), ...swedishWords],
    csrf: csrfToken(needs, page.id, held),
    rules: await needs.directory.passwordRules(account.id),
  };
}

/** The page with the directory's rules above the fields; `wrong` says why the last password was not taken. */
export async function showNewPassword(
  needs: PageNeeds,
  visit: HeldVisit,
  status = 200,
  wrong: string | null = null,
): Promise<PlainResponse> {
  return visit.show(status, newPasswordPage(visit.words, visit.page, { ...(await newPasswordView(needs, visit)), wrong }));
}

/** Takes the new password of who passed the gates: account and proofs are checked again, then it is set. */
export async function takeNewPassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { page, words } = visit;
  // R30: the same password from every keyboard. Nothing is trimmed.
  const password = (form.get('password') ?? '').normalize('NFC');
  const again = (form.get('again') ?? '').normalize('NFC');
  if (password === '' || again === '') return showNewPassword(needs, visit, 422, words.say('new-password.empty'));
  if (password !== again) return showNewPassword(needs, visit, 422, words.say('new-password.different'));
  const { account: accountId, stack: conversation, proofs: proofIds } = page;
  return setPassword(needs, visit, {
    password,
    rule: 'I2',
    proved: async (now) => needs.rules.proofsSuffice({ accountId, proofIds, act: 'open-new-password', use: page.id, conversation, now }),
    show: async (status, wrong) => showNewPassword(needs, visit, status, wrong),
  });
}
