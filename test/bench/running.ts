import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../servers/free-port.ts';

/** A start that takes longer than this has failed. */
const longestMs = 60_000;

/** Between two looks, and so the grain of the result. */
const lookEveryMs = 5;

/** The product as a process of its own, in local mode. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  /** Ms from the spawn to the first 200 of `/readyz`. */
  readonly startedMs: number;
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the product that stands in `where`, in local mode, on a data folder.
 * @param settings of the environment, beside those
 */
export async function startRunning(where: string, folder: string, settings: Readonly<Record<string, string>> = {}): Promise<Running> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: where,
    // Nothing of the caller's own settings: what is measured is the same everywhere.
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'silent', ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await untilReady(child, port, began + longestMs);
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, startedMs: performance.now() - began, stop };
}

async function untilReady(child: ChildProcess, port: number, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the server ended before it was ready (status ${child.exitCode})`);
    if (await isReady(port)) return;
    await pause(lookEveryMs);
  }
  throw new Error(`the server was not ready within ${longestMs / 1000} s`);
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(longestMs) })).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
