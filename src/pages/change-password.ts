import type { PlainResponse } from '../server/route.ts';
import type { HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { newPasswordView } from './new-password.ts';
import { clearedTries } from './password-tries.ts';
import { refusePresent } from './present-password.ts';
import { refusalWords, setPassword } from './set-password.ts';
import { changePasswordPage } from './views/change-password.ts';

/** The present password and the new one, with the directory's rules above the fields. */
export async function showChangePassword(
  needs: PageNeeds,
  visit: HeldVisit,
  status = 200,
  wrong: string | null = null,
): Promise<PlainResponse> {
  return visit.show(status, changePasswordPage(visit.words, visit.page, { ...(await newPasswordView(needs, visit)), wrong }));
}

/**
 * Changes a password that its owner knows: the directory proves the present one, which counts against its lockout and our tries; only then is
 * the new one set. What is wrong with the new one by itself is said before a try is spent.
 */
export async function takeChangePassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { words, account } = visit;
  const [present = '', password = '', again = ''] = ['present', 'password', 'again'].map((name) => (form.get(name) ?? '').normalize('NFC'));
  const show = async (status: number, wrong: string): Promise<PlainResponse> => showChangePassword(needs, visit, status, wrong);
  if (present === '' || password === '' || again === '') return show(422, words.say('change-password.empty'));
  if (password !== again) return show(422, words.say('new-password.different'));
  if (password === present) return show(422, await refusalWords(needs, visit, 'not-the-old-one'));

  const refused = await refusePresent(needs, visit, present, async (wrong) => show(422, wrong));
  if (refused !== null) return refused;
  return setPassword(needs, visit, {
    password,
    present,
    rule: 'I3',
    // The directory has just said so.
    proved: async () => ({ ok: true, expect: {} }),
    also: clearedTries(account.id, needs.clock.now()),
    show,
  });
}
