import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import { newPasswordFields, newPasswordScripts, ruleList, type NewPassword } from './new-password.ts';
import { passwordField, userIdField } from './password-field.ts';
import type { PageWords } from './words.ts';

/** What was wrong, and with which field; all of them are typed anew. */
export interface Wrong {
  readonly says: string;
  readonly at: 'present' | 'new' | 'any';
}

interface ChangePassword extends Omit<NewPassword, 'wrong'> {
  readonly wrong: Wrong | null;
  readonly signed: string | null;
}

const presentField = (words: PageWords, wrong: Wrong | null): Html =>
  passwordField(words, {
    id: 'present',
    label: words.say('present-password.label'),
    autocomplete: 'current-password',
    invalid: wrong !== null && wrong.at !== 'new',
    focused: true,
    describedBy: wrong === null ? null : 'problem',
  });

/** The present password first, or the mark of a sign-in in its place; then the rules beside the fields they are about. */
export const changePasswordPage = (words: PageWords, page: PageRecord, view: ChangePassword): Layout => ({
  title: words.say('change-password.title'),
  ...newPasswordScripts,
  body: html`${facts(words, page, view.userId)} ${ruleList(words, view.rules)}
    <form method="post" data-known="${JSON.stringify(view.known)}" data-same="${words.say('new-password.same')}">
      <input type="hidden" name="csrf" value="${view.csrf}" />
      ${userIdField(view.userId)} ${problem(view.wrong?.says ?? null)}
      ${view.signed === null ? presentField(words, view.wrong) : html`<input type="hidden" name="signed" value="${view.signed}" />`}
      ${newPasswordFields(words, { wrong: view.wrong?.at === 'present' ? null : (view.wrong?.says ?? null) }, view.signed !== null)}
      <button type="submit">${words.say('new-password.submit')}</button>
    </form>
    ${stopLine(words, page)}`,
});
