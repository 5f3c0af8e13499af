import { type ClientContext, Redis, type Result } from 'ioredis';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { partitionOfCommit, partitionOfOpen, partitions } from './check-commit.ts';
import { parseJson } from './json.ts';
import { dueLeaseMs, inboxMemory } from './limits.ts';
import { partitionOfKey } from './keys.ts';
import type { Commit, Committed, DueEntry, InboxEntry, Key, Opened, OpenRequest, Row, ScanPage, Store } from './port.ts';
import { commitProgram } from './redis-commit.ts';
import { redisFault, unavailable } from './redis-faults.ts';
import { redisKeys } from './redis-layout.ts';
import { commitScript, lookDueScript, openScript, scanScript, takeDueScript } from './redis-scripts.ts';
import { byPlace, cursorOf, placeOf } from './scan-cursor.ts';

/** A lease that nobody gave back is forgotten by Redis a day after it ran out, by Redis's own clock. */
const forgetLeaseMs = 24 * 60 * 60 * 1000;

const scripts = {
  lkOpen: openScript,
  lkCommit: commitScript(inboxMemory),
  lkLookDue: lookDueScript,
  lkTakeDue: takeDueScript,
  lkScan: scanScript,
};
type ScriptName = keyof typeof scripts;
type Script<Context extends ClientContext> = (keyCount: number, ...keysAndArgs: string[]) => Result<Reply[], Context>;

declare module 'ioredis' {
  interface RedisCommander<Context extends ClientContext> extends Record<ScriptName, Script<Context>> {}
}

type Reply = string | number | null | Reply[];

export interface RedisOptions {
  /** `redis://` or `rediss://`, as REDIS_URL gives it. */
  readonly url: string;
  /** How long an answer is waited for, in ms. */
  readonly timeoutMs?: number;
}

/**
 * The store on one Redis server, each operation one script. Redis must keep what it acknowledges: `appendonly yes`,
 * `appendfsync always`, and no eviction; the last is checked here.
 *
 * A commit that got no answer is `latchkey_store_doubtful` and may still be carried out. Give it again only with its `expect`: if it did
 * happen, its versions have moved on and the second one conflicts. An unguarded commit would be applied twice.
 * @throws LatchkeyError `latchkey_store_unavailable`, or `latchkey_store_not_allowed`, `latchkey_store_evicts` (configuration)
 */
export async function openRedis({ url, timeoutMs = 5000 }: RedisOptions): Promise<Store> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // A connection that has died without a word is given up, so that the next command finds a living one.
    socketTimeout: timeoutMs * 2,
    disconnectTimeout: 200,
    retryStrategy: (times) => Math.min(times * 50, 1000),
    // ioredis must neither keep commands for later nor send one again by itself: a commit could then happen twice, unseen.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    scripts: Object.fromEntries(Object.entries(scripts).map(([name, lua]) => [name, { lua }])),
  });
  // Without a listener ioredis prints every failed attempt. The last one says more than a failed connect() does: a wrong password.
  let attempt: unknown = null;
  redis.on('error', (fault) => {
    attempt = fault;
  });
  try {
    await redis.connect().catch((fault: unknown) => {
      throw attempt ?? fault;
    });
    await refuseEviction(redis);
    return new RedisStore(redis);
  } catch (cause) {
    await disconnect(redis);
    throw cause instanceof LatchkeyError ? cause : redisFault(cause, false);
  }
}

async function refuseEviction(redis: Redis): Promise<void> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return;
  throw new LatchkeyError(
    'latchkey_store_evicts',
    'configuration',
    `Redis throws rows away when its memory is full (maxmemory-policy ${policy}). Set maxmemory-policy to noeviction.`,
  );
}

/** Lets go of the connection, and waits until it is gone where there is one. */
async function disconnect(redis: Redis): Promise<void> {
  const connected = !['reconnecting', 'close', 'end'].includes(redis.status);
  const ended = new Promise<void>((resolve) => redis.once('end', resolve));
  redis.disconnect();
  if (connected) await ended;
}

class RedisStore implements Store {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async open(request: OpenRequest): Promise<Opened> {
    partitionOfOpen(request);
    const { key, owner, now, leaseMs = 0, alsoRead = [] } = request;
    const wanted = [key, ...alsoRead];
    const redisNames = [redisKeys.lease(key), redisKeys.inbox(key), ...wanted.map(redisKeys.row)];
    const leaseArgs = [owner ?? '', String(now), String(now + leaseMs), String(leaseMs + forgetLeaseMs)];
    const [leased, inbox, ...rows] = await this.#run('lkOpen', redisNames, leaseArgs, false);
    if (leased === 0) return { leased: false, rows: new Map(), inbox: [] };
    return {
      leased: true,
      rows: new Map(wanted.map((each, n) => [each, row(rows[n * 2], rows[n * 2 + 1])])),
      inbox: list(inbox).map(inboxEntry),
    };
  }

