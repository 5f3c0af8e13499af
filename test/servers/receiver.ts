import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';

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
      : createHttps({ key, cert }, (request, response) => void take(request, response));
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

/** A certificate for localhost that is signed by itself, and its key: made once for these tests, and trusted by nobody. */
const pem = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
const cert = pem(
  'CERTIFICATE',
  'MIIBmzCCAUGgAwIBAgIUfJWZUOFEk/lJTz+hWgnpcF6i1yowCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODAzMD' +
    'kyMloYDzIxMjYxMTA0MDMwOTIyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARZfMReli4j8IRg0MTa' +
    'lBoi4GFFxZdslnb+n8girdqmIk2XSPl5r3sKsmBSXuwe0/ORgiNX08f/y79oFavMEMPlo28wbTAdBgNVHQ4EFgQUK6biIXmwmjIpElfaVDVWrq' +
    'NxH+YwHwYDVR0jBBgwFoAUK6biIXmwmjIpElfaVDVWrqNxH+YwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEw' +
    'CgYIKoZIzj0EAwIDSAAwRQIhAIL6ZcnhA6LApO68atFfcCNcXGe7tEymA7eTlh4CbCYeAiAyQoIcnRMZfW6Facd6HFeUvJvmwmT2qUiReht/9w' +
    'DwNQ==',
);
const key = pem(
  'PRIVATE KEY',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtv8x7KmDKfDfUGySerFo7waWV3JwmuZBVxpkLkEbxZKhRANCAARZfMReli4j8I' +
    'Rg0MTalBoi4GFFxZdslnb+n8girdqmIk2XSPl5r3sKsmBSXuwe0/ORgiNX08f/y79oFavMEMPl',
);
