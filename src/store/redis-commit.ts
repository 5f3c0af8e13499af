import type { Commit, Key } from './port.ts';
import { redisKeys } from './redis-layout.ts';

/** A commit as the program that `commitScript` runs. */
export interface CommitProgram {
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** The keys of the 'expect' steps, in their order. */
  readonly expected: readonly Key[];
  /** The keys of the 'put' steps, in their order. */
  readonly put: readonly Key[];
}

/** How an inbox entry begins, so that the script finds it by its id without reading its value. */
const inboxStart = (id: string): string => `[${JSON.stringify(id)},`;

/** Writes `commit`, all of it in `partition`, as steps and the Redis keys they use. */
export function commitProgram(commit: Commit, partition: string): CommitProgram {
  const keys: string[] = [];
  const args: string[] = [];
  const step = (name: string, stepKeys: readonly string[], ...stepArgs: readonly string[]): void => {
    keys.push(...stepKeys);
    args.push(name, ...stepArgs);
  };
  const until = redisKeys.until(partition);
  const expect = Object.entries(commit.expect ?? {});
  const put = Object.entries(commit.put ?? {});

  for (const [key, version] of expect) step('expect', [redisKeys.row(key)], String(version));
  for (const [key, value] of put) step('put', [redisKeys.row(key), until], key, JSON.stringify(value), String(commit.until?.[key] ?? ''));
  for (const key of commit.remove ?? []) step('remove', [redisKeys.row(key), until], key);
  for (const { to, id, value } of commit.append ?? []) {
    step('append', [redisKeys.inbox(to), redisKeys.seen(to)], id, `${inboxStart(id)}${JSON.stringify(value)}]`);
  }
  for (const { from, ids } of commit.take ?? []) for (const id of ids) step('take', [redisKeys.inbox(from)], inboxStart(id));
  for (const { id, at, data, unlessWaiting } of commit.due ?? []) {
    const names = [redisKeys.due(partition), redisKeys.dueData(partition)];
    if (at !== null) step('due', names, id, String(at), JSON.stringify(data ?? null));
    else if (unlessWaiting === undefined) step('clear', names, id);
    else step('clearUnlessWaiting', [...names, redisKeys.inbox(unlessWaiting)], id);
  }
  for (const { index, member, score } of commit.index ?? []) {
    step('index', [redisKeys.index(partition, index)], member, String(score ?? ''));
  }
  if (commit.release !== undefined) step('release', [redisKeys.lease(commit.release.key)], commit.release.owner);

  return { keys, args, expected: expect.map(([key]) => key), put: put.map(([key]) => key) };
}
