import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { type AuditHead, readHead } from './audit-record.ts';
import type { Keys } from './keys.ts';

const atOnce = 100;

/** Some of a partition's entries, with the head as it was in the same moment: the server may be writing. */
export interface TrailPage {
  /** `changed`: there is a head, and its seal is not right. */
  readonly head: AuditHead | 'missing' | 'changed';
  /** What stands at each sequence, in order; null where nothing does. */
  readonly rows: readonly { readonly sequence: number; readonly value: Json | null }[];
}

/**
 * Reads a partition's trail from its first entry, beyond its head too, to see what a head that was put back has left behind. Without a
 * head to go by it ends where a hundred entries in a row are missing.
 */
export async function* readTrail(store: Store, keyring: Keys, partition: string): AsyncGenerator<TrailPage> {
  for (let first = 1; ; first += atOnce) {
    const sequences = Array.from({ length: atOnce }, (_, n) => first + n);
    const entryKeys = sequences.map((sequence) => keys.auditEntry(partition, sequence));
    const { rows } = await store.open({ key: keys.auditHead(partition), owner: null, alsoRead: entryKeys, now: 0 });
    const headRow = rows.get(keys.auditHead(partition)) ?? null;
    const head = headRow === null ? 'missing' : (readHead(keyring, partition, headRow.value) ?? 'changed');
    const found = sequences.map((sequence, n) => ({ sequence, value: rows.get(entryKeys[n] ?? '')?.value ?? null }));
    yield { head, rows: found };
    // The page that shows the head's own entry and the place after it is the last, so that both are judged as of one moment.
    const end = typeof head === 'object' ? head.sequence : 0;
    if (end < first + atOnce - 1 && found.every(({ sequence, value }) => sequence <= end || value === null)) return;
  }
}
