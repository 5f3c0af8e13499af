import type { SignIn, SignInBinding } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { PlainResponse } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { commitTold, entryOf } from './change-page.ts';
import { failPage, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { presentSignInPage } from './views/present-sign-in.ts';
import { csrfToken } from './visit.ts';

/** Where a browser comes back to from the directory's own sign-in, below our public address. */
export const signedInPath = '/signed-in';

/** What stands between a page's address and its token in the state that travels with a sign-in; in neither of them. */
const between = '~';

/** How long the mark of a sign-in is good for, ms: time to think of a password. */
const goodForMs = 10 * 60_000;

/** The page's address and its form's token, out of a state; null for what is none. */
export function readState(state: string): { readonly address: string; readonly csrf: string } | null {
  const [address = '', csrf = '', ...more] = state.split(between);
  return address === '' || csrf === '' || more.length > 0 ? null : { address, csrf };
}

/** The way to the directory's own sign-in, for the browser that holds the page; `wrong` says why the last one did not do. */
export function showSignIn(needs: PageNeeds, visit: HeldVisit, signIn: SignIn, status = 200, wrong: string | null = null): PlainResponse {
  const { page, held, account, request } = visit;
  const state = `${request.params['address'] ?? ''}${between}${csrfToken(needs, page.id, held)}`;
  const address = signIn.address({ ...bindingOf(needs, visit), state, userId: account.userId });
  return visit.show(status, presentSignInPage(visit.words, page, { userId: account.userId, address, wrong }));
}

/**
 * Has the directory say who signed in (I3). Null: the account's own person, just now. Else the answer: the page again with what to do, or its end.
 * Made anew from the page and its cookie each time, the nonce and the verifier are stored nowhere, and a code that somebody else began does
 * not fit.
 */
export async function refuseSignIn(
  needs: PageNeeds,
  visit: HeldVisit,
  signIn: SignIn,
  form: URLSearchParams,
): Promise<PlainResponse | null> {
  const { page, account, words } = visit;
  const code = form.get('code') ?? '';
  if (code === '') return showSignIn(needs, visit, signIn, 422, words.say('sign-in.again'));
  try {
    const signedIn = await signIn.prove(account.id, { ...bindingOf(needs, visit), code });
    if (signedIn.ok) return null;
    const told = { act: 'password.prove', verdict: 'refused', reason: signedIn.reason } as const;
    await commitTold(needs, keys.page(page.id), entryOf(page, told, needs.clock.now()), {});
    return showSignIn(needs, visit, signIn, 422, words.say(`sign-in.${signedIn.reason}`, { userId: account.userId }));
  } catch (fault) {
    if (!(fault instanceof LatchkeyError) || fault.kind !== 'refused') throw fault;
    await failPage(needs, page.id, 'not-eligible', { act: 'password.prove', reason: 'forbidden' });
    return visit.over();
  }
}

/**
 * Says on a form that its page's own browser signed in just now. Nobody else can make it, and it is of no use elsewhere, nor once another
 * password was set: whoever signed in with the one before knows the present one no more.
 */
export function signedMark({ keys: seals, clock }: PageNeeds, visit: HeldVisit): string {
  const at = clock.now();
  return `${at}${between}${seals.mac('signed-in', markOf(visit, at))}`;
}

/** Whether a form carries that mark; it is good while a page lives. */
export function isSignedMark({ keys: seals, clock }: PageNeeds, visit: HeldVisit, mark: string): boolean {
  const [at = '', mac = ''] = mark.split(between);
  const isYoung = /^\d{1,15}$/u.test(at) && Number(at) <= clock.now() && Number(at) > clock.now() - goodForMs;
  return isYoung && seals.matches('signed-in', markOf(visit, Number(at)), mac);
}

const markOf = ({ page, held, account }: HeldVisit, at: number): string =>
  `${page.id}\n${held}\n${at}\n${account.passwordSetAt ?? 'never'}`;

function bindingOf({ keys: seals, publicUrl }: PageNeeds, { page, held }: HeldVisit): SignInBinding {
  const own = (use: string): string => seals.derived(use, `${page.id}\n${held}`).bytes.toString('base64url');
  return { nonce: own('sign-in-nonce'), verifier: own('sign-in-verifier'), redirect: `${publicUrl}${signedInPath}` };
}
