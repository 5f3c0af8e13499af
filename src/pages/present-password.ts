import { LatchkeyError } from '../errors.ts';
import type { PasswordProved } from '../directory/port.ts';
import type { PlainResponse } from '../server/route.ts';
import { keys } from '../store/keys.ts';
import { changePage, commitTold, entryOf } from './change-page.ts';
import { failPage, isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { newId } from '../security/ids.ts';
import { countTry, giveBack, noTries } from './password-tries.ts';
import { presentPasswordPage } from './views/present-password.ts';
import { csrfToken } from './visit.ts';

export function showPresentPassword(needs: PageNeeds, visit: HeldVisit, status = 200, wrong: string | null = null): PlainResponse {
  const view = { userId: visit.account.userId, csrf: csrfToken(needs, visit.page.id, visit.held), wrong };
  return visit.show(status, presentPasswordPage(visit.words, visit.page, view));
}

/**
 * The present password, proved by the directory itself (I3). Right: the proof, the page's end and what the chat is told are one commit,
 * before the browser has its answer. Wrong: the tries left, counted for the account over 24 h beside the directory's own lockout.
 */
export async function takePresentPassword(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { page, words } = visit;
  const password = (form.get('password') ?? '').normalize('NFC');
  if (password === '') return showPresentPassword(needs, visit, 422, words.say('present-password.empty'));

  const counted = await countTry(needs, page.account);
  if (!counted.ok) return fail(needs, visit, 'too-many-tries');
  const proved = await ask(needs, page.account, password, counted.at);
  if (proved.ok) return prove(needs, visit);
  switch (proved.reason) {
    case 'wrong':
      // Of many guesses at once each has its entry, whatever the first of them made of the page.
      await commitTold(needs, keys.page(page.id), entryOf(page, guessedWrong, needs.clock.now()), {});
      if (counted.left === 0) return fail(needs, visit, 'too-many-tries');
      return showPresentPassword(needs, visit, 422, words.say('present-password.wrong', { left: counted.left }));
    case 'locked':
      return fail(needs, visit, 'locked');
    case 'disabled':
    case 'no-password':
    case 'not-found':
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
  const tries = keys.passwordTries(visit.page.account);
  await changePage<void>(needs, visit.page.id, (page) => {
    if (!isStillHeld(needs, visit, page)) return { state: null, result: undefined };
    const { account: accountId, stack: conversation, session } = page;
    const proof = needs.rules.presentPasswordProof({ id, accountId, conversation, session, now });
    return {
      state: { is: 'done', holder: visit.holder },
      tell: { type: 'page.done', page: page.id, outcome: { page: 'present-password', proof: proof.id } },
      also: { ...proof.parts, put: { ...proof.parts.put, [tries]: noTries }, until: { ...proof.parts.until, [tries]: now } },
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
