import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to another server that can be cut. */
export interface CuttableWay {
  readonly port: number;
  /** From now on connections are refused, and those that are open end. */
  cut(): Promise<void>;
  /** From now on nothing comes back: what is sent is taken, and answered by silence. */
  silence(): void;
  /** What comes back is heard again, on connections that are made from now on. */
  speak(): void;
}

/**
 * Passes bytes between a free loopback port and a server on this machine.
 * @param overhear is given all that passes, in both directions
 * @param bytesBack after so many bytes back it is cut by itself
 */
export async function cuttableWay(
  to: { readonly host: string; readonly port: number },
  overhear: (bytes: Buffer) => void = () => {},
  bytesBack = Number.POSITIVE_INFINITY,
): Promise<CuttableWay> {
  const open = new Set<Socket>();
  let silent = false;
  let back = 0;
  const server = createServer((near) => {
    const far = connect(to);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('data', overhear);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      back += bytes.length;
      if (back > bytesBack) near.destroy();
      else if (!silent) near.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
    silence() {
      silent = true;
    },
    speak() {
      silent = false;
    },
  };
}
