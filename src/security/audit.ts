import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Committed, Key, Row, Store } from '../store/port.ts';
import { type AuditEntry, type AuditFacts, headAfter, nextEntry, readHead } from './audit-record.ts';
import type { Keys } from './keys.ts';

export type { AuditFacts } from './audit-record.ts';

/** The parts that write audit entries, to be merged into the commit of the act they tell of. */
export type AuditParts = Required<Pick<Commit, 'expect' | 'put'>>;

/** An act and the entries that tell of it: both are done, or neither. */
export interface Audited {
  /** The partition of the act, which is that of the account it is for. */
  readonly partition: string;
  readonly entries: readonly AuditFacts[];
  readonly commit: Commit;
}

/** Every conflict on the head means that somebody else wrote an entry; this many in a row do not happen. */
const mostTries = 100;

/**
 * The commit parts that append `entries` to the chain of `partition`.
 * @param head the row at `keys.auditHead(partition)` as it was read; null where there is none
 * @throws LatchkeyError `latchkey_security_audit_broken` when the head is not one this server can vouch for
 */
export function auditParts(keyring: Keys, partition: string, head: Row | null, entries: readonly AuditFacts[]): AuditParts {
  const start = head === null ? null : readHead(keyring, partition, head.value);
  // To go on from a head that was changed would seal the change.
  if (head !== null && start === null) throw broken(partition);
  const chain: AuditEntry[] = [];
  for (const facts of entries) chain.push(nextEntry(keyring, partition, chain.at(-1) ?? start, facts));
  const last = chain.at(-1);
  if (last === undefined) return { expect: {}, put: {} };
  const rows = chain.map((entry): [Key, Json] => [keys.auditEntry(partition, entry.sequence), entry]);
  return {
    expect: { ...Object.fromEntries(rows.map(([key]) => [key, 0])), [keys.auditHead(partition)]: head?.version ?? 0 },
    put: { ...Object.fromEntries(rows), [keys.auditHead(partition)]: headAfter(keyring, partition, last) },
  };
}

/** A partition's head as this process wrote or met it last, and the commits that stand in line to move it on. */
interface Trail {
  head: Row | null;
  last: Promise<unknown>;
}

const trails = new WeakMap<Store, Map<string, Trail>>();

/**
 * Commits an act with its entries, in one trip as a rule: the head is remembered, audited commits of a partition stand in line within the
 * process, and a conflict on nothing but the head (another process wrote an entry) is tried again with the head it brought.
 * What comes back is the act's own: its versions, or the rows it was wrong about. After a doubtful fault the rule of the store holds:
 * give it again only with its own `expect`.
 * @throws LatchkeyError `latchkey_security_audit_broken`, `latchkey_security_audit_contended`, and the store's own
 */
export function commitAudited(store: Store, keyring: Keys, audited: Audited): Promise<Committed> {
  const trail = trailOf(store, audited.partition);
  const mine = trail.last.then(() => commitInLine(store, keyring, audited, trail));
  trail.last = mine.catch(() => {});
  return mine;
}

async function commitInLine(store: Store, keyring: Keys, { partition, entries, commit }: Audited, trail: Trail): Promise<Committed> {
  const headKey = keys.auditHead(partition);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const parts = auditParts(keyring, partition, trail.head, entries);
    const whole = { ...commit, expect: { ...commit.expect, ...parts.expect }, put: { ...commit.put, ...parts.put } };
    const committed = await store.commit(whole);
    if (committed.ok) {
      const head = parts.put[headKey];
      const version = committed.versions[headKey];
      if (head !== undefined && version !== undefined) trail.head = { version, value: head };
      return { ok: true, versions: without(committed.versions, parts) };
    }
    const rows = without(committed.rows, parts);
    if (headKey in committed.rows) trail.head = committed.rows[headKey] ?? null;
    // The head is as it was and yet a later entry stands there: the head was put back.
    else if (Object.keys(rows).length < Object.keys(committed.rows).length) throw broken(partition);
    if (Object.keys(rows).length > 0) return { ok: false, reason: 'conflict', rows };
  }
  throw new LatchkeyError(
    'latchkey_security_audit_contended',
    'conflict',
    `the audit trail of ${partition} moved on through ${mostTries} tries`,
  );
}

function trailOf(store: Store, partition: string): Trail {
  const ofStore = trails.get(store) ?? new Map<string, Trail>();
  trails.set(store, ofStore);
  const trail = ofStore.get(partition) ?? { head: null, last: Promise.resolve() };
  ofStore.set(partition, trail);
  return trail;
}

const without = <T>(all: Readonly<Record<Key, T>>, parts: AuditParts): Record<Key, T> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !(key in parts.put)));

const broken = (partition: string): LatchkeyError =>
  new LatchkeyError(
    'latchkey_security_audit_broken',
    'configuration',
    `The audit trail of ${partition} is not as this server left it, so nothing more is done there. If a key was taken out of SEAL_KEYS, put it back behind the first; else run "npm run audit -- verify" and restore the store from a backup.`,
  );
