import { LatchkeyError } from '../errors.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that say the disk or another process is in the way. */
const unavailable = new Set([5, 6, 7, 8, 10, 13, 14]);
const unreadable = new Set([11, 26]);

/**
 * What a fault of SQLite means to the caller. `committing`: it came from COMMIT itself, so that only a busy file proves that nothing
 * happened; after an I/O error there the write-ahead log may hold the commit or not.
 */
export function sqliteFault(cause: unknown, committing: boolean): unknown {
  const errcode = sqliteCode(cause);
  if (errcode === null) return cause;
  const primary = errcode & 0xff;
  if (committing && primary !== 5) {
    return new LatchkeyError('latchkey_store_doubtful', 'doubtful', `the database failed while committing (SQLite ${errcode})`, cause);
  }
  if (unavailable.has(primary)) {
    return new LatchkeyError('latchkey_store_unavailable', 'unavailable', `the database cannot be used now (SQLite ${errcode})`, cause);
  }
  if (unreadable.has(primary)) {
    return new LatchkeyError(
      'latchkey_store_unreadable',
      'configuration',
      'The data file is damaged or is no Latchkey database. Put back a backup of DATA_DIR, or point DATA_DIR elsewhere.',
      cause,
    );
  }
  return new LatchkeyError('latchkey_store_failed', 'defect', `the database refused a statement (SQLite ${errcode})`, cause);
}

/** SQLite's extended result code in a fault of `node:sqlite`; null when the fault is none of SQLite's. */
export const sqliteCode = (fault: unknown): number | null =>
  typeof fault === 'object' && fault !== null && 'errcode' in fault && typeof fault.errcode === 'number' ? fault.errcode : null;
