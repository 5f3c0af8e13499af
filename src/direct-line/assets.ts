import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { languages } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { jsonResponse, type PlainResponse, type Route } from '../server/route.ts';

/** What a chat in a browser needs: the client's modules, its look, and Microsoft's card renderer. */
export const chatAssets = [
  'chat-client.js',
  'transcript.js',
  'shown-card.js',
  'direct-line.js',
  'cards.js',
  'safe-text.js',
  'words.js',
  'theme.css',
  'chat.css',
] as const;

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

/** Files of `browser/`, each at `/assets/<name>`; the list is the fence: no name that came over the network reaches the disk. */
export const assetRoutes = (names: readonly string[]): readonly Route[] =>
  names.map((name) => ({ method: 'GET', path: `/assets/${name}`, handle: () => file(new URL(`./browser/${name}`, import.meta.url), {}) }));

/** Microsoft's renderer as it is published, at a fixed path. */
export const rendererRoute: Route = {
  method: 'GET',
  path: '/assets/adaptivecards.min.js',
  handle: () => file(createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js'), {}),
};

/** The product's sign, the same as on the one-time pages. */
export const signRoute: Route = {
  method: 'GET',
  path: '/assets/latchkey.svg',
  handle: () => file(new URL('../pages/browser/key.svg', import.meta.url), {}),
};

/** The sentences of the named locale files, unfilled, at `/assets/words/<language>`. */
export const wordRoutes = (sentences: Pick<Sentences, 'under'>, files: readonly string[]): readonly Route[] =>
  languages.map((language) => ({
    method: 'GET',
    path: `/assets/words/${language}`,
    handle: () =>
      jsonResponse(
        200,
        Object.fromEntries(
          files.flatMap((name) => [...sentences.under(language, `${name}.`)].map(([key, text]) => [`${name}.${key}`, text])),
        ),
      ),
  }));

/** A file as an answer; `no-cache` lets the browser keep it but ask each time, so that a new version is never half old. */
export async function file(path: string | URL, headers: Readonly<Record<string, string>>): Promise<PlainResponse> {
  const type = types[extname(String(path))] ?? 'application/octet-stream';
  return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-cache', ...headers }, body: await readFile(path) };
}
