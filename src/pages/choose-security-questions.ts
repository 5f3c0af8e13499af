import type { LineFault } from '../methods/judge-answers.ts';
import { newId } from '../security/ids.ts';
import type { PlainResponse } from '../server/route.ts';
import { changePage, isStale } from './change-page.ts';
import { isStillHeld, type HeldVisit } from './held-page.ts';
import type { PageNeeds } from './needs.ts';
import { chooseSecurityQuestionsPage } from './views/choose-security-questions.ts';
import { csrfToken } from './visit.ts';

/** What was sent that was not taken: which questions were chosen, and what is wrong with each line. Answers are not among it. */
interface NotTaken {
  readonly chosen: readonly string[];
  readonly faults: readonly LineFault[];
}

/** The questions to choose from, and room for an answer to each. Answers that were sent are never shown again. */
export async function showQuestionChoice(needs: PageNeeds, visit: HeldVisit, notTaken: NotTaken | null = null): Promise<PlainResponse> {
  const { page, account } = visit;
  const choice = page.draft === null ? null : await needs.rules.openQuestionChoice(page.account, page.draft, needs.clock.now());
  if (choice === null) return visit.over();
  const view = {
    userId: account.userId,
    csrf: csrfToken(needs, page.id, visit.held),
    questions: choice.questions,
    lines: Array.from({ length: choice.choose }, (_, place) => ({
      chosen: notTaken?.chosen[place] ?? '',
      fault: notTaken?.faults[place] ?? null,
    })),
  };
  return visit.show(notTaken === null ? 200 : 422, chooseSecurityQuestionsPage(visit.words, page, view));
}

/**
 * The person chose and answered. The answers are hashed; the draft, its proof, the page's end and what the chat is told are one commit,
 * before the browser has its answer.
 */
export async function takeQuestionChoice(needs: PageNeeds, visit: HeldVisit, form: URLSearchParams): Promise<PlainResponse> {
  const { page, account } = visit;
  const { draft, stack: conversation, session } = page;
  if (draft === null) return visit.over();
  const chosen = linesOf(form);
  for (;;) {
    const asked = { id: newId(needs.random), draft, conversation, session, now: needs.clock.now() };
    const judged = await needs.rules.confirmQuestions({ ...asked, account, chosen });
    // Another sending was faster, or the chat let go of it: the page shows which.
    if (judged === null) return visit.again();
    if (!judged.ok) return showQuestionChoice(needs, visit, { chosen: chosen.map(({ question }) => question), faults: judged.faults });
    const done = await changePage<'done' | 'lost' | 'stale'>(needs, page.id, (found, rows) => {
      if (!isStillHeld(needs, visit, found)) return { state: null, result: 'lost' };
      if (isStale(rows, judged.expect)) return { state: null, result: 'stale' };
      return {
        state: { is: 'done', holder: visit.holder },
        tell: { type: 'page.done', page: found.id, outcome: { page: 'choose-security-questions', proof: judged.proof } },
        also: judged.parts,
        expect: judged.expect,
        told: { act: 'security-questions.choose', verdict: 'allowed', reason: 'R15' },
        result: 'done',
      };
    });
    if (done !== 'stale') return visit.again();
  }
}

/** More lines than any policy has are nothing a page of ours sends. */
const mostLines = 5;

const linesOf = (form: URLSearchParams) =>
  Array.from({ length: mostLines }, (_, place) => ({
    question: form.get(`question-${place + 1}`) ?? '',
    answer: form.get(`answer-${place + 1}`) ?? '',
  }));
