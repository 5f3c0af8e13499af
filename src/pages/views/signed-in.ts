import { html } from '../html.ts';
import type { Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** Back from the directory's sign-in: one press leads to the page that asked for it. Without a code it says that nobody signed in. */
export function signedInPage(
  words: PageWords,
  { page, csrf, code }: { readonly page: string; readonly csrf: string; readonly code: string },
): Layout {
  const how = code === '' ? 'not-signed-in' : 'signed-in';
  return {
    title: words.say(`${how}.title`),
    body: html`<p>${words.say(`${how}.text`)}</p>
      <form method="post" action="${page}">
        <input type="hidden" name="csrf" value="${csrf}" />
        <input type="hidden" name="code" value="${code}" />
        <button type="submit">${words.say(`${how}.submit`)}</button>
      </form>`,
  };
}
