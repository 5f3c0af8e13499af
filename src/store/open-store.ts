import type { Config } from '../config/config.ts';
import type { Store } from './port.ts';
import { openSqlite } from './sqlite.ts';

/**
 * The store the configuration names, opened by its server; a tool beside a running server opens with `serve: false`.
 * The Redis client is loaded only where it is used: it costs a start more than SQLite, which is part of the runtime.
 */
export const openStore = async ({ redisUrl, dataDir }: Pick<Config, 'redisUrl' | 'dataDir'>, serve = true): Promise<Store> =>
  redisUrl === null ? openSqlite({ folder: dataDir, serve }) : (await import('./redis.ts')).openRedis({ url: redisUrl });
