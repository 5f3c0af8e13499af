import { html, type Html } from '../html.ts';
import { fieldProblem } from './layout.ts';

interface AnswerField {
  readonly id: string;
  readonly label: string;
  readonly problem: string | null;
  readonly focused: boolean;
}

/**
 * A field for the answer to a question: never filled in by us. It is no password field, for a browser would offer to save its answer as
 * the password of this address; neither browser nor spelling service is to keep what is typed.
 */
export const answerField = ({ id, label, problem, focused }: AnswerField): Html =>
  html`<label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${id}"
      type="text"
      autocomplete="off"
      autocapitalize="none"
      autocorrect="off"
      spellcheck="false"
      maxlength="100"
      required
      ${focused && html`autofocus`}
      ${problem !== null && html`aria-invalid="true" aria-describedby="${id}-problem"`}
    />
    ${fieldProblem(id, problem)}`;
