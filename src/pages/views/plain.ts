import type { PageKind } from '../../../dialogs/views.ts';
import { html } from '../html.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** All that a page shows before its number was typed (I21): no word on account or purpose. */
export const numberPage = (words: PageWords, wrong: string | null): Layout => ({
  title: words.say('number.title'),
  body: html`<p>${words.say('number.text')}</p>
    <form method="post" autocomplete="off">
      <label for="number">${words.say('number.label')}</label>
      <input
        class="digits"
        id="number"
        name="number"
        type="text"
        inputmode="numeric"
        autocomplete="off"
        maxlength="9"
        required
        autofocus
        ${wrong !== null && html`aria-invalid="true" aria-describedby="problem"`}
      />
      ${problem(wrong)}
      <button type="submit">${words.say('number.submit')}</button>
    </form>`,
});

const saying = (words: PageWords, key: string): Layout => ({
  title: words.say(`${key}.title`),
  body: html`<p>${words.say(`${key}.text`)}</p>`,
});

/** Unknown, wrong, expired, stopped or used: all the same. */
export const overPage = (words: PageWords): Layout => saying(words, 'over');

export const elsewherePage = (words: PageWords): Layout => saying(words, 'elsewhere');

export const foreignPage = (words: PageWords): Layout => saying(words, 'foreign');

export const donePage = (words: PageWords, kind: PageKind): Layout => saying(words, `${kind}.done`);

/** Whether the directory did it is not known: of a password that was typed, or of a temporary one that it was to make. */
export const doubtfulPage = (words: PageWords, kind: PageKind): Layout => saying(words, waited(kind, 'doubtful'));

export const momentPage = (words: PageWords, kind: PageKind): Layout => ({
  title: words.say('moment.title'),
  body: html`<p role="status">${words.say(`${waited(kind, 'moment')}.text`)}</p>`,
  refreshSeconds: 2,
});

const waited = (kind: PageKind, what: 'doubtful' | 'moment'): string => (kind === 'temporary-pass' ? `${kind}.${what}` : what);

export const unavailablePage = (words: PageWords): Layout => ({
  title: words.say('unavailable.title'),
  body: html`<p>${words.say('unavailable.text')}</p>
    <p><a class="button" href="">${words.say('unavailable.again')}</a></p>`,
});
