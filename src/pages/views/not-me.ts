import { html } from '../html.ts';
import type { Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** `not-me`: of something that happened. `not-asked`: of a code that was sent. */
export type NotMeKind = 'not-me' | 'not-asked';

/** One question and one button; not a word on whose account it is or what happened. */
export const notMePage =
  (kind: NotMeKind) =>
  (words: PageWords): Layout => ({
    title: words.say(`${kind}.title`),
    body: html`<p>${words.say(`${kind}.text`)}</p>
      <p>${words.say(`${kind}.harmless`)}</p>
      <form method="post" autocomplete="off">
        <button type="submit" name="not-me" value="yes">${words.say(`${kind}.submit`)}</button>
      </form>`,
  });

export const notMeDonePage =
  (kind: NotMeKind) =>
  (words: PageWords): Layout => ({
    title: words.say(`${kind}.done.title`),
    body: html`<p role="status">${words.say(`${kind}.done.text`)}</p>`,
  });

/** Wrong, used, or too old: all the same. */
export const notMeOverPage = (words: PageWords): Layout => ({
  title: words.say('not-me.over.title'),
  body: html`<p>${words.say('not-me.over.text')}</p>`,
});
