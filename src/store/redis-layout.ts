import { partitionOfKey } from './keys.ts';
import type { Key } from './port.ts';

/**
 * The names of what stands in Redis. Each carries its partition as hash tag, `latchkey:{p07}:...`, so that a partition is one slot of a
 * Cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags) and its scripts run on one node.
 */
const named = (partition: string, kind: string, rest: string): string => `latchkey:{${partition}}:${kind}:${rest}`;
const ofKey =
  (kind: string) =>
  (key: Key): string =>
    named(partitionOfKey(key), kind, key);
const ofPartition =
  (kind: string) =>
  (partition: string): string =>
    `latchkey:{${partition}}:${kind}`;

export const redisKeys = {
  /** Hash: `v` version, `d` value as JSON text. */
  row: ofKey('row'),
  /** Hash: `o` owner, `u` epoch ms. */
  lease: ofKey('lease'),
  /** List of `[id,value]` as JSON text, oldest first. */
  inbox: ofKey('inbox'),
  /** List of the last ids the inbox has had, newest first. */
  seen: ofKey('seen'),
  /** Sorted set of row keys by the time they may be forgotten. */
  until: ofPartition('until'),
  /** Sorted set of due ids by the time they are visible. */
  due: ofPartition('due'),
  /** Hash of due ids: `<at> <data as JSON text>`. */
  dueData: ofPartition('due-data'),
  /** Sorted set of members. */
  index: (partition: string, index: string): string => named(partition, 'index', index),
} as const;
