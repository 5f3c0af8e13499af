import { html } from '../html.ts';
import type { Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** One question and one button; not a word on whose account it is or what happened. */
export const notMePage = (words: PageWords): Layout => ({
  title: words.say('not-me.title'),
  body: html`<p>${words.say('not-me.text')}</p>
    <p>${words.say('not-me.harmless')}</p>
    <form method="post" autocomplete="off">
      <button type="submit" name="not-me" value="yes">${words.say('not-me.submit')}</button>
    </form>`,
});

export const notMeDonePage = (words: PageWords): Layout => ({
  title: words.say('not-me.done.title'),
  body: html`<p role="status">${words.say('not-me.done.text')}</p>`,
});

/** Wrong, used, or too old: all the same. */
export const notMeOverPage = (words: PageWords): Layout => ({
  title: words.say('not-me.over.title'),
  body: html`<p>${words.say('not-me.over.text')}</p>`,
});
