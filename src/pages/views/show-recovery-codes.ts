import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

interface ShownCodes {
  readonly userId: string;
  readonly csrf: string;
  /** As a person writes them down: `XXXX-XXXX-XXXX-XXXX`. */
  readonly codes: readonly string[];
  readonly wrong: string | null;
}

/** The codes, where to keep them, and the word that they are kept: without it they are not registered. */
export const showRecoveryCodesPage = (words: PageWords, page: PageRecord, view: ShownCodes): Layout => {
  const say = (key: string): string => words.say(`show-recovery-codes.${key}`);
  return {
    title: say('title'),
    body: html`${facts(words, page, view.userId)}
      <p>${say('text')}</p>
      <ol class="codes" aria-label="${say('list')}">
        ${view.codes.map((code) => html`<li><span>${code}</span></li> `)}
      </ol>
      <p>${say('keep')}</p>
      <p class="small">${say('secret')}</p>
      <form method="post" autocomplete="off">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        <label class="check">
          <input
            type="checkbox"
            name="kept"
            value="yes"
            required
            ${view.wrong !== null && html`aria-invalid="true" aria-describedby="problem"`}
          />
          <span>${say('kept')}</span>
        </label>
        ${problem(view.wrong)}
        <button type="submit">${say('submit')}</button>
      </form>
      ${stopLine(words, page)}`,
  };
};
