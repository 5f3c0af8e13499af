import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { languages } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { jsonResponse, type PlainRequest, type PlainResponse, type Route } from '../server/route.ts';

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

const require = createRequire(import.meta.url);

/** Files of `browser/`, each at `<base>/<name>`; the list is the fence: no name that came over the network reaches the disk. */
export const assetRoutes = (names: readonly string[], base = '/assets'): readonly Route[] =>
  names.map((name) => fileRoute(`${base}/${name}`, new URL(`./browser/${name}`, import.meta.url)));

/** Microsoft's renderer as it is published, at a fixed path. */
export const rendererRoute = (base = '/assets'): Route =>
  fileRoute(`${base}/adaptivecards.min.js`, require.resolve('adaptivecards/dist/adaptivecards.min.js'));

/** The product's sign, the same as on the one-time pages. */
export const signRoute = (base = '/assets'): Route =>
  fileRoute(`${base}/latchkey.svg`, new URL('../pages/browser/key.svg', import.meta.url));

/** ALTCHA's solver as it is published: modules that load each other by these names. */
export const workRoutes = (base: string): readonly Route[] => {
  const modules = join(dirname(require.resolve('altcha-lib')), '../../esm/v2');
  return ['pow.js', 'helpers.js', 'types.js', 'algorithms/web/sha.js'].map((name) =>
    fileRoute(`${base}/altcha/${name}`, join(modules, name)),
  );
};

const fileRoute = (path: string, where: string | URL): Route => ({ method: 'GET', path, handle: (request) => file(where, {}, request) });

/** The sentences of the named locale files, unfilled, at `<base>/words/<language>`. */
export const wordRoutes = (sentences: Pick<Sentences, 'under'>, files: readonly string[], base = '/assets'): readonly Route[] =>
  languages.map((language) => ({
    method: 'GET',
    path: `${base}/words/${language}`,
    handle: () =>
      jsonResponse(
        200,
        Object.fromEntries(
          files.flatMap((name) => [...sentences.under(language, `${name}.`)].map(([key, text]) => [`${name}.${key}`, text])),
        ),
      ),
  }));

/** A file as an answer; `no-cache` lets the browser keep it but ask each time, so that a new version is never half old. */
export async function file(
  path: string | URL,
  headers: Readonly<Record<string, string>>,
  request?: Pick<PlainRequest, 'headers'>,
): Promise<PlainResponse> {
  const type = types[extname(String(path))] ?? 'application/octet-stream';
  const sent = { 'content-type': type, 'cache-control': 'no-cache', ...headers };
  if (!/\bgzip\b/.test(request?.headers['accept-encoding'] ?? '')) return { status: 200, headers: sent, body: await readFile(path) };
  return { status: 200, headers: { ...sent, 'content-encoding': 'gzip', vary: 'accept-encoding' }, body: await packed(String(path)) };
}

const packedFiles = new Map<string, { readonly plain: Buffer; readonly packed: Buffer }>();

/** A third of the size; packed once, as long as the file stays as it is. */
async function packed(path: string): Promise<Buffer> {
  const plain = await readFile(path.startsWith('file:') ? new URL(path) : path);
  const known = packedFiles.get(path);
  if (known?.plain.equals(plain) === true) return known.packed;
  const made = gzipSync(plain);
  packedFiles.set(path, { plain, packed: made });
  return made;
}
