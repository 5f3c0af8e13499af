import type { Request } from 'restify';
import { clientAddress } from '../security/client-address.ts';
import type { PlainRequest } from './route.ts';

/**
 * The request as every room sees it, of one whose body restify's plugins have read.
 * @param proxyHops how many proxies of ours it passed
 */
export function plainRequest(request: Request, id: string, proxyHops: number): PlainRequest {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const raw = textOf('rawBody' in request ? request.rawBody : undefined);
  return {
    id,
    method: request.method ?? '',
    path: request.path(),
    params: strings(request.params),
    query: Object.fromEntries(new URLSearchParams(request.getQuery())),
    search: request.getQuery() === '' ? '' : `?${request.getQuery()}`,
    headers: joined(request.headers),
    cookies: readCookies(request.headers.cookie ?? ''),
    body: raw === '' || !isJson(type) ? undefined : request.body,
    form: type === 'application/x-www-form-urlencoded' ? new URLSearchParams(raw) : null,
    raw,
    client: clientAddress(request.socket.remoteAddress ?? '', joined(request.headers)['x-forwarded-for'], proxyHops),
  };
}

const isJson = (type: string): boolean => type === 'application/json' || /^application\/[\w.-]+\+json$/u.test(type);

const textOf = (body: unknown): string => (typeof body === 'string' ? body : Buffer.isBuffer(body) ? body.toString('utf8') : '');

const strings = (params: unknown): Record<string, string> =>
  typeof params !== 'object' || params === null
    ? {}
    : Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

const joined = (headers: Request['headers']): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) kept[name] = Array.isArray(value) ? value.join(', ') : value;
  return kept;
};

/** RFC 6265, section 5.4; of a name that comes twice the first counts, since it is the one with the longer path. */
function readCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = {};
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (name !== '' && !Object.hasOwn(cookies, name)) cookies[name] = pair.slice(equals + 1).trim();
  }
  return cookies;
}
