import { readConfig } from '../config/environment.ts';
import { faultsAsText } from '../config/fault.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/port.ts';
import { exportAudit } from './audit-export.ts';
import { verifyAudit } from './audit-verify.ts';
import { Keys } from './keys.ts';
import { systemRandom } from './system-ports.ts';

const usage = `Usage:
  npm run audit -- verify                       checks every entry; status 1 when one is changed, missing or out of place
  npm run audit -- export --since <ISO time>    prints the entries since then, one line of JSON each
`;

/** What the command works on and writes to. */
export interface AuditCommand {
  readonly store: Store;
  readonly keyring: Keys;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Runs `verify` or `export --since <ISO time>`.
 * @returns the exit status: 0 all is well, 1 the trail is not as it was written, 2 the command line is not understood
 */
export async function runAudit(args: readonly string[], { store, keyring, out, err }: AuditCommand): Promise<0 | 1 | 2> {
  if (args.length === 1 && args[0] === 'verify') {
    const { intact, faults } = await verifyAudit(store, keyring);
    for (const { partition, sequence, fault } of faults) err(`${partition} entry ${sequence}: ${fault}\n`);
    out(`${intact} entries intact, ${faults.length} faults\n`);
    return faults.length === 0 ? 0 : 1;
  }
  const since = args.length === 3 && args[0] === 'export' && args[1] === '--since' ? isoTime(args[2] ?? '') : null;
  if (since === null) {
    err(usage);
    return 2;
  }
  for await (const line of exportAudit(store, keyring, since)) out(`${line}\n`);
  return 0;
}

/** A date or a time of ISO 8601; one without a zone is UTC, like everything on our wires. Null when it is none. */
function isoTime(text: string): number | null {
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const time = form === null ? Number.NaN : Date.parse(form[1] !== undefined && form[4] === undefined ? `${text}Z` : text);
  return Number.isNaN(time) ? null : time;
}

/** The command as a process, on the store and with the keys that the environment names. A server may be running beside it. */
async function main(args: readonly string[]): Promise<number> {
  const err = (text: string): unknown => process.stderr.write(text);
  const read = readConfig(process.env);
  if (!read.ok) {
    err(`${faultsAsText(read.faults)}\n`);
    return 2;
  }
  const store = await openStore(read.config, false);
  try {
    return await runAudit(args, {
      store,
      keyring: new Keys(read.config.sealKeys, systemRandom),
      out: (text) => process.stdout.write(text),
      err,
    });
  } finally {
    await store.close();
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
