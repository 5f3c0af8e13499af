import { openSqlite } from '../../src/store/sqlite.ts';

/** Run as a process of its own: commits as fast as it can and prints each number once it is acknowledged, until it is killed. */
const [folder = ''] = process.argv.slice(2);
const store = openSqlite({ folder, serve: true });
const key = 'p03/stack/a';
const now = Date.UTC(2026, 0, 15, 8);

await store.open({ key, owner: 'killed', now, leaseMs: 1_000_000 });
await store.commit({ due: [{ id: 'p03/due/resume/a', at: now }] });
await store.due(now, 1);
for (let n = 1; ; n += 1) {
  await store.commit({ expect: { [key]: n - 1 }, put: { [key]: n }, append: [{ to: key, id: String(n), value: n }] });
  process.stdout.write(`${n}\n`);
}
