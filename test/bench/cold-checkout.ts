/**
 * How long a newcomer waits: a fresh clone of this checkout's last commit, `npm ci` (from npm's cache, where it has been run before), and the first start
 * until `/readyz` answers 200.
 *
 *     node_modules/.bin/node test/bench/cold-checkout.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOnce } from './start-once.ts';
import { machine } from './times.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-cold-'));
const clone = join(folder, 'latchkey');

/** Runs a command to its end. @returns ms */
function timed(command: string, args: readonly string[], cwd: string): number {
  const began = performance.now();
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${ran.stderr}`);
  return performance.now() - began;
}

try {
  const cloned = timed('git', ['clone', '--quiet', '--depth', '1', `file://${process.cwd()}`, clone], folder);
  const installed = timed('npm', ['ci', '--prefer-offline'], clone);
  const started = await startOnce(clone, join(folder, 'data'));
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  console.log(machine());
  console.log(
    `clone ${seconds(cloned)}, npm ci ${seconds(installed)}, start to ready ${seconds(started)}: ${seconds(cloned + installed + started)} in all`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
