import type { DatabaseSync } from 'node:sqlite';
import { LatchkeyError } from '../errors.ts';

const version = 1;

/**
 * `inbox` keeps what was taken, without its value, so that an id that comes again is known. `due.hidden_until` is the lease of one entry.
 */
const tables = `
  CREATE TABLE rows (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, until INTEGER) STRICT, WITHOUT ROWID;
  CREATE INDEX rows_until ON rows (until) WHERE until IS NOT NULL;
  CREATE TABLE leases (key TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE inbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, id TEXT NOT NULL, value TEXT, UNIQUE (key, id)) STRICT;
  CREATE INDEX inbox_order ON inbox (key, sequence);
  CREATE TABLE due (id TEXT PRIMARY KEY, at INTEGER NOT NULL, hidden_until INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX due_visible ON due (hidden_until);
  CREATE TABLE indexes (name TEXT NOT NULL, member TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (name, member)) STRICT, WITHOUT ROWID;
  CREATE INDEX indexes_order ON indexes (name, score, member);
`;

/**
 * Sets the connection up (WAL, every commit on the disk before it is acknowledged) and makes the tables of a new file.
 * @throws LatchkeyError `latchkey_store_newer` when a later Latchkey wrote the file
 */
export function prepareDatabase(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF');
  database.exec('BEGIN IMMEDIATE');
  try {
    const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (found > version) {
      throw new LatchkeyError(
        'latchkey_store_newer',
        'configuration',
        `${path} was written by a later Latchkey (layout ${found}, this one knows ${version}). Start that version, or point DATA_DIR elsewhere.`,
      );
    }
    if (found === 0) database.exec(`${tables} PRAGMA user_version = ${version}`);
    database.exec('COMMIT');
  } catch (fault) {
    database.exec('ROLLBACK');
    throw fault;
  }
}
