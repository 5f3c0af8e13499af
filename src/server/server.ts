import type { AddressInfo } from 'node:net';
import restify from 'restify';
import type { Config } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { barredFromLocal, barredFromWriting, defaultHeaders } from './headers.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { plainRequest } from './plain-request.ts';
import { jsonResponse, type PlainResponse, type Route } from './route.ts';

/** The most a request's body may hold; Teams itself stops at 100 KB. */
const mostBodyBytes = 256 * 1024;

/** Longer than the 60 s that load balancers keep an idle connection: the side that may reuse it must close it first. */
const keepAliveMs = 75_000;
/** A request that has not arrived by then never will. */
const requestMs = 30_000;
/** A turn is bounded by 10 s, and its sends by a few more. */
const closeMs = 20_000;
const readyMs = 2_000;

export interface ServerRooms {
  readonly config: Pick<Config, 'mode' | 'host' | 'port' | 'publicUrl'> & Partial<Pick<Config, 'proxyHops'>>;
  readonly routes: readonly Route[];
  /** The names of what is not ready; none: ready. */
  ready(): Promise<readonly string[]>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Server {
  /** Begins to serve. @returns the port, which the system chose where the configuration says 0. @throws LatchkeyError `latchkey_server_port` */
  listen(): Promise<number>;
  /** Takes no more requests and waits for those that run, 20 s at most. */
  close(): Promise<void>;
}

/** The HTTP server: the routes of all rooms, health and metrics, and what holds for every request. */
export function createServer(rooms: ServerRooms): Server {
  const { config, clock, log, metrics } = rooms;
  // An empty name: no Server header.
  const server = restify.createServer({ name: '', maxParamLength: 512 });
  let port = config.port;
  let isClosing = false;
  let running = 0;
  let ended = (): void => {};

  server.server.keepAliveTimeout = keepAliveMs;
  server.server.headersTimeout = requestMs;
  server.server.requestTimeout = requestMs;

  server.pre((request: restify.Request, response: restify.Response, next: restify.Next) => {
    for (const [name, value] of Object.entries(defaultHeaders)) response.setHeader(name, value);
    if (config.publicUrl.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=31536000');
    const id = newId(rooms.random);
    requestIds.set(request, id);
    response.setHeader('x-request-id', id);
    const refused = refusal(request);
    if (refused === null) {
      next();
      return;
    }
    // What is left of a refused body is not read.
    response.setHeader('connection', 'close');
    write(response, jsonResponse(refused.status, { code: refused.code, reference: id }));
    next(false);
  });

  const refusal = (request: restify.Request): { status: number; code: string } | null => {
    const method = request.method ?? '';
    const headers = plainHeaders(request);
    const barred = config.mode === 'local' ? barredFromLocal(method, headers, port) : barredFromWriting(method, headers, config.publicUrl);
    if (barred !== null) {
      log.warn('barred', { request: requestId(request), result: barred });
      return { status: 403, code: 'forbidden' };
    }
    if (Number(headers['content-length'] ?? 0) > mostBodyBytes) return { status: 413, code: 'too-large' };
    // restify would unpack it without a bound, and an archive that is broken ends the process.
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return { status: 415, code: 'unsupported-encoding' };
    return null;
  };

  // Not bodyParser: it loads multipart and writes uploads to disk.
  server.use(restify.plugins.bodyReader({ maxBodySize: mostBodyBytes }));
  server.use(restify.plugins.jsonBodyParser({ mapParams: false, bodyReader: true }));

  server.on('restifyError', (request: restify.Request, response: restify.Response, error: unknown, done: () => void) => {
    const status = statusOf(error);
    if (status >= 500) {
      log.fault(error, { request: requestId(request) });
      metrics.fault('server');
    }
    if (!response.headersSent) write(response, jsonResponse(status, { code: codeOf(status), reference: requestId(request) }));
    done();
  });

  const add = (route: Route): void => {
    const serve = async (request: restify.Request, response: restify.Response): Promise<void> => {
      running += 1;
      try {
        if (isClosing) response.setHeader('connection', 'close');
        write(response, await route.handle(plainRequest(request, requestId(request), config.proxyHops ?? 0)));
      } catch (error) {
        const code = error instanceof LatchkeyError ? error.code : 'server';
        log.fault(error, { request: requestId(request), method: route.method, route: route.path });
        metrics.fault(code);
        const status = error instanceof LatchkeyError && error.kind === 'unavailable' ? 503 : 500;
        if (!response.headersSent) write(response, jsonResponse(status, { code: codeOf(status), reference: requestId(request) }));
      } finally {
        running -= 1;
        if (running === 0) ended();
      }
    };
    if (route.method === 'GET') server.get(route.path, serve);
    else if (route.method === 'POST') server.post(route.path, serve);
    else if (route.method === 'PUT') server.put(route.path, serve);
    else server.del(route.path, serve);
  };

  const notReady = async (): Promise<readonly string[]> => {
    if (isClosing) return ['closing'];
    let forget = (): void => {};
    const late = new Promise<readonly string[]>((resolve) => {
      forget = clock.after(readyMs, () => resolve(['late']));
    });
    try {
      return await Promise.race([rooms.ready(), late]);
    } catch (error) {
      log.fault(error);
      return ['fault'];
    } finally {
      forget();
    }
  };

  add({ method: 'GET', path: '/healthz', handle: () => jsonResponse(200, { status: 'ok' }) });
  add({
    method: 'GET',
    path: '/readyz',
    async handle() {
      const missing = await notReady();
      return missing.length === 0
        ? jsonResponse(200, { status: 'ready' })
        : jsonResponse(503, { status: 'not-ready', waitingFor: missing });
    },
  });
  add({
    method: 'GET',
    path: '/metrics',
    handle: async () => ({ status: 200, headers: { 'content-type': metrics.contentType }, body: await metrics.text() }),
  });
  for (const route of rooms.routes) add(route);

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause: unknown) =>
          reject(
            new LatchkeyError(
              'latchkey_server_port',
              'configuration',
              `cannot listen on ${config.host}:${config.port}: choose another PORT or HOST`,
              cause,
            ),
          ),
        );
        server.listen(config.port, config.host, resolve);
      });
      const address: AddressInfo | string | null = server.server.address();
      if (address !== null && typeof address === 'object') port = address.port;
      return port;
    },
    async close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      let forget = (): void => {};
      const late = new Promise<void>((resolve) => {
        forget = clock.after(closeMs, resolve);
      });
      const allDone = new Promise<void>((resolve) => {
        if (running === 0) resolve();
        else ended = resolve;
      });
      await Promise.race([allDone, late]);
      server.server.closeIdleConnections();
      await Promise.race([closed, late]);
      forget();
      server.server.closeAllConnections();
      await closed;
    },
  };
}

const requestIds = new WeakMap<restify.Request, string>();
const requestId = (request: restify.Request): string => requestIds.get(request) ?? '';

const plainHeaders = (request: restify.Request): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));

function write(response: restify.Response, { status, headers = {}, body = '' }: PlainResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.sendRaw(status, typeof body === 'string' ? body : Buffer.from(body));
}

const statusOf = (error: unknown): number =>
  typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;

const codes: Readonly<Record<number, string>> = {
  400: 'bad-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
  503: 'unavailable',
};
const codeOf = (status: number): string => codes[status] ?? (status >= 500 ? 'fault' : 'refused');
