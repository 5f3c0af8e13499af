import { partitions } from '../store/check-commit.ts';
import type { Store } from '../store/port.ts';
import { type AuditHead, readEntry } from './audit-record.ts';
import { readTrail, type TrailPage } from './audit-trail.ts';
import type { Keys } from './keys.ts';

/** What is wrong at one place of the trail. */
interface AuditFault {
  readonly partition: string;
  readonly sequence: number;
  readonly fault:
    /** The entry is not what was written there. */
    | 'changed'
    | 'missing'
    /** A true entry of another place. */
    | 'misplaced'
    /** A true entry that does not follow the one before it, or the head. */
    | 'unlinked'
    /** A true entry after the end that the head gives: the head was put back. */
    | 'beyond-head'
    /** The head is gone, or is not what was written; the sequence is that of the last entry found. */
    | 'head-missing'
    | 'head-changed';
}

export interface AuditReport {
  /** How many entries were found as they were written. */
  readonly intact: number;
  readonly faults: readonly AuditFault[];
}

/**
 * Checks every entry of every partition against its mac, its place and the one before it. What it cannot see is a partition, head and
 * all, put back to how it once was by someone who kept a copy: an exported trail shows that.
 */
export async function verifyAudit(store: Store, keyring: Keys): Promise<AuditReport> {
  const walks = await Promise.all(partitions.map((partition) => verifyPartition(store, keyring, partition)));
  return { intact: walks.reduce((sum, { intact }) => sum + intact, 0), faults: walks.flatMap(({ faults }) => faults) };
}

async function verifyPartition(store: Store, keyring: Keys, partition: string): Promise<AuditReport> {
  const walk = new Walk(keyring, partition);
  for await (const page of readTrail(store, keyring, partition)) walk.take(page);
  return walk.end();
}

/** Goes along a chain, entry by entry. */
class Walk {
  readonly #keyring: Keys;
  readonly #partition: string;
  readonly #faults: AuditFault[] = [];
  #intact = 0;
  #head: TrailPage['head'] = 'missing';
  /** The sequence of the last row that is there. */
  #last = 0;
  /** The mac that the next entry must name; null when the entry before it cannot tell. */
  #previous: string | null = '';
  /** The mac of the entry the head names, once met. */
  #macAtHead: string | null = null;

  constructor(keyring: Keys, partition: string) {
    this.#keyring = keyring;
    this.#partition = partition;
  }

  take({ head, rows }: TrailPage): void {
    this.#head = head;
    for (const { sequence, value } of rows) {
      if (value === null) continue;
      this.#skipTo(sequence);
      this.#check(sequence, value, head);
      this.#last = sequence;
    }
  }

  end(): AuditReport {
    const head = this.#head;
    if (typeof head === 'object') {
      this.#skipTo(head.sequence + 1);
      if (this.#macAtHead !== null && this.#macAtHead !== head.mac) this.#fault(head.sequence, 'unlinked');
    } else if (head === 'changed') this.#fault(this.#last, 'head-changed');
    else if (this.#last > 0) this.#fault(this.#last, 'head-missing');
    return { intact: this.#intact, faults: this.#faults };
  }

  /** Everything between the last row found and `sequence` is missing. */
  #skipTo(sequence: number): void {
    for (let gap = this.#last + 1; gap < sequence; gap += 1) {
      this.#fault(gap, 'missing');
      this.#previous = null;
    }
  }

  #check(sequence: number, value: Parameters<typeof readEntry>[2], head: TrailPage['head']): void {
    const entry = readEntry(this.#keyring, this.#partition, value);
    const before = this.#previous;
    this.#previous = null;
    if (entry === null) return this.#fault(sequence, 'changed');
    if (entry.sequence !== sequence) return this.#fault(sequence, 'misplaced');
    this.#previous = entry.mac;
    if (isHead(head) && sequence === head.sequence) this.#macAtHead = entry.mac;
    if (isHead(head) && sequence > head.sequence) return this.#fault(sequence, 'beyond-head');
    if (before !== null && entry.previous !== before) return this.#fault(sequence, 'unlinked');
    this.#intact += 1;
  }

  #fault(sequence: number, fault: AuditFault['fault']): void {
    this.#faults.push({ partition: this.#partition, sequence, fault });
  }
}

const isHead = (head: TrailPage['head']): head is AuditHead => typeof head === 'object';
