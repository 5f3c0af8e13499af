import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LatchkeyError } from '../../src/errors.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createLog } from '../../src/server/log.ts';
import { jsonResponse, type PlainRequest, type Route } from '../../src/server/route.ts';
import { createServer, type Server, type ServerRooms } from '../../src/server/server.ts';

const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(routes: readonly Route[] = [], changes: Partial<ServerRooms> = {}, mode: 'local' | 'production' = 'local') {
  const lines: string[] = [];
  const server = createServer({
    config: { mode, host: '127.0.0.1', port: 0, publicUrl: mode === 'local' ? 'http://localhost:3978' : 'https://latchkey.example.com' },
    routes,
    ready: async () => [],
    clock: systemClock,
    random: systemRandom,
    log: createLog('info', systemClock, { write: (line: string) => void lines.push(line) }),
    metrics: createMetrics(),
    ...changes,
  });
  open.push(server);
  const port = await server.listen();
  return { server, port, lines, url: `http://127.0.0.1:${port}` };
}

/** A request by Node's own client, which lets a test set any header. */
async function ask(port: number, method: string, path: string, headers: Record<string, string> = {}, body: string | Buffer = '') {
  const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers: { connection: 'close', ...headers } });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, headers: response.headers, text };
}

const echo = (seen: PlainRequest[]): Route => ({
  method: 'POST',
  path: '/echo/:name',
  handle(request) {
    seen.push(request);
    return jsonResponse(200, { ok: true });
  },
});

describe('what a route is given', () => {
  test('params, query, headers, cookies, JSON, the raw body and the client address', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    await ask(
      port,
      'POST',
      '/echo/%C3%A5sa?a=1&b=2%203',
      { 'content-type': 'application/json; charset=utf-8', cookie: 'k=v=w; other=x' },
      '{"n":1}',
    );
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/echo/%C3%A5sa',
      params: { name: 'åsa' },
      query: { a: '1', b: '2 3' },
      cookies: { k: 'v=w', other: 'x' },
      body: { n: 1 },
      form: null,
      raw: '{"n":1}',
      client: '127.0.0.1',
    });
  });

  test('the fields of a form, and no JSON', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    await ask(port, 'POST', '/echo/x', { 'content-type': 'application/x-www-form-urlencoded' }, 'password=a%2Bb+c&again=%C3%A5');
    expect(seen[0]?.form?.get('password')).toBe('a+b c');
    expect(seen[0]?.form?.get('again')).toBe('å');
    expect(seen[0]?.body).toBeUndefined();
  });

  test('plain text is never read as JSON', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    await ask(port, 'POST', '/echo/x', { 'content-type': 'text/plain' }, '{"type":"message"}');
    expect(seen[0]?.body).toBeUndefined();
    expect(seen[0]?.raw).toBe('{"type":"message"}');
  });

  test('status, headers, several cookies and bytes go back as the route said', async () => {
    const { port } = await start([
      {
        method: 'GET',
        path: '/bytes',
        handle: () => ({
          status: 203,
          headers: { 'set-cookie': ['a=1', 'b=2'], 'content-type': 'image/png' },
          body: new Uint8Array([65, 66]),
        }),
      },
    ]);
    const answer = await ask(port, 'GET', '/bytes');
    expect(answer).toMatchObject({ status: 203, text: 'AB' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['content-type']).toBe('image/png');
  });
});

describe('bad requests get a clear answer', () => {
  test.each([
    ['bad JSON', 'POST', '/echo/x', 'application/json', '{"type":', 400, 'bad-request'],
    ['no such path', 'GET', '/nowhere', 'text/plain', '', 404, 'not-found'],
    ['a wrong method', 'GET', '/echo/x', 'text/plain', '', 405, 'method-not-allowed'],
    ['a body over 256 KB', 'POST', '/echo/x', 'application/json', JSON.stringify('x'.repeat(256 * 1024)), 413, 'too-large'],
  ])('%s', async (_name, method, path, type, body, status, code) => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    const answer = await ask(port, method, path, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({ code, reference: answer.headers['x-request-id'] });
    expect(seen).toHaveLength(0);
  });

  test('a body over 256 KB that comes in pieces', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    const answer = await ask(
      port,
      'POST',
      '/echo/x',
      { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      'x'.repeat(300_000),
    );
    expect(answer.status).toBe(413);
    expect(seen).toHaveLength(0);
  });

  test('a packed body is refused: neither a bomb nor a broken archive is unpacked', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await ask(port, 'POST', '/echo/x', headers, gzipSync('{}'))).status).toBe(415);
    expect((await ask(port, 'POST', '/echo/x', headers, 'not an archive')).status).toBe(415);
    expect((await ask(port, 'GET', '/healthz')).status).toBe(200);
    expect(seen).toHaveLength(0);
  });
});

describe('R42: a fault tells the client nothing', () => {
  const secret = 'the code is 123456';
  test.each([
    ['thrown at once', 500, new Error(secret)],
    ['of ours', 500, new LatchkeyError('latchkey_store_broken', 'defect', secret)],
    ['a store that cannot be reached', 503, new LatchkeyError('latchkey_store_away', 'unavailable', secret)],
  ])('%s', async (_name, status, fault) => {
    const { port, lines } = await start([
      {
        method: 'GET',
        path: '/fault',
        handle() {
          throw fault;
        },
      },
    ]);
    const answer = await ask(port, 'GET', '/fault');
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('123456');
    expect(JSON.parse(answer.text)).toEqual({ code: status === 503 ? 'unavailable' : 'fault', reference: answer.headers['x-request-id'] });
    expect(lines.join('')).not.toContain('123456');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'fault', route: '/fault', request: answer.headers['x-request-id'] });
  });

  test('a promise that is rejected', async () => {
    const { port } = await start([{ method: 'GET', path: '/fault', handle: () => Promise.reject(new Error(secret)) }]);
    const answer = await ask(port, 'GET', '/fault');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('123456');
  });
});

