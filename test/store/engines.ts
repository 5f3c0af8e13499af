import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Key, Store } from '../../src/store/port.ts';
import { openRedis } from '../../src/store/redis.ts';
import { redisKeys } from '../../src/store/redis-layout.ts';
import { databaseFile, openSqlite } from '../../src/store/sqlite.ts';
import { type RedisServer, redisServerPath, startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers/require.ts';

/** A store of its own for one test, and hands that reach below the port. */
export interface Fresh {
  readonly store: Store;
  /** A second store on the same rows, as another process would have it. */
  beside(): Promise<Store>;
  /** The value of a row, changed behind the store's back; null takes the row away. */
  tamper(key: Key, valueAsText: string | null): Promise<void>;
  /** Puts the values of two rows in each other's place, behind the store's back. */
  swap(a: Key, b: Key): Promise<void>;
}

export interface Engine {
  readonly name: string;
  fresh(): Promise<Fresh>;
}

/** Runs `suite` once for each engine. */
export function describeEngines(name: string, suite: (engine: Engine) => void): void {
  describe(`${name} on SQLite`, () => suite(sqliteEngine()));
  describeWith(redisServerPath, 'redis-server', `${name} on Redis`, () => suite(redisEngine()));
}

function sqliteEngine(): Engine {
  const toClose: Store[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    await Promise.all(toClose.map((store) => store.close()));
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return {
    name: 'SQLite',
    async fresh() {
      const folder = mkdtempSync(join(tmpdir(), 'latchkey-store-'));
      folders.push(folder);
      const opened = (serve: boolean): Store => {
        const store = openSqlite({ folder, serve });
        toClose.push(store);
        return store;
      };
      const below = <T>(work: (database: DatabaseSync) => T): T => {
        const database = new DatabaseSync(join(folder, databaseFile));
        try {
          return work(database);
        } finally {
          database.close();
        }
      };
      const change = 'UPDATE rows SET value = ? WHERE key = ?';
      return {
        store: opened(true),
        beside: async () => opened(false),
        tamper: async (key, value) =>
          below((database) => {
            if (value === null) database.prepare('DELETE FROM rows WHERE key = ?').run(key);
            else database.prepare(change).run(value, key);
          }),
        swap: async (a, b) =>
          below((database) => {
            const value = (key: Key): string => String(database.prepare('SELECT value FROM rows WHERE key = ?').get(key)?.['value']);
            const [first, second] = [value(a), value(b)];
            database.prepare(change).run(second, a);
            database.prepare(change).run(first, b);
          }),
      };
    },
  };
}

function redisEngine(): Engine {
  const toClose: Store[] = [];
  let server: RedisServer;
  let below: Redis;
  beforeAll(async () => {
    server = await startRedis();
    below = new Redis(server.url);
  });
  afterAll(async () => {
    await Promise.all(toClose.map((store) => store.close()));
    below.disconnect();
    await server.stop();
  });
  return {
    name: 'Redis',
    async fresh() {
      await below.flushall();
      const opened = async (): Promise<Store> => {
        const store = await openRedis({ url: server.url });
        toClose.push(store);
        return store;
      };
      return {
        store: await opened(),
        beside: opened,
        async tamper(key, value) {
          if (value === null) await below.del(redisKeys.row(key));
          else await below.hset(redisKeys.row(key), 'd', value);
        },
        async swap(a, b) {
          const [first, second] = [await below.hget(redisKeys.row(a), 'd'), await below.hget(redisKeys.row(b), 'd')];
          await below.hset(redisKeys.row(a), 'd', second ?? '');
          await below.hset(redisKeys.row(b), 'd', first ?? '');
        },
      };
    },
  };
}
