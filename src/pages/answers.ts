import type { PlainResponse } from '../server/route.ts';
import { pageHeaders } from './headers.ts';
import { document, type Layout } from './views/layout.ts';
import type { PageWords } from './views/words.ts';

/** Sends a page. `base` is the path the public address lives under. */
export const answer = (status: number, words: PageWords, base: string, layout: Layout): PlainResponse => ({
  status,
  headers: pageHeaders,
  body: document(words, base, layout),
});

/** After a form: the browser asks for the page anew, so that loading it again repeats nothing. */
export const seeOther = (location: string, cookie: string | null): PlainResponse => ({
  status: 303,
  headers: { ...pageHeaders, location, ...(cookie === null ? {} : { 'set-cookie': cookie }) },
});
