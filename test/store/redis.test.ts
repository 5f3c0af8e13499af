import { setTimeout as after } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { partitionOfKey } from '../../src/store/keys.ts';
import type { Commit, Store } from '../../src/store/port.ts';
import { openRedis } from '../../src/store/redis.ts';
import { type RedisServer, redisServerPath, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';

const key = 'p03/stack/a';
const now = 1_800_000_000_000;
const guarded: Commit = { expect: { [key]: 0 }, put: { [key]: 'once' }, append: [{ to: key, id: 'i', value: 1 }] };

describeWith(redisServerPath, 'redis-server', 'the store on Redis alone', () => {
  let server: RedisServer;
  let below: Redis;
  let store: Store;
  beforeAll(async () => {
    server = await startRedis();
    below = new Redis(server.url);
    below.on('error', () => {});
  });
  afterAll(async () => {
    below.disconnect();
    await server.stop();
  });
  beforeEach(async () => {
    await below.flushall();
    store = await openRedis({ url: server.url, timeoutMs: 20_000 });
  });
  afterEach(() => store.close());

  /** Opens it anew where a limit is to run out, and does. */
  const impatiently = async (): Promise<void> => {
    await store.close();
    store = await openRedis({ url: server.url, timeoutMs: 1_000 });
  };

  const opened = (owner: string | null) => store.open({ key, owner, now, leaseMs: 1000, alsoRead: ['p03/methods/a'] });

  test('each operation is one script, and every key a script touches carries the tag of its partition', async () => {
    const seen: { readonly args: string[]; readonly fromScript: boolean }[] = [];
    const monitor = await below.monitor();
    let ended = (): void => {};
    const end = new Promise<void>((resolve) => (ended = resolve));
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (args[0] === 'echo') ended();
      else seen.push({ args, fromScript: source === 'lua' });
    });

    await store.commit({ put: { [key]: 1, 'p03/draft/a': 1 }, until: { 'p03/draft/a': now }, append: [{ to: key, id: 'i', value: 1 }] });
    await opened('me');
    await store.commit({
      expect: { [key]: 1, 'p03/proof/a': 0 },
      put: { [key]: 2, 'p03/methods/a': 1 },
      until: { [key]: now + 1 },
      remove: ['p03/challenge/a'],
      append: [{ to: 'p03/stack/b', id: 'j', value: 1 }],
      take: [{ from: key, ids: ['i'] }],
      due: [
        { id: 'p03/due/resume/a', at: now },
        { id: 'p03/due/resume/b', at: null },
        { id: 'p03/due/resume/c', at: null, unlessWaiting: key },
      ],
      index: [
        { index: 'open-cases', member: 'p03/case/a', score: 1 },
        { index: 'open-cases', member: 'p03/case/b', score: null },
      ],
      release: { key, owner: 'me' },
    });
    await store.due(now, 5);
    await store.scan('open-cases', JSON.stringify([0, 'p03/case/0']), 5);
    await below.echo('end');
    await end;
    monitor.disconnect();

    const tagOf = (name: string): string => /^latchkey:\{(p\d\d)\}:/.exec(name)?.[1] ?? `no tag in "${name}"`;
    const scripts: { readonly keys: string[]; readonly touched: string[] }[] = [];
    for (const { args, fromScript } of seen) {
      if (fromScript) scripts.at(-1)?.touched.push(args[1] ?? '');
      else if (/^eval(sha)?$/i.test(args[0] ?? '')) scripts.push({ keys: args.slice(3, 3 + Number(args[2])), touched: [] });
      else throw new Error(`not a script: ${args[0]}`);
    }
    // Three for the open and the commits, one a partition for `due` and `scan`, one to lease what was due.
    expect(scripts).toHaveLength(3 + 16 + 1 + 16);
    for (const { keys, touched } of scripts) {
      expect(new Set([...keys, ...touched].map(tagOf)).size).toBe(1);
      expect(tagOf(keys[0] ?? '')).toMatch(/^p\d\d$/);
    }
    // The rows that `due` forgets are named by its set; everything else is handed over in KEYS.
    const derived = scripts.flatMap(({ keys, touched }) => touched.filter((name) => !keys.includes(name)));
    expect([...new Set(derived)].sort()).toEqual(['inbox', 'row', 'seen'].map((kind) => `latchkey:{p03}:${kind}:p03/draft/a`));
    expect(scripts.every(({ touched }) => touched.length > 0)).toBe(true);
  });

  test('a turn without checks and acts is two commands', async () => {
    await below.config('RESETSTAT');
    await opened('me');
    await store.commit({ expect: { [key]: 0 }, put: { [key]: 1 }, release: { key, owner: 'me' } });
    const stats = await below.info('commandstats');
    const scripts = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
    expect(scripts).toBe(2);
  });

  test('a commit that timed out is doubtful: it may happen later, and given again with its versions it happens once', async () => {
    await impatiently();
    await below.client('PAUSE', 60_000, 'WRITE');
    await expect(store.commit(guarded)).rejects.toMatchObject({ code: 'latchkey_store_doubtful', kind: 'doubtful' });
    await below.client('UNPAUSE');
    expect(await store.commit(guarded)).toEqual({ ok: false, reason: 'conflict', rows: { [key]: { version: 1, value: 'once' } } });
    expect((await opened(null)).inbox).toEqual([{ id: 'i', value: 1 }]);
  });

  test('a read that timed out is unavailable', async () => {
    await impatiently();
    await below.client('PAUSE', 60_000, 'ALL');
    await expect(opened(null)).rejects.toMatchObject({ code: 'latchkey_store_unavailable', kind: 'unavailable' });
    await server.restart();
  });

  test('Redis dies: what was sent is doubtful, what was not is unavailable, what was acknowledged is there when it is back', async () => {
    await store.commit({ put: { 'p03/methods/a': 'kept' } });
    await below.client('PAUSE', 60_000, 'WRITE');
    const sent = store.commit(guarded);
    const doubtful = expect(sent).rejects.toMatchObject({ code: 'latchkey_store_doubtful' });
    await below.ping();
    await server.kill();
    await doubtful;
    await expect(store.commit(guarded)).rejects.toMatchObject({ code: 'latchkey_store_unavailable' });
    await expect(store.due(now, 1)).rejects.toMatchObject({ code: 'latchkey_store_unavailable' });

    await server.restart();
    const back = async (): Promise<Awaited<ReturnType<typeof opened>>> => {
      for (;;) {
        try {
          return await opened(null);
        } catch {
          await after(10);
        }
      }
    };
    expect((await back()).rows.get('p03/methods/a')).toEqual({ version: 1, value: 'kept' });
    expect(await store.commit(guarded)).toMatchObject({ ok: true });
  });

  test('a Redis that takes no writes is unavailable, and nothing was done', async () => {
    await below.config('SET', 'min-replicas-to-write', '1');
    const refused = await store.commit({ ...guarded, put: { [key]: 'a value for nobody' } }).catch((fault: unknown) => fault);
    expect(refused).toMatchObject({ code: 'latchkey_store_unavailable', kind: 'unavailable' });
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('a value for nobody');
    await below.config('SET', 'min-replicas-to-write', '0');
    expect((await opened(null)).rows.get(key)).toBeNull();
  });

  test('a Redis that throws rows away is refused, with the remedy', async () => {
    await below.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(openRedis({ url: server.url })).rejects.toMatchObject({
      code: 'latchkey_store_evicts',
      kind: 'configuration',
      message: expect.stringContaining('noeviction'),
    });
    await below.config('SET', 'maxmemory-policy', 'noeviction');
  });

  test('a wrong password and no server at all are told apart, and neither fault holds the password', async () => {
    await below.config('SET', 'requirepass', 'right-one');
    const wrong = server.url.replace('//', '//:wrong-one@');
    for (const url of [wrong, server.url]) {
      const refused = await openRedis({ url }).catch((fault: unknown) => fault);
      expect(refused).toMatchObject({ code: 'latchkey_store_not_allowed', kind: 'configuration' });
      expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('wrong-one');
    }
    await below.config('SET', 'requirepass', '');
    await expect(openRedis({ url: 'redis://127.0.0.1:1' })).rejects.toMatchObject({ code: 'latchkey_store_unavailable' });
  });

  test('what is stored under one partition is named by its tag alone', async () => {
    await store.commit(guarded);
    await opened('me');
    const names = await below.keys('*');
    expect(names.length).toBeGreaterThan(3);
    expect(names.every((name) => name.startsWith(`latchkey:{${partitionOfKey(key)}}:`))).toBe(true);
  });
});