  async commit(commit: Commit): Promise<Committed> {
    const partition = partitionOfCommit(commit);
    if (partition === null) return { ok: true, versions: {} };
    const program = commitProgram(commit, partition);
    const [done, ...reply] = await this.#run('lkCommit', program.keys, program.args, true);
    if (done === 1) return { ok: true, versions: Object.fromEntries(program.put.map((key, n) => [key, Number(reply[n])])) };
    const rows: Record<Key, Row | null> = {};
    for (let n = 0; n < reply.length; n += 3) rows[program.expected[Number(reply[n]) - 1] ?? ''] = row(reply[n + 1], reply[n + 2]);
    return { ok: false, reason: 'conflict', rows };
  }

  async due(now: number, n: number): Promise<readonly DueEntry[]> {
    // Looked at first, then leased: so never more is leased than is given out, and the longest due comes first over all partitions.
    const seen = (await Promise.all(partitions.map((partition) => this.#lookDue(partition, now, n)))).flat().sort(byPlace).slice(0, n);
    const wanted = Map.groupBy(seen, ({ member }) => partitionOfKey(member));
    const taken = await Promise.all(
      [...wanted].map(([partition, entries]) =>
        this.#takeDue(
          partition,
          now,
          entries.map(({ member }) => member),
        ),
      ),
    );
    const byId = new Map(taken.flat().map((entry) => [entry.id, entry]));
    return seen.flatMap(({ member }) => byId.get(member) ?? []);
  }

  async scan(index: string, from: string | null, n: number): Promise<ScanPage> {
    const after = placeOf(from);
    const args = after === null ? [String(n)] : [String(n), String(after.score), after.member];
    const pages = await Promise.all(
      partitions.map(async (partition) => pairs(await this.#run('lkScan', [redisKeys.index(partition, index)], args, false))),
    );
    const entries = pages.flat().map(scored).sort(byPlace).slice(0, n);
    return { entries, next: cursorOf(entries, n) };
  }

  async close(): Promise<void> {
    await disconnect(this.#redis);
  }

  async #lookDue(partition: string, now: number, n: number): Promise<{ member: Key; score: number }[]> {
    // The rows to forget are named by the set the script reads, and carry this partition's tag.
    const starts = [redisKeys.row, redisKeys.inbox, redisKeys.seen].map((name) => name(`${partition}/`).slice(0, -`${partition}/`.length));
    const redisNames = [redisKeys.due(partition), redisKeys.until(partition)];
    return pairs(await this.#run('lkLookDue', redisNames, [String(now), String(n), ...starts], false)).map(scored);
  }

  async #takeDue(partition: string, now: number, ids: readonly Key[]): Promise<DueEntry[]> {
    const redisNames = [redisKeys.due(partition), redisKeys.dueData(partition)];
    const reply = await this.#run('lkTakeDue', redisNames, [String(now), String(now + dueLeaseMs), ...ids], false);
    return pairs(reply).map(([id, stored]) => {
      const space = stored.indexOf(' ');
      return { id, at: Number(stored.slice(0, space)), data: parseJson(stored.slice(space + 1)) };
    });
  }

  async #run(script: ScriptName, keys: readonly string[], args: readonly string[], changes: boolean): Promise<Reply[]> {
    if (this.#redis.status !== 'ready') throw unavailable('Redis is not connected');
    try {
      return await this.#redis[script](keys.length, ...keys, ...args);
    } catch (cause) {
      throw redisFault(cause, changes);
    }
  }
}

function row(version: Reply | undefined, value: Reply | undefined): Row | null {
  return typeof version === 'string' && typeof value === 'string' ? { version: Number(version), value: parseJson(value) } : null;
}

function inboxEntry(text: Reply): InboxEntry {
  const [id, value]: [string, Json] = JSON.parse(String(text));
  return { id, value };
}

const list = (reply: Reply | undefined): readonly Reply[] => (Array.isArray(reply) ? reply : []);

function pairs(reply: readonly Reply[]): [string, string][] {
  const texts = reply.map(String);
  return Array.from({ length: texts.length / 2 }, (_, n) => [texts[n * 2] ?? '', texts[n * 2 + 1] ?? '']);
}

const scored = ([member, score]: readonly [string, string]): { member: Key; score: number } => ({ member, score: Number(score) });
