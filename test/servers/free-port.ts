import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the system hands out by itself, and apart for each worker: nobody takes a port between its probe and its use. */
const each = 3000;
const first = 20_000 + (Number(process.env['JEST_WORKER_ID'] ?? 0) % 4) * each;
let next = process.pid % each;

/** A loopback port that was free a moment ago, and is handed out to nobody else. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < each; tried += 1) {
    const port = first + next;
    next = (next + 1) % each;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
