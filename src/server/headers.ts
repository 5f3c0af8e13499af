import { isLoopbackHost } from './loopback.ts';

/** What every answer carries unless its route says otherwise: nothing runs, nothing is framed, nothing is kept or told onward. */
export const defaultHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

type Headers = Readonly<Record<string, string | undefined>>;

/** Why a request may not come in; null where it may. */
export type Barred = 'host' | 'forwarded' | 'origin';

/**
 * The fence of local mode: it serves this machine alone, so a name that is not loopback (DNS rebinding), a proxy in between and a page from
 * elsewhere are all turned away.
 */
export function barredFromLocal(method: string, headers: Headers, port: number): Barred | null {
  if (!isLoopbackHost(hostname(headers['host']))) return 'host';
  if (Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'))) return 'forwarded';
  const isOwn = (origin: URL): boolean => isLoopbackHost(origin.hostname) && Number(origin.port || 80) === port;
  return isForeign(headers, isOwn) || (method !== 'GET' && headers['sec-fetch-site'] === 'cross-site') ? 'origin' : null;
}

/** In production: a page from elsewhere may not make a browser write here (R40). Requests without an Origin come from no page. */
export function barredFromWriting(method: string, headers: Headers, publicUrl: string): Barred | null {
  if (method === 'GET' || method === 'HEAD') return null;
  const own = new URL(publicUrl).origin;
  return isForeign(headers, (origin) => origin.origin === own) ? 'origin' : null;
}

/**
 * A form on a page with `no-referrer` is sent with `Origin: null` (Fetch, "append a request Origin header"), so is one in a stranger's
 * sandbox; `Sec-Fetch-Site`, which no page can set, tells the two apart.
 */
function isForeign(headers: Headers, isOwn: (origin: URL) => boolean): boolean {
  const origin = headers['origin'];
  if (origin === undefined) return false;
  if (origin === 'null') return headers['sec-fetch-site'] !== 'same-origin';
  return !URL.canParse(origin) || !isOwn(new URL(origin));
}

const hostname = (host: string | undefined): string =>
  host !== undefined && /^[^/?#@\\\s]+$/u.test(host) && URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
