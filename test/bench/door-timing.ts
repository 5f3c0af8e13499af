import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Policy } from '../../src/config/policy.ts';
import { directoryWith } from '../../src/directory/directory-with.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { systemClock } from '../../src/security/system-ports.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { openHouse, type House } from '../e2e/house.ts';
import { Visitor } from '../e2e/visitor.ts';
import { machine } from './times.ts';

/**
 * Whether the time of an answer at the front door tells if an account exists (I20, R29). `node test/bench/door-timing.ts [rounds] [delayMs] [answerAfterMs]`: so many rounds of each
 * sort of user ID, interleaved; each names it, asks for a code of an app and types a wrong one, then a wrong call number and a wrong start code, and what is timed is from the request to the bot's answer as a client has
 * it. Of each step every sort's times are compared with those of the known account by the two-sample Kolmogorov-Smirnov test at p = 0.01. Ends with status 1
 * where one is told apart. With `delayMs` the directory takes so much longer for accounts that exist: `... 100 5 0` shows that the bench tells 5 ms apart where answers
 * are not held back, `... 100 5` that they are not told apart where they are.
 *
 * Several houses stand side by side so that none of them is under pressure, where the work that a browser does takes more of the machine than what is measured.
 */
const rounds = Number(process.argv[2] ?? 1000);
const delayMs = Number(process.argv[3] ?? 0);
/** As the policy for production has it, unless named. */
const answerAfterMs = Number(process.argv[4] ?? 1000);
const houses = 3;
/** Where answers are held back nearly all of the time is waiting; else those at once would wait for each other. */
const atOnce = answerAfterMs > 0 ? 6 : 1;
/** Rows are kept in memory where that can be: the disk's own moods would hide what is looked for. */
const memory = '/dev/shm';
const steps = ['user-id', 'ask', 'answer', 'call', 'start-code'] as const;
const sorts = ['known', 'unknown', 'disabled', 'unregistered', 'privileged'] as const;
type Sort = (typeof sorts)[number];

const times = Object.fromEntries(sorts.map((sort) => [sort, Object.fromEntries(steps.map((step) => [step, []]))])) as unknown as Record<
  Sort,
  Record<(typeof steps)[number], number[]>
>;

const measured = (policy: Policy): Policy => ({
  ...policy,
  frontDoor: { ...policy.frontDoor, answerAfterMs, userIdsPerAddress: 1_000_000, codesPerAddress: 1_000_000 },
  // What is measured is an open door: nobody is closed out in the middle.
  limits: { ...policy.limits, failuresPerDay: 1_000_000, waitMinutes: [0] },
});

/** A house whose directory takes `delayMs` longer to find somebody who exists. */
async function open(): Promise<House> {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'latchkey-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const store = openSqlite({ folder, serve: true });
  const read = readConfig({});
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const quick = new LocalDirectory({ store, clock: systemClock, policy: read.config.policy });
  const slow = directoryWith(quick, {
    findByUserId: async (userId) => {
      const found = await quick.findByUserId(userId);
      if (found !== null && delayMs > 0) await pause(delayMs);
      return found;
    },
  });
  return openHouse({ store, policy: measured, ports: { directory: slow } });
}

let nobody = 0;

/** Accounts nobody tried yet, and a user ID nobody has. */
async function userIdsOf(house: House): Promise<Readonly<Record<Sort, string>>> {
  nobody += 1;
  return {
    known: (await house.hire('registered')).userId,
    unknown: `employee-no-${nobody}@fjallbyn.example`,
    disabled: (await house.hire('disabled')).userId,
    unregistered: (await house.hire('unregistered')).userId,
    privileged: (await house.hire('privileged')).userId,
  };
}

async function round(house: House, userIds: Readonly<Record<Sort, string>>, sort: Sort, address: string): Promise<void> {
  const visitor = await new Visitor(house, { from: address }).open();
  const timed = async (step: (typeof steps)[number], act: () => Promise<unknown>): Promise<void> => {
    await visitor.getReady();
    const began = performance.now();
    await act();
    times[sort][step].push(performance.now() - began);
  };
  await timed('user-id', () => visitor.type(userIds[sort]));
  await visitor.choose('reset');
  await timed('ask', () => visitor.choose('authenticator-app'));
  await timed('answer', () => visitor.type('000000'));
  await visitor.choose('cancel');
  await visitor.choose('caller');
  await timed('call', () => visitor.type('000000'));
  await visitor.choose('cancel');
  await visitor.choose('start-code');
  await timed('start-code', () => visitor.type('AAAAA99999'));
}

process.stdout.write(`${machine()}\n`);
const turns = Array.from({ length: rounds }, () => sorts).flat();
let next = 0;
await Promise.all(
  Array.from({ length: houses }, async () => {
    const house = await open();
    let [userIds, used] = [await userIdsOf(house), 0];
    await Promise.all(
      Array.from({ length: atOnce }, async (_, lane) => {
        for (let turn = next++; turn < turns.length; turn = next++) {
          const sort = turns[turn];
          // A hundred wrong codes in a row would put the app to rest.
          if ((used += 1) % (sorts.length * 60) === 0) userIds = await userIdsOf(house);
          if (sort !== undefined) await round(house, userIds, sort, `127.0.${1 + (turn % 200)}.${2 + lane}`);
        }
      }),
    );
    await house.close();
  }),
);

/** The largest distance between two empirical distributions, and the one that chance passes in one case of a hundred. */
function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): { readonly d: number; readonly limit: number } {
  const a = one.toSorted((x, y) => x - y);
  const b = other.toSorted((x, y) => x - y);
  let d = 0;
  for (const at of [...a, ...b]) {
    const below = (all: readonly number[]): number => {
      let low = 0;
      let high = all.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((all[middle] ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low / all.length;
    };
    d = Math.max(d, Math.abs(below(a) - below(b)));
  }
  return { d, limit: 1.628 * Math.sqrt((a.length + b.length) / (a.length * b.length)) };
}

const median = (all: readonly number[]): number => all.toSorted((x, y) => x - y)[all.length >> 1] ?? 0;
let told = 0;
for (const step of steps) {
  for (const sort of sorts) {
    const { d, limit } = kolmogorovSmirnov(times.known[step], times[sort][step]);
    const isTold = d > limit;
    if (isTold) told += 1;
    process.stdout.write(
      `${step.padEnd(10)} ${sort.padEnd(13)} n=${times[sort][step].length} p50=${median(times[sort][step]).toFixed(1)} ms  D=${d.toFixed(4)} limit=${limit.toFixed(4)}${isTold ? '  TOLD APART' : ''}\n`,
    );
  }
}
process.exitCode = told === 0 ? 0 : 1;
