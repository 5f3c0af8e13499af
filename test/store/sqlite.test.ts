import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Store } from '../../src/store/port.ts';
import { sqliteFault } from '../../src/store/sqlite-faults.ts';
import { databaseFile, openSqlite } from '../../src/store/sqlite.ts';

const now = Date.UTC(2026, 0, 15, 8);

describe('the store on SQLite alone', () => {
  let folder: string;
  const stores: Store[] = [];
  const opened = (serve = true, where = folder): Store => {
    const store = openSqlite({ folder: where, serve });
    stores.push(store);
    return store;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'));
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  test('killed in mid-stream, every acknowledged commit is there, whole, and nothing it had leased is held', async () => {
    const writer = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('killed-writer.ts', import.meta.url)), folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let acknowledged = 0;
    for await (const line of createInterface({ input: writer.stdout })) {
      acknowledged = Number(line);
      if (acknowledged === 150) writer.kill('SIGKILL');
    }
    if (writer.signalCode === null && writer.exitCode === null) await once(writer, 'exit');
    expect(writer.signalCode).toBe('SIGKILL');
    expect(acknowledged).toBeGreaterThanOrEqual(150);

    const store = opened();
    const { rows, inbox, leased } = await store.open({ key: 'p03/stack/a', owner: 'the next server', now, leaseMs: 1000 });
    expect(leased).toBe(true);
    const written = Number(rows.get('p03/stack/a')?.value);
    expect(written).toBeGreaterThanOrEqual(acknowledged);
    expect(rows.get('p03/stack/a')?.version).toBe(written);
    expect(inbox.map(({ value }) => value)).toEqual(Array.from({ length: written }, (_, n) => n + 1));
    expect((await store.due(now, 10)).map(({ id }) => id)).toEqual(['p03/due/resume/a']);
  });

  test('a second server is refused, with the remedy; when the first has closed, it may', async () => {
    const first = opened();
    expect(() => opened()).toThrow(
      expect.objectContaining({ code: 'latchkey_store_in_use', kind: 'configuration', message: expect.stringContaining('DATA_DIR') }),
    );
    await first.commit({ put: { 'p03/stack/a': 1 } });
    await first.close();
    expect((await opened().open({ key: 'p03/stack/a', owner: null, now })).rows.get('p03/stack/a')?.value).toBe(1);
  });

  test('a tool works beside a running server, and takes none of its leases away', async () => {
    const server = opened();
    await server.open({ key: 'p03/stack/a', owner: 'server', now, leaseMs: 1000 });
    const tool = opened(false);
    await tool.commit({ expect: { 'p03/methods/a': 0 }, put: { 'p03/methods/a': 'by the tool' } });
    expect((await server.open({ key: 'p03/methods/a', owner: null, now })).rows.get('p03/methods/a')?.value).toBe('by the tool');
    expect((await tool.open({ key: 'p03/stack/a', owner: 'tool', now, leaseMs: 1000 })).leased).toBe(false);
  });

  test('every commit is on the disk before it is acknowledged: WAL, synchronous FULL, strict tables, for its owner only', async () => {
    const where = join(folder, 'new');
    await opened(true, where).commit({ put: { 'p03/stack/a': 1 } });
    expect(statSync(where).mode & 0o777).toBe(0o700);
    for (const end of ['', '-wal']) expect(statSync(join(where, databaseFile + end)).mode & 0o777).toBe(0o600);
    const database = new DatabaseSync(join(where, databaseFile), { readOnly: true });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    const loose = database
      .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0`)
      .all();
    expect(loose).toEqual([]);
    database.close();
  });

  test('a file of a later Latchkey, a file that is none and a folder that cannot be are refused, each with its remedy', async () => {
    await opened().close();
    const database = new DatabaseSync(join(folder, databaseFile));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => opened()).toThrow(expect.objectContaining({ code: 'latchkey_store_newer', kind: 'configuration' }));

    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, databaseFile), 'no database at all, however long one looks at it'.repeat(100));
    expect(() => opened(true, damaged)).toThrow(expect.objectContaining({ code: 'latchkey_store_unreadable', kind: 'configuration' }));

    writeFileSync(join(folder, 'file'), '');
    const refusal = expect.objectContaining({ code: 'latchkey_store_folder', kind: 'configuration' });
    expect(() => opened(true, join(folder, 'file'))).toThrow(refusal);
    expect(() => opened(true, join(folder, 'file', 'below'))).toThrow(refusal);
  });

  test('a commit that fails halfway is undone', async () => {
    const store = opened();
    await store.commit({ put: { 'p03/stack/a': 'kept' } });
    const writer = new DatabaseSync(join(folder, databaseFile));
    writer.exec(`CREATE TRIGGER refuse BEFORE INSERT ON due BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END`);
    writer.close();
    await expect(store.commit({ put: { 'p03/stack/a': 'lost' }, due: [{ id: 'p03/due/resume/a', at: now }] })).rejects.toMatchObject({
      code: 'latchkey_store_failed',
    });
    expect((await store.open({ key: 'p03/stack/a', owner: null, now })).rows.get('p03/stack/a')).toEqual({ version: 1, value: 'kept' });
    expect(await store.commit({ put: { 'p03/stack/a': 'next' } })).toEqual({ ok: true, versions: { 'p03/stack/a': 2 } });
  });

  test.each([
    ['busy', 5, false, 'latchkey_store_unavailable'],
    ['busy while committing', 5, true, 'latchkey_store_unavailable'],
    ['a full disk', 13, false, 'latchkey_store_unavailable'],
    ['an I/O error (extended code)', 10 | (3 << 8), false, 'latchkey_store_unavailable'],
    ['an I/O error while committing', 10 | (4 << 8), true, 'latchkey_store_doubtful'],
    ['a damaged file', 11, false, 'latchkey_store_unreadable'],
  ])('%s (%d) is told as what it means', (_what, errcode, committing, code) => {
    expect(sqliteFault(Object.assign(new Error('of SQLite'), { errcode }), committing)).toMatchObject({ code });
  });
});