test('every answer carries the security headers and no Server header', async () => {
  const { port } = await start();
  for (const path of ['/healthz', '/nowhere']) {
    const { headers } = await ask(port, 'GET', path);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['server']).toBeUndefined();
  }
});

describe('the fence of local mode', () => {
  test.each([
    ['a name from outside', { host: 'latchkey.example.com' }],
    ['a name that begins like loopback', { host: 'localhost.example.com' }],
    ['a user before the name', { host: 'localhost@example.com' }],
    ['an address on the network', { host: '192.168.1.10:3978' }],
    ['a proxy in between', { 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy with a header of its own', { 'x-forwarded-anything': '1' }],
    ['RFC 7239', { forwarded: 'for=127.0.0.1' }],
    ['a page from elsewhere', { origin: 'https://evil.example.com' }],
    ['a page of another port', { origin: 'http://localhost:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a sandboxed page that says so', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('403 to %s', async (_name, headers) => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    expect((await ask(port, 'POST', '/echo/x', { 'content-type': 'application/json', ...headers }, '{}')).status).toBe(403);
    expect((await ask(port, 'GET', '/healthz', headers)).status).toBe(403);
    expect(seen).toHaveLength(0);
  });

  test('its own page may post, also as a form without a referrer', async () => {
    const seen: PlainRequest[] = [];
    const { port } = await start([echo(seen)]);
    const own: readonly Record<string, string>[] = [
      { origin: `http://localhost:${port}` },
      { origin: `http://127.0.0.1:${port}`, host: `localhost:${port}` },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
      { host: '[::1]:3978' },
    ];
    for (const headers of own) {
      expect((await ask(port, 'POST', '/echo/x', headers, '')).status).toBe(200);
    }
    expect(seen).toHaveLength(4);
  });
});

test('R40: in production a page from elsewhere may not write', async () => {
  const seen: PlainRequest[] = [];
  const { port } = await start([echo(seen)], {}, 'production');
  const foreign: readonly Record<string, string>[] = [
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    expect((await ask(port, 'POST', '/echo/x', headers)).status).toBe(403);
  }
  const own = await ask(port, 'POST', '/echo/x', { origin: 'https://latchkey.example.com', 'x-forwarded-for': '203.0.113.1' });
  expect(own.status).toBe(200);
  expect(own.headers['strict-transport-security']).toContain('max-age=');
  expect(seen).toHaveLength(1);
});

test.each(['local', 'production'] as const)('R41: who is turned away in %s mode is in the log, by a name and no more', async (mode) => {
  const { port, lines } = await start([echo([])], {}, mode);
  const { headers } = await ask(port, 'POST', '/echo/x', { origin: 'https://evil.example.com' });
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { level: 'warn', at: expect.stringMatching(/Z$/u), name: 'barred', request: headers['x-request-id'], result: 'origin' },
  ]);
});

describe('health', () => {
  test('ready, not ready, and a check that fails', async () => {
    let answer: () => Promise<readonly string[]> = async () => [];
    const { port } = await start([], { ready: () => answer() });
    expect((await ask(port, 'GET', '/readyz')).status).toBe(200);
    answer = async () => ['store'];
    expect(await ask(port, 'GET', '/readyz')).toMatchObject({ status: 503, text: '{"status":"not-ready","waitingFor":["store"]}' });
    answer = () => Promise.reject(new Error('secret'));
    const failed = await ask(port, 'GET', '/readyz');
    expect(failed.status).toBe(503);
    expect(failed.text).not.toContain('secret');
    expect((await ask(port, 'GET', '/healthz')).status).toBe(200);
  });

  test('metrics count turns, sends and faults', async () => {
    const metrics = createMetrics();
    metrics.turn('answered', 120);
    metrics.send('doubtful');
    metrics.fault('latchkey_store_away');
    const { port } = await start([], { metrics });
    const { text } = await ask(port, 'GET', '/metrics');
    expect(text).toContain('latchkey_turns_total{end="answered"} 1');
    expect(text).toContain('latchkey_sends_total{result="doubtful"} 1');
    expect(text).toContain('latchkey_faults_total{code="latchkey_store_away"} 1');
  });
});

test('closing finishes the turn that runs and takes no other', async () => {
  let arrived = (): void => {};
  const running = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { server, port } = await start([
    {
      method: 'GET',
      path: '/slow',
      async handle() {
        arrived();
        await held;
        return jsonResponse(200, { done: true });
      },
    },
  ]);
  const answer = ask(port, 'GET', '/slow');
  await running;
  const closed = server.close();
  const refused = connect({ host: '127.0.0.1', port });
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  release();
  expect(await answer).toMatchObject({ status: 200, text: '{"done":true}' });
  await closed;
});

test('a port that is taken is a fault with its remedy', async () => {
  const { port } = await start();
  const second = createServer({
    config: { mode: 'local', host: '127.0.0.1', port, publicUrl: 'http://localhost:3978' },
    routes: [],
    ready: async () => [],
    clock: systemClock,
    random: systemRandom,
    log: createLog('silent', systemClock),
    metrics: createMetrics(),
  });
  await expect(second.listen()).rejects.toMatchObject({ code: 'latchkey_server_port', kind: 'configuration' });
});
