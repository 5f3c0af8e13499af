import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Story } from '../../src/directory/demo-people.ts';
import { startConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import { shiftedClock } from './clock.ts';
import { registeredPlaces, type DemoAccount, type OutboxEntry, type Scene } from './house.ts';
import type { FromProduct, ToProduct } from './main.ts';
import { overdue } from './wait.ts';

/** The product as a process of its own, which can be killed and started again on the same data. */
export interface ProcessHouse extends Scene {
  account(story: Story): Promise<DemoAccount>;
  /** Where its data is; with Redis there is none. */
  readonly folder: string;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A process that starts on a busy machine takes its time. */
const startMs = 60_000;

/** @param redisUrl left out: SQLite in the data folder */
export async function openProcessHouse(redisUrl?: string): Promise<ProcessHouse> {
  const connector = await startConnector();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-process-'));
  const port = await freePort();
  const environment = {
    PORT: String(port),
    DATA_DIR: folder,
    SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  };
  const read = readConfig(environment);
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const url = `http://127.0.0.1:${port}`;
  const logLines: string[] = [];
  const clock = shiftedClock();
  let forward = 0;
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const started = fork(fileURLToPath(new URL('main.ts', import.meta.url)), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    const ready = new Promise<void>((resolve, reject) => {
      started.on('message', (said: FromProduct) => {
        if ('line' in said) logLines.push(said.line);
        else resolve();
      });
      started.once('exit', (code) => reject(new Error(`it ended by itself with ${code}`)));
    });
    const told: ToProduct = { start: { environment, deskServiceUrl: connector.serviceUrl, forward } };
    started.send(told);
    await Promise.race([ready, overdue(() => `it did not start: ${logLines.slice(-5).join('')}`, startMs)]);
  };
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    process.kill(child.pid ?? 0, 'SIGKILL');
    await exited;
    child = null;
  };
  const get = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>;
  const close = async (): Promise<void> => {
    await kill();
    await connector.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (fault) {
    await close();
    throw fault;
  }

  return {
    url,
    folder,
    config: read.config,
    connector,
    logLines,
    clock: {
      now: () => clock.now(),
      forward(ms) {
        forward += ms;
        clock.forward(ms);
        child?.send({ forward: ms } satisfies ToProduct);
      },
    },
    outbox: () => get<readonly OutboxEntry[]>('/local/outbox'),
    async account(story) {
      const found = (await get<readonly DemoAccount[]>('/local/accounts')).find((account) => account.story === story);
      if (found === undefined) throw new Error(`no demo person "${story}"`);
      return { ...found, ...registeredPlaces(found.id) };
    },
    kill,
    restart: start,
    close,
  };
}
