import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LatchkeyError } from '../errors.ts';
import type { PlainRequest, PlainResponse, Route } from '../server/route.ts';
import { pageHeaders } from './headers.ts';

const require = createRequire(import.meta.url);

/** A file of ours, or of a library as it stands in node_modules; nothing comes from elsewhere. */
const ours = (name: string): string => join(import.meta.dirname, 'browser', name);
const library = (name: string): string => join(dirname(require.resolve(name)), 'zxcvbn-ts.js');

const files = {
  'page.css': { path: () => ours('page.css'), type: 'text/css; charset=utf-8' },
  'key.svg': { path: () => ours('key.svg'), type: 'image/svg+xml' },
  'password.js': { path: () => ours('password.js'), type: 'text/javascript; charset=utf-8' },
  'new-password.js': { path: () => ours('new-password.js'), type: 'text/javascript; charset=utf-8' },
  'choose-questions.js': { path: () => ours('choose-questions.js'), type: 'text/javascript; charset=utf-8' },
  'key-ceremony.js': { path: () => ours('key-ceremony.js'), type: 'text/javascript; charset=utf-8' },
  'webauthn.js': {
    path: () => join(dirname(require.resolve('@simplewebauthn/browser')), '../dist/bundle/index.umd.min.js'),
    type: 'text/javascript; charset=utf-8',
  },
  'zxcvbn-core.js': { path: () => library('@zxcvbn-ts/core'), type: 'text/javascript; charset=utf-8' },
  'zxcvbn-common.js': { path: () => library('@zxcvbn-ts/language-common'), type: 'text/javascript; charset=utf-8' },
} as const satisfies Record<string, { readonly path: () => string; readonly type: string }>;

interface Asset {
  readonly type: string;
  readonly tag: string;
  readonly plain: Buffer;
  /** 530 kB of dictionaries are 250 kB so; made once. */
  readonly packed: Buffer;
}

/** `/page-assets/<name>`: the pages' stylesheet and scripts, by fixed names. A browser asks each time whether its copy still holds. */
export function assetRoutes(): readonly Route[] {
  const read = new Map<string, Asset>();
  return Object.keys(files).map((name) => ({
    method: 'GET',
    path: `/page-assets/${name}`,
    handle: (request) => send(assetOf(read, name), request),
  }));
}

function assetOf(read: Map<string, Asset>, name: string): Asset {
  const known = read.get(name);
  if (known !== undefined) return known;
  const file = Object.entries(files).find(([each]) => each === name)?.[1];
  if (file === undefined) throw new LatchkeyError('latchkey_pages_asset', 'defect', `no asset ${name}`);
  const plain = readFileSync(file.path());
  const tag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  const asset = { type: file.type, tag, plain, packed: gzipSync(plain) };
  read.set(name, asset);
  return asset;
}

function send(asset: Asset, request: PlainRequest): PlainResponse {
  const headers = { ...pageHeaders, 'content-type': asset.type, 'cache-control': 'no-cache', etag: asset.tag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === asset.tag) return { status: 304, headers };
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  return takesGzip
    ? { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: asset.packed }
    : { status: 200, headers, body: asset.plain };
}
