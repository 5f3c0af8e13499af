import type { PlainResponse } from '../server/route.ts';
import type { HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { newPasswordView } from './new-password.ts';
import { clearedTries } from './password-tries.ts';
import { refusePresent } from './present-password.ts';
import { isSignedMark, refuseSignIn, showSignIn, signedMark } from './present-sign-in.ts';
import { refusalWords, setPassword } from './set-password.ts';
import { changePasswordPage, type Wrong } from './views/change-password.ts';

/** The present password and the new one, with the directory's rules above the fields; or the way to the directory's own sign-in first. */
export async function showChangePassword(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> {
  const { signIn } = needs.directory;
  return signIn === undefined ? showFields(needs, visit, { signed: null }) : showSignIn(needs, visit, signIn);
}

/**
 * Changes a password that its owner knows: the directory proves the present one, which counts against its lockout and our tries; only then is
 * the new one set. What is wrong with the new one by itself is said before a try is spent. Where the directory proves it by a sign-in, that
 * comes first, and its mark takes the place of the present password.
 */
export async function takeChangePassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { words, account } = visit;
  const { signIn } = needs.directory;
  const mark = form.get('signed') ?? '';
  if (signIn !== undefined && !isSignedMark(needs, visit, mark)) {
    return (await refuseSignIn(needs, visit, signIn, form)) ?? showFields(needs, visit, { signed: signedMark(needs, visit) });
  }
  const signed = signIn === undefined ? null : mark;
  const [present = '', password = '', again = ''] = ['present', 'password', 'again'].map((name) => (form.get(name) ?? '').normalize('NFC'));
  const show = async (status: number, wrong: string, at: Wrong['at'] = 'new'): Promise<PlainResponse> =>
    showFields(needs, visit, { signed, status, wrong: { says: wrong, at } });
  if ((present === '' && signed === null) || password === '' || again === '') return show(422, words.say('change-password.empty'), 'any');
  if (password !== again) return show(422, words.say('new-password.different'));
  if (password === present) return show(422, await refusalWords(needs, visit, 'not-the-old-one'));

  const refused = signed === null ? await refusePresent(needs, visit, present, async (wrong) => show(422, wrong, 'present')) : null;
  if (refused !== null) return refused;
  return setPassword(needs, visit, {
    password,
    ...(signed === null && { present }),
    rule: 'I3',
    // The directory has just said so.
    proved: async () => ({ ok: true, expect: {} }),
    also: clearedTries(account.id, needs.clock.now()),
    show,
  });
}

interface Fields {
  /** The mark of a sign-in, which takes the place of the present password. */
  readonly signed: string | null;
  readonly status?: number;
  readonly wrong?: Wrong | null;
}

async function showFields(needs: PageNeeds, visit: HeldVisit, { signed, status = 200, wrong = null }: Fields): Promise<PlainResponse> {
  return visit.show(status, changePasswordPage(visit.words, visit.page, { ...(await newPasswordView(needs, visit)), wrong, signed }));
}
