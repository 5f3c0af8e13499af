import type { PasswordRule } from '../../directory/port.ts';
import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import { passwordField, passwordScripts, userIdField } from './password-field.ts';
import type { PageWords } from './words.ts';

export interface NewPassword {
  readonly userId: string;
  /** What the strength meter counts as easy to guess beside the dictionaries. */
  readonly known: readonly string[];
  readonly csrf: string;
  readonly rules: readonly PasswordRule[];
  readonly wrong: string | null;
}

/**
 * Rules stand before the fields, and so does what was wrong: below them a phone would not show it. The strength appears while one types,
 * where the script runs, and is advice only: the directory decides.
 */
export const newPasswordPage = (words: PageWords, page: PageRecord, view: NewPassword): Layout => ({
  title: words.say('new-password.title'),
  ...newPasswordScripts,
  body: html`${facts(words, page, view.userId)} ${ruleList(words, view.rules)}
    <form method="post" data-known="${JSON.stringify(view.known)}" data-same="${words.say('new-password.same')}">
      <input type="hidden" name="csrf" value="${view.csrf}" />
      ${userIdField(view.userId)} ${problem(view.wrong)} ${newPasswordFields(words, view, true)}
      <button type="submit">${words.say('new-password.submit')}</button>
    </form>
    ${stopLine(words, page)}`,
});

/** What the meter needs in the browser. */
export const newPasswordScripts: Pick<Layout, 'libraries' | 'scripts'> = {
  libraries: ['zxcvbn-core.js', 'zxcvbn-common.js'],
  scripts: [...passwordScripts, 'new-password.js'],
};

export const ruleList = (words: PageWords, rules: readonly PasswordRule[]): Html =>
  html`<section aria-labelledby="rules">
    <h2 id="rules">${words.say('new-password.rules')}</h2>
    <ul class="rules" id="rule-list">
      ${rules.map((rule) => html`<li>${words.rule(rule.id, rule.params)}</li>`)}
    </ul>
    <p class="small">${words.say('new-password.advice')}</p>
  </section>`;

/** The new password, its strength, and the new password once more. */
export const newPasswordFields = (words: PageWords, { wrong }: Pick<NewPassword, 'wrong'>, focused: boolean): Html =>
  html`${passwordField(words, {
      id: 'password',
      label: words.say('new-password.label'),
      autocomplete: 'new-password',
      invalid: wrong !== null,
      focused,
      describedBy: wrong === null ? 'rule-list' : 'problem rule-list',
    })}
    <div
      class="strength"
      id="strength"
      hidden
      ${[0, 1, 2, 3, 4].map((score) => html`data-score-${score}="${words.say(`new-password.strength.${score}`)}" `)}
    >
      <meter min="0" max="5" low="2" high="3" optimum="5" value="0" aria-hidden="true"></meter>
      <p role="status" aria-live="polite">${words.say('new-password.strength')} <strong id="strength-words"></strong></p>
    </div>
    ${passwordField(words, {
      id: 'again',
      label: words.say('new-password.again'),
      autocomplete: 'new-password',
      invalid: wrong !== null,
      focused: false,
      describedBy: null,
    })}
    <p class="small good" id="same" role="status" aria-live="polite"></p>`;
