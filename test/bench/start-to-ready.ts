/**
 * How long a start takes: `node src/main.ts` from the spawn of the process to the first 200 of `/readyz`, in local mode. Twice over: on an
 * empty data folder, where the demo company is made first, and on the same folder again, as after a restart.
 *
 *     node_modules/.bin/node test/bench/start-to-ready.ts [runs]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOnce } from './start-once.ts';
import { machine, summary } from './times.ts';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const runs = Number(process.argv[2] ?? 10);
if (!Number.isInteger(runs) || runs < 1) throw new Error('the number of runs is a whole number from 1');

const first: number[] = [];
const again: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  try {
    first.push(await startOnce('.', folder));
    again.push(await startOnce('.', folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

say(`${machine()}, ${runs} runs each`);
say(`first start, the demo company made:  ${summary(first)}`);
say(`start on the folder it left:         ${summary(again)}`);
