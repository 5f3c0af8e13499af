import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import { newPasswordFields, newPasswordScripts, ruleList, type NewPassword } from './new-password.ts';
import { passwordField, userIdField } from './password-field.ts';
import type { PageWords } from './words.ts';

const presentField = (words: PageWords, isWrong: boolean): Html =>
  passwordField(words, {
    id: 'present',
    label: words.say('present-password.label'),
    autocomplete: 'current-password',
    invalid: isWrong,
    focused: true,
    describedBy: isWrong ? 'problem' : null,
  });

/** The present password first, or the mark of a sign-in in its place; then the rules beside the fields they are about. */
export const changePasswordPage = (words: PageWords, page: PageRecord, view: NewPassword & { readonly signed: string | null }): Layout => ({
  title: words.say('change-password.title'),
  ...newPasswordScripts,
  body: html`${facts(words, page, view.userId)} ${ruleList(words, view.rules)}
    <form method="post" data-known="${JSON.stringify(view.known)}" data-same="${words.say('new-password.same')}">
      <input type="hidden" name="csrf" value="${view.csrf}" />
      ${userIdField(view.userId)} ${problem(view.wrong)}
      ${view.signed === null ? presentField(words, view.wrong !== null) : html`<input type="hidden" name="signed" value="${view.signed}" />`}
      ${newPasswordFields(words, view, view.signed !== null)}
      <button type="submit">${words.say('new-password.submit')}</button>
    </form>
    ${stopLine(words, page)}`,
});
