import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MethodKind } from '../../dialogs/methods.ts';
import { build, type BuildPorts, type Latchkey } from '../../src/build/build.ts';
import type { Config, TwilioSettings } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Policy } from '../../src/config/policy.ts';
import { demoPeople, type Story } from '../../src/directory/demo-people.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import type { LocalAccountChange } from '../../src/directory/local-account.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { otpauthAddresses } from '../../src/methods/summary.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import { shiftedClock, type ShiftedClock } from './clock.ts';
import { until } from './wait.ts';

/** What was delivered outside the chat. */
export interface OutboxEntry {
  readonly at: string;
  readonly kind: 'sms' | 'call' | 'mail';
  readonly to: string;
  readonly text: string;
  /** Of a call: where it is answered. */
  readonly url?: string;
}

export interface DemoAccount {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly story: string;
  readonly password?: string;
  readonly otpauth?: string;
  /** What is registered, whole. */
  readonly number?: string;
  readonly address?: string;
}

/** What a person in a chat needs of a running product. */
export interface Scene {
  readonly url: string;
  readonly config: Pick<Config, 'publicUrl' | 'policy'>;
  readonly clock: Pick<ShiftedClock, 'now' | 'forward'>;
  readonly connector: FakeConnector;
  /** Every log line so far. */
  readonly logLines: readonly string[];
  outbox(): Promise<readonly OutboxEntry[]>;
}

/** The whole product on a free loopback port, with a connector of the test's own that plays Teams. */
export interface House extends Scene {
  readonly config: Config;
  readonly clock: ShiftedClock;
  readonly store: Store;
  readonly seals: Keys;
  readonly directory: LocalDirectory;
  /** What a command beside the running server is given. */
  readonly environment: Readonly<Record<string, string>>;
  /** The demo person of a story; the first where there are several. */
  account(story: Story): Promise<DemoAccount>;
  /** One more person with a demo person's story, for a test that wants one of its own. */
  hire(story: Story, differs?: Differs): Promise<DemoAccount>;
  /** Waits for something in the outbox, already there or still to come. */
  delivered(fits: (entry: OutboxEntry) => boolean): Promise<OutboxEntry>;
  close(): Promise<void>;
}

interface Differs {
  /** What the directory says otherwise. */
  readonly account?: LocalAccountChange;
  /** Which of the story's methods they have; left out: all. */
  readonly methods?: readonly MethodKind[];
}

export interface HouseOptions {
  /** Left out: a SQLite file of the house's own, in its data folder. */
  readonly store?: Store;
  /** Changes the demo policy. */
  readonly policy?: (policy: Policy) => Policy;
  readonly ports?: BuildPorts;
  /** Set: Twilio's webhooks are there, as in production. */
  readonly twilio?: TwilioSettings;
  /** The secrets of the policy's hooks. */
  readonly hookSecrets?: Config['hookSecrets'];
  /** Another instance of the same product, on the same rows: its keys, its clock, its Teams. */
  readonly beside?: House;
}

/** Opens the product in local mode on a store; what it owes the world is looked for every 20 ms. */
export async function openHouse({
  store: given,
  policy = (same) => same,
  ports,
  beside,
  twilio,
  hookSecrets,
}: HouseOptions = {}): Promise<House> {
  const connector = beside?.connector ?? (await startConnector());
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
  const sealKeys = beside?.environment['SEAL_KEYS'] ?? `test:${randomBytes(32).toString('base64url')}`;
  const environment = { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'info', SEAL_KEYS: sealKeys };
  const read = readConfig(environment);
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const demo = policy(read.config.policy);
  const desk = { ...demo.contacts.desk, serviceUrl: connector.serviceUrl };
  const config: Config = {
    ...read.config,
    twilio: twilio ?? null,
    hookSecrets: hookSecrets ?? {},
    policy: { ...demo, contacts: { ...demo.contacts, desk } },
  };
  const store = given ?? openSqlite({ folder, serve: true });
  const clock = beside?.clock ?? shiftedClock();
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
  const outbox = (): Promise<readonly OutboxEntry[]> => get('/local/outbox');
  const seals = new Keys(config.sealKeys, systemRandom);
  const directory = new LocalDirectory({ store, clock, policy: config.policy });
  let hired = 0;

  return {
    url,
    config,
    clock,
    store,
    seals,
    connector,
    directory,
    environment,
    logLines,
    async account(story) {
      const found = (await get<readonly DemoAccount[]>('/local/accounts')).find((account) => account.story === story);
      if (found === undefined) throw new Error(`no demo person "${story}"`);
      return { ...found, ...registeredPlaces(found.id) };
    },
    async hire(story, { account: changes = {}, methods: kinds } = {}) {
      const like = demoPeople(clock.now()).find((person) => person.story === story);
      if (like === undefined) throw new Error(`no demo person "${story}"`);
      hired += 1;
      const id = randomUUID();
      const userId = `employee-${hired}@fjallbyn.example`;
      const methods = like.methods
        .filter(({ kind }) => kinds?.includes(kind) ?? true)
        // Numbers of the series for films, from where the demo people's end.
        .map(({ kind }) =>
          kind === 'text-message' ? { kind, to: `+467017406${29 + hired}` } : { kind, to: `employee-${hired}@example.org` },
        );
      const account = { ...like.account, id, userId, name: `Anställd ${hired}`, workMail: userId, workAddresses: [userId], ...changes };
      await directory.add(account, like.password);
      if (methods.length > 0)
        await plantMethods({ store, clock, keys: seals, random: systemRandom, policy: config.policy }, id, methods, clock.now());
      const otpauth = (await otpauthAddresses(store, seals, id, userId)).at(-1);
      return {
        id,
        userId,
        name: account.name,
        story,
        ...placesOf(methods),
        ...(like.password !== null && { password: like.password }),
        ...(otpauth !== undefined && { otpauth }),
      };
    },
    outbox,
    async delivered(fits) {
      let all: readonly OutboxEntry[] = [];
      return until(
        async () => {
          all = await outbox();
          return all.find(fits);
        },
        () => `not delivered; in the outbox: ${all.map(({ kind, to, text }) => `${kind} to ${to}: ${firstLine(text)}`).join('; ')}`,
      );
    },
    async close() {
      await latchkey.stop();
      if (beside === undefined) await connector.close();
      if (given === undefined) await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What is safe to show of a message: never its code. */
const firstLine = (text: string): string => (text.split('\n')[0] ?? '').replaceAll(/\d{6}/gu, '(code)');

/** The number and address that a demo person begins with. */
export const registeredPlaces = (id: string): Pick<DemoAccount, 'number' | 'address'> =>
  placesOf(demoPeople(0).find(({ account }) => account.id === id)?.methods ?? []);

function placesOf(methods: readonly { readonly kind: MethodKind; readonly to?: string }[]): Pick<DemoAccount, 'number' | 'address'> {
  const number = methods.find(({ kind }) => kind === 'text-message')?.to;
  const address = methods.find(({ kind }) => kind === 'email')?.to;
  return { ...(number !== undefined && { number }), ...(address !== undefined && { address }) };
}
