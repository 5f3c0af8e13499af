import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import type { Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** What comes when the button is pressed, and that it comes once. */
export const askPassPage = (words: PageWords, page: PageRecord, view: { readonly userId: string; readonly csrf: string }): Layout => {
  const say = (key: string): string => words.say(`temporary-pass.${key}`);
  return {
    title: say('title'),
    // One press counts once: the answer of the first is the only one it stands in.
    scripts: ['password.js'],
    body: html`${facts(words, page, view.userId)}
      <p>${say('text')}</p>
      <p>${say('once')}</p>
      <form method="post" autocomplete="off">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        <button type="submit">${say('submit')}</button>
      </form>
      ${stopLine(words, page)}`,
  };
};

interface ShownPass {
  readonly userId: string;
  readonly pass: string;
  readonly is: 'access-pass' | 'password';
  /** Epoch ms; null: until another password is set. */
  readonly until: number | null;
}

/** The pass, until when it works and what to do with it. The only answer it ever stands in. */
export const shownPassPage = (words: PageWords, { userId, pass, is, until }: ShownPass): Layout => {
  const kind = { is: is.replace('-', '_'), when: until === null ? 'unknown' : 'known', until: until ?? 0 };
  const say = (key: string): string => words.say(`temporary-pass.${key}`, kind);
  return {
    title: say('shown.title'),
    body: html`<p>${words.say('fact.account')}: <strong>${userId}</strong></p>
      <p class="pass-shown" translate="no">${pass}</p>
      <p>${say('shown.until')}</p>
      <ol class="steps">
        <li>${say('shown.sign-in')}</li>
        <li>${say('shown.next')}</li>
        <li>${say('shown.chat')}</li>
      </ol>
      <p class="small">${say('shown.once')}</p>
      <p class="small">${say('shown.keep')}</p>`,
  };
};
