/**
 * The whole test command: types, lint, format and dead exports first, then every suite. Ends with the line `N passed, N failed`, a failed check
 * counting as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['types', 'tsc', '--noEmit'],
  ['types in the browser', 'tsc', '--noEmit', '-p', 'tsconfig.browser.json'],
  ['lint', 'oxlint', '--type-aware', 'src', 'dialogs', 'test', 'manifest'],
  ['format', 'oxfmt', '--check'],
  ['dead exports', 'knip'],
];

let passed = 0;
let failed = 0;

for (const [name, command, ...args] of checks) {
  const ran = spawnSync(join('node_modules', '.bin', command), args, { encoding: 'utf8' });
  const ok = ran.status === 0;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) console.log(`${ran.stdout}${ran.stderr}`);
  if (ok) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
const report = join(folder, 'report.json');
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--maxWorkers=2',
  '--json',
  `--outputFile=${report}`,
];
const ran = spawnSync(process.execPath, [...jest, ...process.argv.slice(2)], { stdio: ['ignore', 'ignore', 'inherit'] });
const { tests, suites, skipped } = readReport();
rmSync(folder, { recursive: true, force: true });

passed += tests.passed;
failed += tests.failed + suites;
// A run that died before it could report is a failure of its own, and with REQUIRE_ALL so is everything that was left out.
if (ran.status !== 0 && tests.failed + suites === 0) failed += 1;
if (skipped > 0) console.log(`${skipped} tests were skipped: the suites above name what they need`);
if (process.env['REQUIRE_ALL'] === '1') failed += skipped;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > checks.length ? 0 : 1;

function readReport(): { tests: { passed: number; failed: number }; suites: number; skipped: number } {
  try {
    const read = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    return {
      tests: { passed: read['numPassedTests'] ?? 0, failed: read['numFailedTests'] ?? 0 },
      // A suite that could not even be loaded has no failed test to count.
      suites: read['numRuntimeErrorTestSuites'] ?? 0,
      skipped: (read['numPendingTests'] ?? 0) + (read['numTodoTests'] ?? 0),
    };
  } catch {
    return { tests: { passed: 0, failed: 0 }, suites: 1, skipped: 0 };
  }
}
