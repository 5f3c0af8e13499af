import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';

export const redisServerPath = '/usr/bin/redis-server';

export interface RedisServer {
  readonly url: string;
  readonly pid: number;
  /** Kills it in the middle of whatever it does; what it had not handed to the system is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Debian's redis-server on a free loopback port, with an append-only file in a folder of its own. Stop it by `stop`. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  let port = await freePort();
  let server = await run(folder, port);
  // The port was free a moment ago; somebody else may have taken it since.
  for (let tries = 0; server === null && tries < 5; tries += 1) {
    port = await freePort();
    server = await run(folder, port);
  }
  if (server === null) throw new Error('redis-server did not start on any port');
  let running = server;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return running.pid ?? 0;
    },
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      const again = await run(folder, port);
      if (again === null) throw new Error(`redis-server did not start again on port ${port}`);
      running = again;
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns null when it could not start, because the port is taken for instance */
async function run(folder: string, port: number): Promise<ChildProcess | null> {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    // It writes before it answers, which outlives its death; that the disk has it would outlive a power cut, and takes as long as the disk likes.
    appendfsync: 'no',
    'enable-debug-command': 'yes',
  };
  const child = spawn(
    redisServerPath,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const endWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume();
      return child;
    }
  }
  return null;
}
