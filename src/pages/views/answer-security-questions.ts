import type { SecurityQuestion } from '../../config/policy.ts';
import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { answerField } from './answer-field.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** Why the answers were not taken; which of them was wrong is not told. `changed`: other questions are asked by now. */
export type AnswersProblem =
  | { readonly why: 'wrong'; readonly left: number }
  | { readonly why: 'changed' }
  | { readonly why: 'empty'; readonly empty: readonly string[] };

interface QuestionsView {
  readonly userId: string;
  readonly csrf: string;
  readonly sending: string;
  readonly questions: readonly SecurityQuestion[];
  readonly problem: AnswersProblem | null;
}

/** The questions that are asked, all on one page. */
export const answerSecurityQuestionsPage = (words: PageWords, page: PageRecord, view: QuestionsView): Layout => {
  const say = (key: string, params = {}): string => words.say(`answer-security-questions.${key}`, params);
  const empty = view.problem?.why === 'empty' ? view.problem.empty : [];
  const first = empty[0] ?? view.questions[0]?.id;
  return {
    title: say('title'),
    scripts: ['password.js'],
    body: html`${facts(words, page, view.userId)}
      <p>${say('text')}</p>
      ${problem(view.problem === null ? null : say(view.problem.why, view.problem.why === 'wrong' ? { left: view.problem.left } : {}))}
      <form method="post" autocomplete="off">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        <input type="hidden" name="sending" value="${view.sending}" />
        ${view.questions.map((question) =>
          answerField({
            id: `answer.${question.id}`,
            label: question[words.language],
            problem: empty.includes(question.id) ? say('fault.empty') : null,
            focused: question.id === first,
          }),
        )}
        <button type="submit">${say('submit')}</button>
      </form>
      ${stopLine(words, page)}`,
  };
};
