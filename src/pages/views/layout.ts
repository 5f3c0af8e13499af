import type { Language } from '../../config/policy.ts';
import { html, type Html } from '../html.ts';
import type { PageWords } from './words.ts';

/** One page's parts: what differs from page to page. */
export interface Layout {
  readonly title: string;
  readonly body: Html;
  /** A library's classic scripts under /page-assets, run before ours. */
  readonly libraries?: readonly string[];
  /** Our modules under /page-assets. Every page works without them. */
  readonly scripts?: readonly string[];
  /** Loads itself again after so many seconds. */
  readonly refreshSeconds?: number;
}

/** The whole document. `base` is the path under which the public address lives, usually empty. */
export function document(words: PageWords, base: string, { title, body, libraries = [], scripts = [], refreshSeconds }: Layout): string {
  const language: Language = words.language;
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        ${refreshSeconds !== undefined && html`<meta http-equiv="refresh" content="${refreshSeconds}" />`}
        <title>${title}</title>
        <link rel="stylesheet" href="${base}/page-assets/page.css" />
        <link rel="icon" href="${base}/page-assets/key.svg" type="image/svg+xml" />
        ${libraries.map((name) => html`<script defer src="${base}/page-assets/${name}"></script>`)}
        ${scripts.map((name) => html`<script type="module" src="${base}/page-assets/${name}"></script>`)}
      </head>
      <body>
        <header><span class="key" aria-hidden="true"></span><span>${words.organisation}</span></header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        <footer>${words.help}</footer>
      </body>
    </html> `.text;
}

/** What is wrong with one field, which names it by `<id>-problem`; nothing where nothing is. */
export const fieldProblem = (id: string, sentence: string | null): Html =>
  sentence === null ? html`` : html`<p class="problem" id="${id}-problem">${sentence}</p>`;

/** What went wrong, said at once to who listens; nothing where nothing did. */
export const problem = (sentence: string | null): Html =>
  sentence === null ? html`` : html`<p class="problem" id="problem" role="alert">${sentence}</p>`;
