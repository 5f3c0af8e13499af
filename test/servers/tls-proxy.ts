import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { freePort } from './free-port.ts';
import { ownCertificate } from './own-certificate.ts';

/** A proxy as it stands before the product in production: it ends https, and writes down whom a request came from behind what the client wrote itself. */
export interface TlsProxy {
  /** `https://localhost:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** @param to port of the product on loopback, asked for at each request */
export async function startTlsProxy(to: () => number): Promise<TlsProxy> {
  const port = await freePort();
  const server = createServer(ownCertificate, (incoming, outgoing) => {
    const passed = [incoming.headers['x-forwarded-for'], incoming.socket.remoteAddress].filter(Boolean).join(', ');
    const headers = { ...incoming.headers, 'x-forwarded-for': passed };
    const onward = request({ host: '127.0.0.1', port: to(), method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
