import { languages, type Language, type Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { html } from '../pages/html.ts';
import { helpLine } from '../pages/views/help-line.ts';
import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';
import { assetRoutes, chatAssets, rendererRoute, signRoute, wordRoutes, workRoutes } from './assets.ts';
import { chatContentPolicy } from './content-policy.ts';

const assets = '/start/assets';
const doorAssets = ['door.js', 'door-work.js', 'door.css'];

/** What each language calls itself, and the word that makes the bot speak it. */
const speaks: Readonly<Record<Language, { readonly name: string; readonly command: string }>> = {
  sv: { name: 'Svenska', command: 'svenska' },
  en: { name: 'English', command: 'english' },
};

interface DoorPageParts {
  readonly policy: Pick<Policy, 'organisation' | 'contacts'>;
  readonly sentences: Pick<Sentences, 'say' | 'under'>;
}

/** The page of the front door at `/start`, and all that it loads. */
export const doorPageRoutes = (parts: DoorPageParts): readonly Route[] => [
  { method: 'GET', path: '/start', handle: (request) => page(parts, request) },
  ...assetRoutes([...chatAssets, ...doorAssets], assets),
  rendererRoute(assets),
  signRoute(assets),
  ...workRoutes(assets),
  ...wordRoutes(parts.sentences, ['chat', 'door'], assets),
];

/** Whom to call and what to have at hand stand in it as it is sent: they are read before any script has run, and without one. */
function page({ policy, sentences }: DoorPageParts, request: PlainRequest): PlainResponse {
  const language = languageFor(request);
  const { organisation, contacts } = policy;
  const say = (key: string): string => sentences.say(language, `door.${key}`, { domain: organisation.domains[0] ?? 'example.org' });
  const link = (each: Language) =>
    html`<a
      href="start?language=${each}"
      lang="${each}"
      data-language
      data-command="${speaks[each].command}"
      ${each === language && html`aria-current="true"`}
      >${speaks[each].name}</a
    >`;
  const body = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${say('title')} · ${organisation.name}</title>
        <link rel="icon" href="start/assets/latchkey.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="start/assets/theme.css" />
        <link rel="stylesheet" href="start/assets/chat.css" />
        <link rel="stylesheet" href="start/assets/door.css" />
        <script src="start/assets/adaptivecards.min.js" defer></script>
        <script src="start/assets/door.js" type="module"></script>
      </head>
      <body>
        <header class="top">
          <h1><img src="start/assets/latchkey.svg" alt="" width="24" height="24" />${organisation.name}</h1>
          <nav class="languages" aria-label="${say('language')}">${languages.toReversed().map(link)}</nav>
          <p class="desk">${helpLine(sentences, language, contacts)}</p>
        </header>
        <main>
          <details class="hand" open>
            <summary>${say('hand.title')}</summary>
            <ul>
              ${['user-id', 'phone', 'other', 'never'].map((each) => html`<li>${say(`hand.${each}`)}</li>`)}
            </ul>
          </details>
          <section class="chat" id="chat" aria-label="${say('log')}"></section>
          <noscript><p class="no-script">${say('no-script')}</p></noscript>
        </main>
      </body>
    </html> `.text;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': chatContentPolicy,
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    },
    body,
  };
}

/** The one that was chosen on the page, else the first of the browser's that we speak. */
function languageFor({ query, headers }: PlainRequest): Language {
  const asked = [query['language'] ?? '', ...(headers['accept-language'] ?? '').split(',')].map((part) =>
    part.trim().slice(0, 2).toLowerCase(),
  );
  return asked.flatMap((code) => languages.filter((language) => language === code))[0] ?? 'en';
}
