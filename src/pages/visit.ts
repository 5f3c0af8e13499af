import { languages, type Language } from '../config/policy.ts';
import type { PlainRequest, PlainResponse } from '../server/route.ts';
import { answer, seeOther } from './answers.ts';
import { findPage } from './change-page.ts';
import type { PageNeeds } from './needs.ts';
import { PageAddresses, type ProvedAddress } from './page-links.ts';
import { holderOf, type PageRecord } from './page-record.ts';
import type { Layout } from './views/layout.ts';
import { overPage } from './views/plain.ts';
import { pageWords, type PageWords } from './views/words.ts';

const cookieName = 'latchkey-page';

/** A request whose address was proved, and the page as it stood then. */
export interface Visit {
  readonly request: PlainRequest;
  readonly address: ProvedAddress;
  readonly page: PageRecord;
  readonly words: PageWords;
  /** The cookie of the browser that holds the page; null for every other browser. */
  readonly held: string | null;
  show(status: number, layout: Layout): PlainResponse;
  /** "This page is over": the same answer whatever the reason. */
  over(): PlainResponse;
  /** Sends the browser back to the page; `cookie` makes it the holder. */
  again(cookie?: string): PlainResponse;
}

/** Reads who visits what. An unknown page, a wrong token and a page that is forgotten get the same answer. */
export async function readVisit(needs: PageNeeds, request: PlainRequest): Promise<Visit | PlainResponse> {
  const own = new URL(needs.publicUrl);
  const base = basePath(needs);
  const wordsIn = (language: Language): PageWords => pageWords(needs.sentences, language, needs.policy);
  const over = (): PlainResponse => {
    const words = wordsIn(preferred(request.headers['accept-language']));
    return answer(404, words, base, overPage(words));
  };
  const address = new PageAddresses(needs.keys, needs.publicUrl).prove(request.params['address'] ?? '');
  const page = address === null ? null : await findPage(needs, address.pageId);
  if (address === null || page === null) return over();
  if (page.door === 'front-door' && !isOfVisitor(needs, request, page)) return over();
  // The conversation that asked for a page at the front door holds it from the start (I21).
  const cookie = page.door === 'front-door' ? (needs.doorConversation(request) ?? undefined) : request.cookies[cookieName];
  const holder = holderOf(page);
  const words = wordsIn(page.language);
  const path = `${base}/page/${request.params['address'] ?? ''}`;
  return {
    request,
    address,
    page,
    words,
    held: cookie !== undefined && holder !== null && isHolder(needs, page.id, cookie, holder) ? cookie : null,
    show: (status, layout) => answer(status, words, base, layout),
    over,
    again: (taken) =>
      seeOther(path, taken === undefined ? null : cookieHeader(taken, path, page.expiresAt - needs.clock.now(), own.protocol === 'https:')),
  };
}

/** The path under which the public address lives, usually empty. */
export const basePath = ({ publicUrl }: Pick<PageNeeds, 'publicUrl'>): string => new URL(publicUrl).pathname.replace(/\/$/, '');

/** Whether the browser holds the conversation at the front door that asked for this page: for every other the page is over. */
const isOfVisitor = (needs: PageNeeds, request: PlainRequest, { stack }: PageRecord): boolean => {
  const conversation = needs.doorConversation(request);
  return conversation !== null && stack.endsWith(`/front-door/${conversation}`);
};

/** The mac that stands in the page's row for the browser with this cookie. */
export const holderMac = (needs: PageNeeds, pageId: string, cookie: string): string =>
  needs.keys.mac('page-holder', `${pageId}\n${cookie}`);

const isHolder = (needs: PageNeeds, pageId: string, cookie: string, holder: string): boolean =>
  needs.keys.matches('page-holder', `${pageId}\n${cookie}`, holder);

/** R40: a token that only a form we gave to the holder carries. */
export const csrfToken = (needs: PageNeeds, pageId: string, cookie: string): string => needs.keys.mac('page-csrf', `${pageId}\n${cookie}`);

export const isCsrfToken = (needs: PageNeeds, pageId: string, cookie: string, token: string): boolean =>
  needs.keys.matches('page-csrf', `${pageId}\n${cookie}`, token);

/**
 * Whether a form was sent from a page of ours (R40). A page with `no-referrer` sends its form with `Origin: null` (Fetch, "append a request
 * Origin header"), and so does a stranger's sandbox; `Sec-Fetch-Site`, which no script can set, tells the two apart.
 */
export function isFromOurPage(needs: Pick<PageNeeds, 'publicUrl'>, request: PlainRequest): boolean {
  const origin = request.headers['origin'];
  if (origin !== undefined && origin !== 'null') return origin === new URL(needs.publicUrl).origin;
  return request.headers['sec-fetch-site'] === 'same-origin';
}

/** Not readable by scripts, sent to this page alone, never from another site's link or form. Secure wherever the address is https. */
const cookieHeader = (value: string, path: string, forMs: number, isHttps: boolean): string =>
  [
    `${cookieName}=${value}`,
    `Path=${path}`,
    `Max-Age=${Math.max(0, Math.ceil(forMs / 1000))}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isHttps ? ['Secure'] : []),
  ].join('; ');

/** The first language of the browser's that we speak; English otherwise. */
export function preferred(header: string | undefined): Language {
  const asked = (header ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return asked.flatMap((code) => languages.filter((language) => language === code))[0] ?? 'en';
}
