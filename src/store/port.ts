import type { Json } from '../ports.ts';

/**
 * A row's key, `<partition>/<kind>/<rest>`: the partition (`p00` ... `p15`, see keys.ts) comes first. Everything one commit touches belongs to
 * one partition; an engine refuses a commit that does not (`latchkey_store_partitions`, a defect).
 */
export type Key = string;

export interface Row {
  /** Grows by one with every put; an absent row has version 0. */
  readonly version: number;
  readonly value: Json;
}

/** What happened elsewhere and waits for the stack it is for, oldest first. */
export interface InboxEntry {
  readonly id: string;
  readonly value: Json;
}

export interface Opened {
  /** False when somebody else holds the lease: then nothing was read. Always true for a read without an owner. */
  readonly leased: boolean;
  /** `key` and every key of `alsoRead`; null where there is no row. */
  readonly rows: ReadonlyMap<Key, Row | null>;
  /** The inbox of `key`. */
  readonly inbox: readonly InboxEntry[];
}

export interface OpenRequest {
  readonly key: Key;
  /** Who takes the lease on `key`; null reads without one. */
  readonly owner: string | null;
  readonly alsoRead?: readonly Key[];
  readonly now: number;
  /** How long the lease holds, in ms. Needed with an owner. */
  readonly leaseMs?: number;
}

export interface Commit {
  /** What the writer read: key to version, 0 for absent. One mismatch and nothing is done. */
  readonly expect?: Readonly<Record<Key, number>>;
  readonly put?: Readonly<Record<Key, Json>>;
  /** When a row of `put` may be forgotten, epoch ms. Readers check times themselves: this is housekeeping only. A put without it clears it. */
  readonly until?: Readonly<Record<Key, number>>;
  readonly remove?: readonly Key[];
  /** Inbox entries for the row `to`. An id that this inbox has had in its last 200 does nothing. */
  readonly append?: readonly { readonly to: Key; readonly id: string; readonly value: Json }[];
  /** Inbox entries that are done with. */
  readonly take?: readonly { readonly from: Key; readonly ids: readonly string[] }[];
  /** Sets what is due at a time (epoch ms), or with `at: null` clears it. `id` is a Key too: its partition is the commit's. */
  readonly due?: readonly {
    readonly id: Key;
    readonly at: number | null;
    readonly data?: Json;
    /** Clears only when the inbox of this row is empty once `take` is done: what came in meanwhile keeps its due entry. */
    readonly unlessWaiting?: Key;
  }[];
  /** Puts `member` into a sorted index with a score, or with `score: null` takes it out. */
  readonly index?: readonly { readonly index: string; readonly member: Key; readonly score: number | null }[];
  /** Gives a lease back; one that has passed to somebody else is left alone. */
  readonly release?: { readonly key: Key; readonly owner: string };
}

export type Committed =
  | { readonly ok: true; readonly versions: Readonly<Record<Key, number>> }
  /** The rows that were not as expected, as they are now, so that a retry need not read again. */
  | { readonly ok: false; readonly reason: 'conflict'; readonly rows: Readonly<Record<Key, Row | null>> };

export interface DueEntry {
  readonly id: Key;
  readonly at: number;
  readonly data: Json;
}

export interface ScanPage {
  readonly entries: readonly { readonly member: Key; readonly score: number }[];
  /** Give it as `from` for the next page; null at the end. */
  readonly next: string | null;
}

/**
 * Where everything is kept. Four operations; domain rules are plain functions above them.
 * Faults: `latchkey_store_unavailable` (unavailable: not done), `latchkey_store_doubtful` (doubtful: a commit may have happened).
 */
export interface Store {
  /** Lease and read in one trip. */
  open(request: OpenRequest): Promise<Opened>;
  /** All or nothing. */
  commit(commit: Commit): Promise<Committed>;
  /** Leases up to `n` entries that are due at `now`: each is hidden from other callers for 30 s, then due again unless cleared. Also forgets rows whose `until` has passed. */
  due(now: number, n: number): Promise<readonly DueEntry[]>;
  /** `n` members of an index in rising order of score, over all partitions, from the cursor of the page before (null: from the start). */
  scan(index: string, from: string | null, n: number): Promise<ScanPage>;
  close(): Promise<void>;
}
