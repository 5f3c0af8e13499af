import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs one of the product's commands as a process of its own, beside a running server.
 * @param script as package.json names it, from the project's folder
 * @param typed what is typed when it asks
 */
export async function runCommand(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  typed = '',
): Promise<Ran> {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], { env: { ...environment } });
  const closed = once(child, 'close');
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece) => (out += String(piece)));
  child.stderr.on('data', (piece) => (err += String(piece)));
  child.stdin.on('error', () => {});
  child.stdin.end(typed);
  await closed;
  return { status: child.exitCode, out, err };
}
