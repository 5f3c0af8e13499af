import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { ownCertificate } from './own-certificate.ts';

/** What a receiver was sent. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** How the next calls are answered, one each; then with 204 again. `hang`: never. `cut`: the connection ends. */
type Mood = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang' | 'cut';

/** Somebody else's system on a free loopback port, which takes webhooks as it is told to. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  behave(...next: readonly Mood[]): void;
  close(): Promise<void>;
}

/** @param tls `own`: over https, with a certificate that nobody signed */
export async function startReceiver(tls: 'none' | 'own' = 'none'): Promise<Receiver> {
  const received: Received[] = [];
  const moods: Mood[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ path: request.url ?? '', headers, body });
    const mood = moods.shift() ?? { status: 204 };
    if (mood === 'cut') request.socket.destroy();
    else if (mood !== 'hang') {
      response.writeHead(mood.status, { ...mood.headers });
      response.end();
    }
  };
  const server =
    tls === 'none'
      ? createHttp((request, response) => void take(request, response))
      : createHttps(ownCertificate, (request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `${tls === 'none' ? 'http' : 'https'}://127.0.0.1:${address.port}/cases`,
    received,
    behave: (...next) => void moods.push(...next),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
