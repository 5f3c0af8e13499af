import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LatchkeyError } from '../errors.ts';
import { partitionOfCommit, partitionOfOpen } from './check-commit.ts';
import { parseJson } from './json.ts';
import { dueLeaseMs, inboxMemory } from './limits.ts';
import type { Commit, Committed, DueEntry, Key, Opened, OpenRequest, Row, ScanPage, Store } from './port.ts';
import { cursorOf, placeOf } from './scan-cursor.ts';
import { sqliteFault } from './sqlite-faults.ts';
import { lockFolder } from './sqlite-lock.ts';
import { prepareDatabase } from './sqlite-schema.ts';
import { statements, type Statements } from './sqlite-statements.ts';

export const databaseFile = 'latchkey.sqlite';

/**
 * The store in one SQLite file, `<folder>/latchkey.sqlite`; folder and file are made when missing, for their owner only.
 * `serve`: this process is the server. It holds the folder alone until `close`, and starts by forgetting what the server before it had
 * leased, which is dead. Tools that work beside a running server open with `serve: false`.
 * @throws LatchkeyError `latchkey_store_in_use`, `latchkey_store_newer`, `latchkey_store_unreadable` `latchkey_store_folder` (configuration),
 * `latchkey_store_unavailable`
 */
export function openSqlite(options: { readonly folder: string; readonly serve: boolean }): Store {
  const path = join(options.folder, databaseFile);
  makeFolder(options.folder);
  let unlock = (): void => {};
  try {
    if (options.serve) unlock = lockFolder(options.folder);
    // SQLite gives the log beside it the mode of the main file.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    const database = new DatabaseSync(path);
    try {
      prepareDatabase(database, path);
      if (options.serve) database.exec('DELETE FROM leases; UPDATE due SET hidden_until = at WHERE hidden_until > at');
      return new SqliteStore(database, unlock);
    } catch (fault) {
      database.close();
      throw fault;
    }
  } catch (cause) {
    unlock();
    throw sqliteFault(cause, false);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new LatchkeyError(
      'latchkey_store_folder',
      'configuration',
      `The data folder ${folder} cannot be written. Give this user the right to, or point DATA_DIR at a folder that can.`,
      cause,
    );
  }
}

class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #unlock: () => void;
  readonly #sql: Statements;
  #closed = false;

  constructor(database: DatabaseSync, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
    this.#sql = statements(database);
  }

  async open(request: OpenRequest): Promise<Opened> {
    partitionOfOpen(request);
    const { key, owner, now } = request;
    if (owner === null) return this.#transaction('DEFERRED', () => this.#read(request));
    return this.#unsynced(() => {
      const held = this.#sql.lease.get(key);
      if (held !== undefined && held['owner'] !== owner && Number(held['until']) > now)
        return { leased: false, rows: new Map(), inbox: [] };
      this.#sql.takeLease.run(key, owner, now + (request.leaseMs ?? 0));
      return this.#read(request);
    });
  }

  async commit(commit: Commit): Promise<Committed> {
    if (partitionOfCommit(commit) === null) return { ok: true, versions: {} };
    return this.#transaction('IMMEDIATE', () => {
      const unexpected = Object.entries(commit.expect ?? {})
        .map(([key, version]) => ({ key, version, row: this.#row(key) }))
        .filter(({ version, row }) => (row?.version ?? 0) !== version);
      if (unexpected.length > 0) {
        return { ok: false, reason: 'conflict', rows: Object.fromEntries(unexpected.map(({ key, row }) => [key, row])) } as const;
      }
      return { ok: true, versions: this.#write(commit) } as const;
    });
  }

  async due(now: number, n: number): Promise<readonly DueEntry[]> {
    const { anythingDue, forget, forgetInbox, visible, hide } = this.#sql;
    if (!this.#transaction('DEFERRED', () => anythingDue.get(now, now) !== undefined)) return [];
    return this.#unsynced(() => {
      for (const { key } of forget.all(now)) forgetInbox.run(String(key), String(key));
      return visible.all(now, n).map((entry) => {
        hide.run(now + dueLeaseMs, String(entry['id']));
        return { id: String(entry['id']), at: Number(entry['at']), data: parseJson(entry['data']) };
      });
    });
  }

  async scan(index: string, from: string | null, n: number): Promise<ScanPage> {
    const after = placeOf(from);
    const { scan, scanAfter } = this.#sql;
    const found = this.#transaction('DEFERRED', () =>
      after === null ? scan.all(index, n) : scanAfter.all(index, after.score, after.member, n),
    );
    const entries = found.map((entry) => ({ member: String(entry['member']), score: Number(entry['score']) }));
    return { entries, next: cursorOf(entries, n) };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
    this.#unlock();
  }

  #row(key: Key): Row | null {
    const found = this.#sql.row.get(key);
    return found === undefined ? null : { version: Number(found['version']), value: parseJson(found['value']) };
  }

  #read({ key, alsoRead = [] }: OpenRequest): Opened {
    const inbox = this.#sql.inbox.all(key).map((entry) => ({ id: String(entry['id']), value: parseJson(entry['value']) }));
    return { leased: true, rows: new Map([key, ...alsoRead].map((each) => [each, this.#row(each)])), inbox };
  }

  #write(commit: Commit): Record<Key, number> {
    const sql = this.#sql;
    const versions: Record<Key, number> = {};
    for (const [key, value] of Object.entries(commit.put ?? {})) {
      versions[key] = Number(sql.put.get(key, JSON.stringify(value), commit.until?.[key] ?? null)?.['version']);
    }
    for (const key of commit.remove ?? []) sql.remove.run(key);
    for (const { to, id, value } of commit.append ?? []) {
      sql.append.run(to, id, JSON.stringify(value));
      sql.forgetTaken.run(to, to, inboxMemory);
    }
    for (const { from, ids } of commit.take ?? []) for (const id of ids) sql.take.run(from, id);
    for (const { id, at, data, unlessWaiting } of commit.due ?? []) {
      if (at === null) sql.clearDue.run(id, unlessWaiting ?? null);
      else sql.setDue.run(id, at, at, JSON.stringify(data ?? null));
    }
    for (const { index, member, score } of commit.index ?? []) {
      if (score === null) sql.removeIndexed.run(index, member);
      else sql.putIndexed.run(index, member, score);
    }
    if (commit.release !== undefined) sql.release.run(commit.release.key, commit.release.owner);
    return versions;
  }

  /**
   * A lease is no promise: the version is the fence. So it is not waited for until the disk has it (a tenth of the time), and the next
   * commit, which is, takes it along in the same log.
   */
  #unsynced<T>(work: () => T): T {
    if (this.#closed) throw storeClosed();
    this.#database.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.#transaction('IMMEDIATE', work);
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL');
    }
  }

  #transaction<T>(kind: 'IMMEDIATE' | 'DEFERRED', work: () => T): T {
    if (this.#closed) throw storeClosed();
    let reached: 'nothing' | 'begin' | 'commit' = 'nothing';
    try {
      this.#database.exec(`BEGIN ${kind}`);
      reached = 'begin';
      const result = work();
      reached = 'commit';
      this.#database.exec('COMMIT');
      return result;
    } catch (cause) {
      if (reached !== 'nothing') this.#rollBack();
      throw sqliteFault(cause, reached === 'commit');
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does on a full disk.
    }
  }
}

const storeClosed = (): LatchkeyError => new LatchkeyError('latchkey_store_unavailable', 'unavailable', 'the store is closed');
