import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { build, type BuildPorts, type Latchkey } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Policy } from '../../src/config/policy.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import type { Store } from '../../src/store/port.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { shiftedClock, type ShiftedClock } from './clock.ts';

/** What was delivered outside the chat. */
export interface OutboxEntry {
  readonly at: string;
  readonly kind: 'sms' | 'call' | 'mail';
  readonly to: string;
  readonly text: string;
}

export interface DemoAccount {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly story: string;
  readonly password?: string;
  readonly otpauth?: string;
}

/** The whole product on a free loopback port, with a connector of the test's own that plays Teams. */
export interface House {
  readonly url: string;
  readonly config: Config;
  readonly clock: ShiftedClock;
  readonly store: Store;
  readonly seals: Keys;
  readonly connector: FakeConnector;
  readonly directory: LocalDirectory;
  /** Every log line so far. */
  readonly logLines: string[];
  account(story: string): Promise<DemoAccount>;
  outbox(): Promise<readonly OutboxEntry[]>;
  /** Waits for something in the outbox, already there or still to come. */
  delivered(fits: (entry: OutboxEntry) => boolean): Promise<OutboxEntry>;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly store: Store;
  /** Changes the demo policy. */
  readonly policy?: (policy: Policy) => Policy;
  readonly ports?: BuildPorts;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Opens the product in local mode on a store; what it owes the world is looked for every 20 ms. */
export async function openHouse({ store, policy = (same) => same, ports }: HouseOptions): Promise<House> {
  const connector = await startConnector();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
  const sealKeys = `test:${randomBytes(32).toString('base64url')}`;
  const read = readConfig({ PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'info', SEAL_KEYS: sealKeys });
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const demo = policy(read.config.policy);
  const desk = { ...demo.contacts.desk, serviceUrl: connector.serviceUrl };
  const config: Config = { ...read.config, policy: { ...demo, contacts: { ...demo.contacts, desk } } };
  const clock = shiftedClock();
  const logLines: string[] = [];
  // The store is the test's own: it outlives the product, as it does in life.
  const kept: Store = {
    open: (request) => store.open(request),
    commit: (commit) => store.commit(commit),
    due: (now, n) => store.due(now, n),
    scan: (index, from, n) => store.scan(index, from, n),
    close: async () => {},
  };
  const latchkey: Latchkey = await build(config, {
    clock,
    store: kept,
    dueEveryMs: 20,
    logTo: { write: (line: string) => void logLines.push(line) },
    ...ports,
  });
  await latchkey.start();
  const url = `http://127.0.0.1:${port}`;
  const get = async <T>(path: string): Promise<T> => (await fetch(`${url}${path}`)).json() as Promise<T>;

  return {
    url,
    config,
    clock,
    store,
    seals: new Keys(config.sealKeys, systemRandom),
    connector,
    directory: new LocalDirectory({ store, clock, policy: config.policy }),
    logLines,
    async account(story) {
      const found = (await get<readonly DemoAccount[]>('/local/accounts')).find((account) => account.story === story);
      if (found === undefined) throw new Error(`no demo person "${story}"`);
      return found;
    },
    outbox: async () => get('/local/outbox'),
    async delivered(fits) {
      for (;;) {
        const found = (await get<readonly OutboxEntry[]>('/local/outbox')).find(fits);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      await latchkey.stop();
      await connector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
