import type { SecurityQuestion } from '../../config/policy.ts';
import type { LineFault } from '../../methods/judge-answers.ts';
import { answerSigns } from '../../methods/normal-answer.ts';
import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { answerField } from './answer-field.ts';
import { facts, stopLine } from './facts.ts';
import { fieldProblem, problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

interface Line {
  /** The id of the question chosen before; empty for none. */
  readonly chosen: string;
  readonly fault: LineFault | null;
}

interface QuestionChoiceView {
  readonly userId: string;
  readonly csrf: string;
  readonly questions: readonly SecurityQuestion[];
  readonly lines: readonly Line[];
}

/** A question to choose and an answer to it, as many times as the policy asks; what is wrong stands beside its field. */
export const chooseSecurityQuestionsPage = (words: PageWords, page: PageRecord, view: QuestionChoiceView): Layout => {
  const say = (key: string, params = {}): string => words.say(`choose-security-questions.${key}`, params);
  const isWrong = view.lines.some(({ fault }) => fault !== null && (fault.question !== null || fault.answer !== null));
  return {
    title: say('title'),
    scripts: ['choose-questions.js', 'password.js'],
    body: html`${facts(words, page, view.userId)}
      <p>${say('text', { count: view.lines.length })}</p>
      <ul class="rules">
        <li>${say('rule.length', { ...answerSigns })}</li>
        <li>${say('rule.spelling')}</li>
        <li>${say('rule.secret')}</li>
      </ul>
      ${problem(isWrong ? say('wrong') : null)}
      <form method="post" autocomplete="off" data-questions data-same="${say('fault.answer.twice')}">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        ${view.lines.map((line, place) => lineOf(words, view, line, place + 1))}
        <button type="submit">${say('submit')}</button>
      </form>
      ${stopLine(words, page)}`,
  };
};

function lineOf(words: PageWords, { questions, lines }: QuestionChoiceView, { chosen, fault }: Line, number: number): Html {
  const say = (key: string, params = {}): string => words.say(`choose-security-questions.${key}`, params);
  const [question, answer] = [fault?.question ?? null, fault?.answer ?? null];
  const id = `question-${number}`;
  // What is wrong first, else where one begins.
  const firstWrong = lines.findIndex((line) => line.fault !== null && (line.fault.question !== null || line.fault.answer !== null));
  const isFirst = number === Math.max(1, firstWrong + 1);
  return html`<fieldset>
    <legend>${say('line', { number, count: lines.length })}</legend>
    <label for="${id}">${say('question')}</label>
    <select
      id="${id}"
      name="${id}"
      required
      ${isFirst && (question !== null || answer === null) && html`autofocus`}
      ${question !== null && html`aria-invalid="true" aria-describedby="${id}-problem"`}
    >
      <option value="">${say('choose')}</option>
      ${questions.map((each) => html`<option value="${each.id}" ${each.id === chosen && html`selected`}>${each[words.language]}</option> `)}
    </select>
    ${fieldProblem(id, question === null ? null : say(`fault.question.${question}`))}
    ${answerField({
      id: `answer-${number}`,
      label: say('answer'),
      problem: answer === null ? null : say(`fault.answer.${answer}`, { ...answerSigns }),
      focused: isFirst && question === null && answer !== null,
    })}
  </fieldset> `;
}
