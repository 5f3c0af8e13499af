import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import { newPasswordFields, newPasswordScripts, ruleList, type NewPassword } from './new-password.ts';
import { passwordField, userIdField } from './password-field.ts';
import type { PageWords } from './words.ts';

/** The present password first, then the rules beside the fields they are about. */
export const changePasswordPage = (words: PageWords, page: PageRecord, view: NewPassword): Layout => ({
  title: words.say('change-password.title'),
  ...newPasswordScripts,
  body: html`${facts(words, page, view.userId)} ${ruleList(words, view.rules)}
    <form method="post" data-known="${JSON.stringify(view.known)}" data-same="${words.say('new-password.same')}">
      <input type="hidden" name="csrf" value="${view.csrf}" />
      ${userIdField(view.userId)}
      ${passwordField(words, {
        id: 'present',
        label: words.say('present-password.label'),
        autocomplete: 'current-password',
        invalid: view.wrong !== null,
        focused: true,
        describedBy: view.wrong === null ? null : 'problem',
      })}
      ${newPasswordFields(words, view, false)} ${problem(view.wrong)}
      <button type="submit">${words.say('new-password.submit')}</button>
    </form>
    ${stopLine(words, page)}`,
});
