import type { Json } from '../ports.ts';
import type { Commit, Key } from '../store/port.ts';

/** Parts of one commit as one; of two puts of a key the later holds. */
export function joined(parts: readonly Omit<Commit, 'expect' | 'release'>[]): Commit {
  const put: Record<Key, Json> = {};
  const until: Record<Key, number> = {};
  for (const part of parts) {
    Object.assign(put, part.put);
    Object.assign(until, part.until);
  }
  return {
    put,
    until,
    remove: parts.flatMap(({ remove = [] }) => remove),
    append: parts.flatMap(({ append = [] }) => append),
    take: parts.flatMap(({ take = [] }) => take),
    due: parts.flatMap(({ due = [] }) => due),
    index: parts.flatMap(({ index = [] }) => index),
  };
}
