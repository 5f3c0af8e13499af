import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { defaultHeaders } from '../../src/server/headers.ts';
import type { Route, PlainRequest, PlainResponse } from '../../src/server/route.ts';

/** Finds the route and runs it, as a server would. */
export async function call(
  routes: readonly Route[],
  method: string,
  target: string,
  body?: unknown,
  headers: PlainRequest['headers'] = {},
): Promise<PlainResponse> {
  const url = new URL(target, 'http://localhost');
  for (const route of routes) {
    const params = route.method === method ? match(route.path, url.pathname) : null;
    if (params === null) continue;
    const raw = body === undefined ? '' : JSON.stringify(body);
    const query = Object.fromEntries(url.searchParams);
    return route.handle({
      id: '1',
      method,
      path: url.pathname,
      params,
      query,
      search: url.search,
      headers,
      cookies: {},
      body,
      form: null,
      raw,
      client: '127.0.0.1',
    });
  }
  return { status: 404, body: 'no route' };
}

/** The body of an answer, read as JSON. */
export const read = <Body>(response: PlainResponse): Body => JSON.parse(String(response.body)) as Body;

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves routes on loopback; `routes` is asked at each request, so that a test can exchange them. Port 0 takes a free one. */
export async function serve(routes: () => readonly Route[], port = 0): Promise<Served> {
  const server = createServer((request, response) => {
    void (async () => {
      const text = await textOf(request);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const answer = await call(routes(), request.method ?? 'GET', request.url ?? '/', text === '' ? undefined : JSON.parse(text), headers);
      const all = Object.entries({ ...defaultHeaders, ...answer.headers }).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : [...value],
      ]);
      response.writeHead(answer.status, Object.fromEntries(all));
      response.end(answer.body);
    })().catch(() => {
      response.writeHead(500);
      response.end();
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://localhost:${address.port}`,
    port: address.port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
