import { partitions } from '../store/check-commit.ts';
import type { Store } from '../store/port.ts';
import { readEntry } from './audit-record.ts';
import { readTrail } from './audit-trail.ts';
import type { Keys } from './keys.ts';

/**
 * The entries decided at or after `since` (epoch ms), each as a line of JSON, partition by partition in the order of their chain; times in
 * ISO 8601 UTC. JSON escapes line ends, so that nothing a person wrote can forge a line. A row that is not as it was written
 * comes as `{partition, sequence, fault: "changed"}`, whatever its time.
 */
export async function* exportAudit(store: Store, keyring: Keys, since: number): AsyncGenerator<string> {
  for (const partition of partitions) {
    for await (const { rows } of readTrail(store, keyring, partition)) {
      for (const { sequence, value } of rows) {
        if (value === null) continue;
        const entry = readEntry(keyring, partition, value);
        if (entry === null) yield JSON.stringify({ partition, sequence, fault: 'changed' });
        else if (entry.at >= since) yield JSON.stringify({ partition, ...entry, at: new Date(entry.at).toISOString() });
      }
    }
  }
}
