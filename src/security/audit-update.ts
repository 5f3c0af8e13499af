import type { Clock } from '../ports.ts';
import type { Key, Row, Store } from '../store/port.ts';
import { type Changed, update, type UpdateOptions } from '../store/update.ts';
import { partitionOfKey } from '../store/keys.ts';
import { type AuditFacts, commitAudited } from './audit.ts';
import type { Keys } from './keys.ts';

/** What a change decides, and the entries that tell of it. With entries and no commit (a refusal) the entries alone are written. */
export interface AuditedChange<Result> extends Changed<Result> {
  readonly entries: readonly AuditFacts[];
}

/** `update` (src/store/update.ts) whose commits carry their audit entries. Faults: those of `update` and of `commitAudited`. */
export function updateAudited<Result>(
  store: Store,
  keyring: Keys,
  clock: Clock,
  key: Key,
  change: (row: Row | null, rows: ReadonlyMap<Key, Row | null>) => AuditedChange<Result>,
  options: Omit<UpdateOptions, 'commit'> = {},
): Promise<Result> {
  // The change is asked anew before each try, so these are always the entries of the commit at hand.
  let entries: readonly AuditFacts[] = [];
  const decide = (row: Row | null, rows: ReadonlyMap<Key, Row | null>): Changed<Result> => {
    const changed = change(row, rows);
    entries = changed.entries;
    return { result: changed.result, commit: changed.commit ?? (entries.length > 0 ? {} : null) };
  };
  return update(store, clock, key, decide, {
    ...options,
    commit: (commit) => commitAudited(store, keyring, { partition: partitionOfKey(key), entries, commit }),
  });
}
