import type { Config } from '../config/config.ts';
import type { Store } from './port.ts';
import { openRedis } from './redis.ts';
import { openSqlite } from './sqlite.ts';

/** The store the configuration names, opened by its server; a tool beside a running server opens with `serve: false`. */
export const openStore = async ({ redisUrl, dataDir }: Pick<Config, 'redisUrl' | 'dataDir'>, serve = true): Promise<Store> =>
  redisUrl === null ? openSqlite({ folder: dataDir, serve }) : openRedis({ url: redisUrl });
