import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Commit, Committed, Key, Row, Store } from './port.ts';

/** What a change decides: the commit it wants (null: nothing is to be written) and what the caller gets once it is done. */
export interface Changed<Result> {
  readonly commit: Commit | null;
  readonly result: Result;
}

/**
 * Decides on what was read; pure, because it is asked again after a conflict. `rows` holds `key` and everything of `alsoRead`, and what
 * the commit itself expected of other rows once that was wrong.
 */
export type Change<Result> = (row: Row | null, rows: ReadonlyMap<Key, Row | null>) => Changed<Result>;

export interface UpdateOptions {
  /** Further rows of the same partition: read in the same trip, and expected unchanged like `key` itself. */
  readonly alsoRead?: readonly Key[];
  /** For how long conflicts are answered by another try, in ms; 5 s when absent. */
  readonly deadlineMs?: number;
  /** Commits in place of the store itself, with an audit entry for instance. */
  readonly commit?: (commit: Commit) => Promise<Committed>;
}

/** Tries are bounded too, for a clock that stands still and a change that can never fit. */
const mostTries = 200;

/** For each store, the last update of a key that is still under way. */
const underWay = new WeakMap<Store, Map<Key, Promise<unknown>>>();

/**
 * Reads `key`, asks `change`, commits what it wants with the versions it was asked on; retried on conflict with the rows the conflict
 * brought. Updates of one key stand in line within the process, so that they conflict with other processes only.
 *
 * A doubtful fault is passed on and not retried: whoever calls again is asked on the row as it is then, and must see in it whether the
 * first call happened (an id it keeps there).
 * @throws LatchkeyError `latchkey_store_contended` (conflict) at the deadline, and the store's own
 */
export function update<Result>(store: Store, clock: Clock, key: Key, change: Change<Result>, options: UpdateOptions = {}): Promise<Result> {
  const deadline = clock.now() + (options.deadlineMs ?? 5000);
  return inLine(store, key, () => updateNow(store, clock, key, change, options, deadline));
}

async function updateNow<Result>(
  store: Store,
  clock: Clock,
  key: Key,
  change: Change<Result>,
  options: UpdateOptions,
  deadline: number,
): Promise<Result> {
  const guarded = [key, ...(options.alsoRead ?? [])];
  const commit = options.commit ?? ((wanted: Commit) => store.commit(wanted));
  const opened = await store.open({ key, owner: null, alsoRead: options.alsoRead ?? [], now: clock.now() });
  const rows = new Map(opened.rows);
  for (let tries = 1; ; tries += 1) {
    const wanted = change(rows.get(key) ?? null, rows);
    if (wanted.commit === null) return wanted.result;
    const read = Object.fromEntries(guarded.map((each) => [each, rows.get(each)?.version ?? 0]));
    const committed = await commit({ ...wanted.commit, expect: { ...wanted.commit.expect, ...read } });
    if (committed.ok) return wanted.result;
    for (const [each, row] of Object.entries(committed.rows)) rows.set(each, row);
    if (clock.now() >= deadline || tries >= mostTries) {
      throw new LatchkeyError('latchkey_store_contended', 'conflict', `a row was changed by others through ${tries} tries`);
    }
  }
}

function inLine<Result>(store: Store, key: Key, task: () => Promise<Result>): Promise<Result> {
  const line = underWay.get(store) ?? new Map<Key, Promise<unknown>>();
  underWay.set(store, line);
  const before = line.get(key) ?? Promise.resolve();
  const mine = before.then(task, task);
  line.set(key, mine);
  const leave = (): void => {
    if (line.get(key) === mine) line.delete(key);
  };
  mine.then(leave, leave);
  return mine;
}
