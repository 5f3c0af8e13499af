import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** The way to the directory's own sign-in: the password is typed there. */
export const presentSignInPage = (
  words: PageWords,
  page: PageRecord,
  { userId, address, wrong }: { readonly userId: string; readonly address: string; readonly wrong: string | null },
): Layout => ({
  title: words.say('sign-in.title'),
  body: html`${facts(words, page, userId)}
    <p>${words.say('sign-in.text', { userId })}</p>
    ${problem(wrong)}
    <p><a class="button" href="${address}">${words.say('sign-in.link')}</a></p>
    ${stopLine(words, page)}`,
});
