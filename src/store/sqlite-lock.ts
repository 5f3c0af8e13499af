import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatchkeyError } from '../errors.ts';
import { sqliteCode } from './sqlite-faults.ts';

const sqliteBusy = 5;

/**
 * Holds the folder for one server. The lock stands in a database of its own, so that command-line tools can open the main file beside a
 * running server; the operating system lets go of it when the process dies, however it dies.
 * @returns gives the folder back
 * @throws LatchkeyError `latchkey_store_in_use` when another server holds it
 */
export function lockFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'server-lock.sqlite'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (sqliteCode(cause) !== sqliteBusy) throw cause;
    throw new LatchkeyError(
      'latchkey_store_in_use',
      'configuration',
      `Another Latchkey server uses the data folder ${folder}. Stop it, give this one a DATA_DIR of its own, or set REDIS_URL to run several.`,
      cause,
    );
  }
  return () => lock.close();
}
