import type { Purpose } from '../../dialogs/methods.ts';
import { newId } from '../security/ids.ts';
import type { PlainResponse } from '../server/route.ts';
import { changePage } from './change-page.ts';
import { isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds, PageWish } from './needs.ts';
import type { PageRecord } from './page-record.ts';
import { answerSecurityQuestionsPage, type AnswersProblem } from './views/answer-security-questions.ts';
import { csrfToken } from './visit.ts';

/** What an account must be eligible for while a challenge is answered on a page. */
export const wishOfPurpose = (purpose: Purpose): PageWish =>
  purpose === 'reset' || purpose === 'unlock' || purpose === 'register' ? purpose : 'methods';

/** The questions that are asked now. What was answered before is never shown. */
export async function showQuestions(
  needs: PageNeeds,
  visit: HeldVisit,
  wrong: { readonly status: number; readonly problem: AnswersProblem } | null = null,
): Promise<PlainResponse> {
  const { page, account } = visit;
  const asked = await needs.rules.openQuestions({ ...challengeOf(page), now: needs.clock.now() });
  if (asked === null) return visit.over();
  const view = {
    userId: account.userId,
    csrf: csrfToken(needs, page.id, visit.held),
    // Names the sending: pressed twice or sent again it counts once.
    sending: newId(needs.random),
    questions: asked.questions,
    problem: wrong?.problem ?? null,
  };
  return visit.show(wrong?.status ?? 200, answerSecurityQuestionsPage(visit.words, page, view));
}

/**
 * The answers, weighed as one try. Right: the chat has gone on by the time the browser has its answer, and the page is done. Wrong: the
 * tries left, and not which answer it was.
 */
export async function takeAnswers(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { page } = visit;
  const now = needs.clock.now();
  const asked = await needs.rules.openQuestions({ ...challengeOf(page), now });
  if (asked === null) return visit.over();
  const answers = new Map(asked.questions.map(({ id }) => [id, form.get(`answer.${id}`) ?? '']));
  const empty = [...answers].filter(([, answer]) => answer.trim() === '').map(([id]) => id);
  if (empty.length > 0) return showQuestions(needs, visit, { status: 422, problem: { why: 'empty', empty } });
  const attempt = needs.keys.mac('page-sending', `${page.id}\n${form.get('sending') ?? ''}`);
  const verdict = await needs.rules.answerQuestions({ ...challengeOf(page), attempt, answers, now });
  switch (verdict.type) {
    case 'answer.accepted':
      await finish(needs, visit);
      return visit.again();
    case 'answer.exhausted':
      return visit.over();
    case 'answer.rejected':
      if (verdict.reason === 'expired') return visit.over();
      return showQuestions(needs, visit, {
        status: 422,
        problem: verdict.reason === 'form' ? { why: 'changed' } : { why: 'wrong', left: verdict.triesLeft },
      });
  }
}

/** The page is done; the chat has heard by the challenge itself. */
const finish = (needs: PageNeeds, visit: HeldVisit): Promise<void> =>
  changePage<void>(needs, visit.page.id, (page) =>
    isStillHeld(needs, visit, page)
      ? {
          state: { is: 'done', holder: visit.holder },
          told: { act: 'security-questions.answer', verdict: 'allowed', reason: 'I2' },
          result: undefined,
        }
      : { state: null, result: undefined },
  );

const challengeOf = ({ account: accountId, challenge, stack: conversation }: PageRecord) => ({
  accountId,
  challenge: challenge ?? '',
  conversation,
});
