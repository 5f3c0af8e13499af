/**
 * How long a start takes: `node src/main.ts` from the spawn of the process to the first 200 of `/readyz`, in local mode. Twice over: on an
 * empty data folder, where the demo company is made first, and on the same folder again, as after a restart.
 *
 *     node_modules/.bin/node test/bench/start-to-ready.ts [runs]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A start that takes longer than this has failed. */
const longestMs = 60_000;

/** Between two looks, and so the grain of the result. */
const lookEveryMs = 5;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** @returns ms from the spawn to ready, after the process has ended again */
async function startOnce(folder: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    // Nothing of the caller's own settings: what is measured is the same everywhere.
    env: { PATH: process.env['PATH'], PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    await untilReady(child, port, began + longestMs);
    return performance.now() - began;
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
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

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** `median 812 ms, min 790 ms, max 1033 ms`. */
function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  return `median ${ms(median)}, min ${ms(at(0))}, max ${ms(at(sorted.length - 1))}`;
}

const runs = Number(process.argv[2] ?? 10);
if (!Number.isInteger(runs) || runs < 1) throw new Error('the number of runs is a whole number from 1');

const first: number[] = [];
const again: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  try {
    first.push(await startOnce(folder));
    again.push(await startOnce(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const processors = cpus();
say(`Node ${process.versions.node}, ${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, ${runs} runs each`);
say(`first start, the demo company made:  ${summary(first)}`);
say(`start on the folder it left:         ${summary(again)}`);
