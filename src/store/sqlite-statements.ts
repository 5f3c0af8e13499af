import type { DatabaseSync } from 'node:sqlite';

/** Rows forgotten in one go: housekeeping never holds up a turn. */
const forgetAtOnce = 200;

export type Statements = ReturnType<typeof statements>;

/** Every statement of the engine, prepared once. */
export function statements(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  return {
    row: sql('SELECT version, value FROM rows WHERE key = ?'),
    put: sql(`INSERT INTO rows (key, version, value, until) VALUES (?, 1, ?, ?)
      ON CONFLICT (key) DO UPDATE SET version = version + 1, value = excluded.value, until = excluded.until RETURNING version`),
    remove: sql('DELETE FROM rows WHERE key = ?'),

    lease: sql('SELECT owner, until FROM leases WHERE key = ?'),
    takeLease: sql(`INSERT INTO leases (key, owner, until) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, until = excluded.until`),
    release: sql('DELETE FROM leases WHERE key = ? AND owner = ?'),

    inbox: sql('SELECT id, value FROM inbox WHERE key = ? AND value IS NOT NULL ORDER BY sequence'),
    append: sql('INSERT OR IGNORE INTO inbox (key, id, value) VALUES (?, ?, ?)'),
    take: sql('UPDATE inbox SET value = NULL WHERE key = ? AND id = ?'),
    forgetTaken: sql(`DELETE FROM inbox WHERE key = ? AND value IS NULL
      AND sequence <= (SELECT sequence FROM inbox WHERE key = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?)`),

    setDue: sql(`INSERT INTO due (id, at, hidden_until, data) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET at = excluded.at, hidden_until = excluded.hidden_until, data = excluded.data`),
    clearDue: sql('DELETE FROM due WHERE id = ? AND NOT EXISTS (SELECT 1 FROM inbox WHERE key = ? AND value IS NOT NULL)'),
    anythingDue: sql('SELECT 1 FROM due WHERE hidden_until <= ? UNION ALL SELECT 1 FROM rows WHERE until <= ? LIMIT 1'),
    visible: sql('SELECT id, at, data FROM due WHERE hidden_until <= ? ORDER BY hidden_until, id LIMIT ?'),
    hide: sql('UPDATE due SET hidden_until = ? WHERE id = ?'),
    forget: sql(`DELETE FROM rows WHERE key IN (SELECT key FROM rows WHERE until <= ? ORDER BY until LIMIT ${forgetAtOnce}) RETURNING key`),
    forgetInbox: sql(`DELETE FROM inbox WHERE key = ? AND NOT EXISTS (SELECT 1 FROM inbox WHERE key = ? AND value IS NOT NULL)`),

    putIndexed: sql(`INSERT INTO indexes (name, member, score) VALUES (?, ?, ?)
      ON CONFLICT (name, member) DO UPDATE SET score = excluded.score`),
    removeIndexed: sql('DELETE FROM indexes WHERE name = ? AND member = ?'),
    scan: sql('SELECT member, score FROM indexes WHERE name = ? ORDER BY score, member LIMIT ?'),
    scanAfter: sql('SELECT member, score FROM indexes WHERE name = ? AND (score, member) > (?, ?) ORDER BY score, member LIMIT ?'),
  };
}
