import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import { passwordField, userIdField, passwordScripts } from './password-field.ts';
import type { PageWords } from './words.ts';

export const presentPasswordPage = (
  words: PageWords,
  page: PageRecord,
  { userId, csrf, wrong }: { readonly userId: string; readonly csrf: string; readonly wrong: string | null },
): Layout => ({
  title: words.say('present-password.title'),
  scripts: passwordScripts,
  body: html`${facts(words, page, userId)}
    <p>${words.say('present-password.text')}</p>
    <form method="post">
      <input type="hidden" name="csrf" value="${csrf}" />
      ${userIdField(userId)}
      ${passwordField(words, {
        id: 'password',
        label: words.say('present-password.label'),
        autocomplete: 'current-password',
        invalid: wrong !== null,
        focused: true,
        describedBy: wrong === null ? null : 'problem',
      })}
      ${problem(wrong)}
      <button type="submit">${words.say('present-password.submit')}</button>
    </form>
    ${stopLine(words, page)}`,
});
