/**
 * The front door under load: so many honest people at once, each from the user ID to a new password, first alone and then while a flood of twenty times as many comes:
 * without doing the work, working from one address, and working from an address each. Each with people of its own, over HTTP against a process of its own.
 *
 *     node_modules/.bin/node test/bench/door-load.ts [honest] [flood]
 */
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../src/config/environment.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { demoPeople } from '../../src/directory/demo-people.ts';
import { plantMethods } from '../../src/methods/plant-methods.ts';
import { otpauthAddresses } from '../../src/methods/summary.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemClock, systemRandom } from '../../src/security/system-ports.ts';
import { databaseFile, openSqlite } from '../../src/store/sqlite.ts';
import { addressOf, crowd, honest, type Met } from '../e2e/door-crowd.ts';
import type { DemoAccount, OutboxEntry } from '../e2e/house.ts';
import type { Flood, FloodOrder } from './door-flood.ts';
import { startRunning } from './running.ts';
import { machine, summary } from './times.ts';

/** One that is not through by then has not finished. */
const patienceMs = 4 * 60_000;

/** The flood goes on so much longer at most than the honest take. */
const restMs = 60_000;

const honestOnes = Number(process.argv[2] ?? 200);
const floodOnes = Number(process.argv[3] ?? 20 * honestOnes);
for (const each of [honestOnes, floodOnes]) if (!Number.isInteger(each) || each < 1) throw new Error('both are whole numbers from 1');

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const floods: readonly (Flood | null)[] = [null, 'empty-handed', 'one-address', 'many-addresses'];

const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const settings = { SEAL_KEYS: `bench:${randomBytes(32).toString('base64url')}` };

/** People with an app and an address, who have no password: to make one costs as much as all the rest. */
async function people(): Promise<readonly DemoAccount[]> {
  const read = readConfig({ DATA_DIR: folder, ...settings });
  const like = demoPeople(0).find(({ story }) => story === 'registered');
  if (!read.ok || like === undefined) throw new Error('there is no demo company');
  const { policy, sealKeys } = read.config;
  const store = openSqlite({ folder, serve: true });
  const seals = new Keys(sealKeys, systemRandom);
  const directory = new LocalDirectory({ store, clock: systemClock, policy });
  const made: DemoAccount[] = [];
  for (let n = 0; n < honestOnes * floods.length; n += 1) {
    const id = randomUUID();
    const userId = `person-${n}@fjallbyn.example`;
    const address = `person-${n}@example.org`;
    await directory.add({ ...like.account, id, userId, name: `Person ${n}`, workMail: userId, workAddresses: [userId] }, null);
    const ports = { store, clock: systemClock, keys: seals, random: systemRandom, policy };
    await plantMethods(ports, id, [{ kind: 'authenticator-app' }, { kind: 'email', to: address }], systemClock.now());
    const [otpauth = ''] = await otpauthAddresses(store, seals, id, userId);
    made.push({ id, userId, name: `Person ${n}`, story: 'registered', otpauth, address });
  }
  await store.close();
  return made;
}

/** Mails by address, as the page's outbox shows them: it keeps the newest, and is read by one for all. */
function mailbox(url: string): { delivered(fits: (entry: OutboxEntry) => boolean): Promise<OutboxEntry>; close(): void } {
  const seen = new Map<string, OutboxEntry>();
  const closed = new AbortController();
  const reading = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      const all = (await (await fetch(`${url}/local/outbox`)).json()) as readonly OutboxEntry[];
      for (const entry of all) if (entry.to.endsWith('@example.org') && !seen.has(entry.to)) seen.set(entry.to, entry);
      await pause(200);
    }
  };
  void reading();
  return {
    async delivered(fits) {
      for (const end = performance.now() + patienceMs; performance.now() < end; await pause(100)) {
        for (const entry of seen.values()) if (fits(entry)) return entry;
      }
      throw new Error('no mail came');
    },
    close() {
      closed.abort();
    },
  };
}

/** Begins a flood. @returns what its members met, and what ends it */
function begin(order: FloodOrder): { readonly met: Met[]; end(): Promise<boolean> } {
  const met: Met[] = [];
  const flood = { isOver: false };
  const child = fork(new URL('door-flood.ts', import.meta.url), [JSON.stringify(order)]);
  const gone = once(child, 'exit');
  child.on('message', (said: Met | 'over') => {
    if (said === 'over') flood.isOver = true;
    else met.push(said);
  });
  return {
    met,
    async end() {
      for (const end = performance.now() + restMs; !flood.isOver && performance.now() < end;) await pause(200);
      child.kill();
      await gone;
      return flood.isOver;
    },
  };
}

/** Memory of a process in MB: now, and the most it ever had (`proc_pid_status(5)`). */
function memory(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`, 'u').exec(status)?.[1] ?? 0) / 1024);
  return { now: of('VmRSS'), most: of('VmHWM') };
}

const onDisk = (): number => ['', '-wal'].reduce((sum, end) => sum + statSync(join(folder, `${databaseFile}${end}`)).size, 0) / 1024;

try {
  const all = await people();
  const { url, pid, stop } = await startRunning('.', folder, settings);
  const mails = mailbox(url);
  try {
    say(`${machine()}; ${honestOnes} honest people at once, a flood of ${floodOnes}`);
    for (const [wave, kind] of floods.entries()) {
      const before = { ...memory(pid), disk: onDisk() };
      const flood = kind === null ? null : begin({ url, kind, count: floodOnes, street: 60 + wave });
      const scene = { url, publicUrl: url.replace('127.0.0.1', 'localhost'), clock: systemClock, delivered: mails.delivered };
      const ended = await crowd(
        all
          .slice(wave * honestOnes, (wave + 1) * honestOnes)
          .map((account, n) => () => honest(scene, account, addressOf(20 + wave, n), patienceMs)),
        honestOnes,
      );
      const isOver = await flood?.end();
      const after = { ...memory(pid), disk: onDisk() };
      const done = ended.filter(({ at }) => at === 'done');
      say(
        `${kind ?? 'alone'}: ${done.length} of ${honestOnes} honest finished, ${summary(done.map(({ ms }) => ms))}; told to come back ${ended.reduce((sum, { sentBack }) => sum + sentBack, 0)} times`,
      );
      for (const at of new Set(ended.filter((each) => each.at !== 'done').map((each) => each.at))) say(`  not finished: ${at}`);
      if (flood !== null) {
        const begun = flood.met.filter((each) => each === 'begun').length;
        say(
          `  flood: ${begun} begun, ${flood.met.length - begun} refused, ${floodOnes - flood.met.length} ${isOver === true ? 'lost' : 'still at work'}`,
        );
        say(
          `  growth for each of the flood that came: ${(((after.now - before.now) * 1024) / Math.max(1, flood.met.length)).toFixed(1)} KB of memory, ${((after.disk - before.disk) / Math.max(1, flood.met.length)).toFixed(1)} KB on disk`,
        );
      }
      say(`  server: ${before.now} MB before, ${after.now} MB after, ${after.most} MB at most so far`);
    }
    const { status } = await fetch(`${url}/healthz`);
    say(`the process ${status === 200 ? 'is up' : `answers ${status}`}`);
  } finally {
    mails.close();
    await stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
