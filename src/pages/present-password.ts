import { LatchkeyError } from '../errors.ts';
import type { PasswordProved } from '../directory/port.ts';
import type { PlainResponse } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { changePage, commitTold, entryOf } from './change-page.ts';
import { failPage, isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { newId } from '../security/ids.ts';
import { clearedTries, countTry, giveBack } from './password-tries.ts';
import { refuseSignIn, showSignIn } from './present-sign-in.ts';
import { presentPasswordPage } from './views/present-password.ts';
import { csrfToken } from './visit.ts';

export function showPresentPassword(needs: PageNeeds, visit: HeldVisit, status = 200, wrong: string | null = null): PlainResponse {
  const { signIn } = needs.directory;
  if (signIn !== undefined) return showSignIn(needs, visit, signIn);
  const view = { userId: visit.account.userId, csrf: csrfToken(needs, visit.page.id, visit.held), wrong };
  return visit.show(status, presentPasswordPage(visit.words, visit.page, view));
}

/**
 * The present password, proved by the directory itself (I3). Right: the proof, the page's end and what the chat is told are one commit,
 * before the browser has its answer.
 */
export async function takePresentPassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { words } = visit;
  const { signIn } = needs.directory;
  if (signIn !== undefined) return (await refuseSignIn(needs, visit, signIn, form)) ?? prove(needs, visit);
  const password = (form.get('password') ?? '').normalize('NFC');
  if (password === '') return showPresentPassword(needs, visit, 422, words.say('present-password.empty'));

  const refused = await refusePresent(needs, visit, password, async (wrong) => showPresentPassword(needs, visit, 422, wrong));
  return refused ?? prove(needs, visit);
}

/**
 * Has the directory prove the present password, counted for the account over 24 h beside the directory's own lockout. Null: it is right, and
 * the caller's commit clears the tries (`clearedTries`). Else the answer: the page again with the tries left, or its end.
 */
export async function refusePresent(
  needs: PageNeeds,
  visit: HeldVisit,
  password: string,
  show: (wrong: string) => Promise<PlainResponse>,
): Promise<PlainResponse | null> {
  const { page, words } = visit;
  const counted = await countTry(needs, page.account);
  if (!counted.ok) return fail(needs, visit, 'too-many-tries');
  const proved = await ask(needs, page.account, password, counted.at);
  if (proved.ok) return null;
  switch (proved.reason) {
    case 'wrong':
      // Of many guesses at once each has its entry, whatever the first of them made of the page.
      await commitTold(needs, keys.page(page.id), entryOf(page, guessedWrong, needs.clock.now()), {});
      if (counted.left === 0) return fail(needs, visit, 'too-many-tries');
      return show(words.say('present-password.wrong', { left: counted.left }));
    case 'locked':
      return fail(needs, visit, 'locked');
    case 'disabled':
    case 'no-password':
    case 'not-found':
    case 'by-sign-in':
      return fail(needs, visit, 'not-eligible');
  }
}

const guessedWrong = { act: 'password.prove', verdict: 'refused', reason: 'wrong' } as const;

async function ask(needs: PageNeeds, account: string, password: string, countedAt: number): Promise<PasswordProved> {
  try {
    return await needs.directory.provePassword(account, password);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') await giveBack(needs, account, countedAt);
    throw fault;
  }
}

async function prove(needs: PageNeeds, visit: HeldVisit): Promise<PlainResponse> {
  const id = newId(needs.random);
  const now = needs.clock.now();
  const cleared = clearedTries(visit.page.account, now);
  // As it was read before the directory was asked: one that was set meanwhile is not the one that was proved.
  const { passwordSetAt } = visit.account;
  await changePage<void>(needs, visit.page.id, (page) => {
    if (!isStillHeld(needs, visit, page)) return { state: null, result: undefined };
    const { account: accountId, stack: conversation, session } = page;
    const proof = needs.rules.presentPasswordProof({ id, accountId, conversation, session, passwordSetAt, now });
    return {
      state: { is: 'done', holder: visit.holder },
      tell: { type: 'page.done', page: page.id, outcome: { page: 'present-password', proof: proof.id } },
      also: { ...proof.parts, put: { ...proof.parts.put, ...cleared.put }, until: { ...proof.parts.until, ...cleared.until } },
      told: { act: 'password.prove', verdict: 'allowed', reason: 'I3' },
      result: undefined,
    };
  });
  return visit.again();
}

async function fail(needs: PageNeeds, visit: HeldVisit, reason: 'too-many-tries' | 'locked' | 'not-eligible'): Promise<PlainResponse> {
  await failPage(needs, visit.page.id, reason, { act: 'password.prove', reason });
  return visit.over();
}
