import type { Clock, Random } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { keys, partitionOf, partitionOfKey } from '../store/keys.ts';
import type { Commit, DueEntry, Key, Row, Store } from '../store/port.ts';
import { backOffMs, mostTries } from './back-off.ts';
import { type CarriedKind, isOnce, isSealed, openOwed, type OutboxRow, type OutboxState, type Owed, readOutboxRow } from './outbox.ts';
import type { Delivered, Delivery } from './port.ts';

/** How long an ended row can still be looked at, in ms. */
const rememberedMs = 7 * 24 * 3_600_000;

/** How bringing a case card to the desk ended, and what is to be written of it in the same commit. */
export type CaseBrought = Delivered & {
  readonly also?: { readonly reads: Key; change(row: Row | null): Commit };
};

/** Brings a case's card to the helpdesk's conversation; `desk` implements it. Never throws. */
export interface CaseCarrier {
  bring(kind: 'case-post' | 'case-update', caseId: string): Promise<CaseBrought>;
}

export type Carriers = Readonly<Record<CarriedKind, (what: string, id: string) => Promise<CaseBrought>>>;

/** Something that did not arrive, or may not have. */
export interface Lost {
  readonly id: string;
  readonly kind: Owed['kind'];
  readonly state: 'rejected' | 'doubtful' | 'given-up';
  readonly tries: number;
}

export interface DispatcherParts {
  readonly store: Store;
  readonly seals: Keys;
  readonly clock: Clock;
  readonly random: Random;
  readonly delivery: Delivery;
  readonly cases: CaseCarrier;
  /** What other rooms carry themselves. `id` is the row's own. Never throws. */
  readonly carriers: Carriers;
  /** Hears what did not arrive: names only, for the log. `given-up` is worth waking somebody. */
  readonly onLost: (lost: Lost) => void;
}

/** Pays what the outbox owes, row by row. Several may work on one store. */
export class OutboxDispatcher {
  readonly #parts: DispatcherParts;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  /**
   * Handles a due entry `<partition>/due/outbox/<id>`. A row is committed as started before its call and with the outcome after it, so
   * that whoever finds it started knows that the call may have happened: a notice is then doubtful and not repeated; what belongs to a case
   * is made again under the same case number. What this throws leaves the entry for its next lease.
   */
  async deliverDue(entry: DueEntry): Promise<void> {
    const partition = partitionOfKey(entry.id);
    const id = entry.id.slice(`${partition}/due/outbox/`.length);
    const key = keys.outbox(partition, id);
    const started = await this.#start(key, entry.id, id);
    if (started === null) return;
    const brought = await this.#bring(id, started.account, openOwed(this.#parts.seals, key, started));
    await this.#settle(key, entry.id, id, started.tries, brought);
  }

  /** Commits the row as started; null when there is nothing to be done for it. */
  #start(key: Key, due: Key, id: string): Promise<OutboxRow | null> {
    const now = this.#parts.clock.now();
    return this.#change(key, id, (row) => {
      if (row === null || (row.state !== 'owed' && row.state !== 'started')) return { commit: { due: [{ id: due, at: null }] }, row: null };
      if (row.state === 'started' && (isOnce(row.kind) || isSpent(row))) {
        const lost: OutboxRow = { ...row, state: isOnce(row.kind) ? 'doubtful' : 'given-up' };
        return { commit: ended(key, due, lost, now), row: lost };
      }
      const next: OutboxRow = { ...row, state: 'started', tries: row.tries + 1 };
      return { commit: { put: { [key]: { ...next } } }, row: next };
    }).then((row) => (row?.state === 'started' ? row : null));
  }

  /** A notice did not arrive, as its provider says after it took it: written down and told, once. Nothing is sent again. */
  async notArrived(account: string, id: string): Promise<void> {
    const key = keys.outbox(partitionOf(account), id);
    await this.#change(key, id, (row) => {
      if (row === null || row.kind !== 'notice' || (row.state !== 'started' && row.state !== 'sent')) return { commit: null, row: null };
      const lost: OutboxRow = { ...row, state: 'rejected' };
      return { commit: ended(key, keys.due(partitionOf(account), 'outbox', id), lost, this.#parts.clock.now()), row: lost };
    });
  }

  #bring(id: string, account: string, owed: Owed): Promise<CaseBrought> {
    if ('parcel' in owed) {
      const about = owed.kind === 'notice' ? { about: { account, what: 'notice' } as const } : {};
      return this.#parts.delivery.deliver({ ...owed.parcel, id, ...about });
    }
    return 'case' in owed ? this.#parts.cases.bring(owed.kind, owed.case) : this.#parts.carriers[owed.kind](owed.what, id);
  }

  /** Commits the outcome, and with it what the carrier wants written. */
  async #settle(key: Key, due: Key, id: string, tries: number, brought: CaseBrought): Promise<void> {
    const { clock, random } = this.#parts;
    const { also } = brought;
    await this.#change(
      key,
      id,
      (row, rows) => {
        // Somebody else took it over meanwhile, and settles it.
        if (row === null || row.state !== 'started' || row.tries !== tries) return { commit: null, row: null };
        const after: OutboxRow = { ...row, state: outcome(row, brought) };
        if (after.state === 'owed') {
          const at = clock.now() + backOffMs(row.tries, random, brought.ok ? 0 : brought.retryAfterMs, row.kind === 'case-post');
          return { commit: { put: { [key]: { ...after } }, due: [{ id: due, at }] }, row: after };
        }
        const extra = also === undefined ? {} : also.change(rows.get(also.reads) ?? null);
        return { commit: together(ended(key, due, after, clock.now()), extra), row: after };
      },
      also?.reads,
    );
  }

  /** Changes the row; one that ends without having arrived gets its audit entry in the same commit, and is told once it is done. */
  async #change(
    key: Key,
    id: string,
    decide: (row: OutboxRow | null, rows: ReadonlyMap<Key, Row | null>) => { commit: Commit | null; row: OutboxRow | null },
    alsoRead?: Key,
  ): Promise<OutboxRow | null> {
    const { store, clock, seals } = this.#parts;
    const row = await updateAudited<OutboxRow | null>(
      store,
      seals,
      clock,
      key,
      (found, rows) => {
        const { commit, row: after } = decide(found === null ? null : readOutboxRow(found.value), rows);
        return { commit, result: after, entries: after !== null && isLost(after) ? [lostEntry(after, clock.now())] : [] };
      },
      alsoRead === undefined ? {} : { alsoRead: [alsoRead] },
    );
    if (row !== null && isLost(row)) this.#parts.onLost({ id, kind: row.kind, state: row.state, tries: row.tries });
    return row;
  }
}

const isLost = (row: OutboxRow): row is OutboxRow & Pick<Lost, 'state'> =>
  row.state === 'rejected' || row.state === 'doubtful' || row.state === 'given-up';

const lostEntry = ({ account, kind, state }: OutboxRow, at: number): AuditFacts => ({
  at,
  actor: 'system',
  account,
  act: `delivery.${kind}`,
  verdict: 'refused',
  reason: state,
  proofs: [],
  door: 'system',
  reference: null,
});

/** The state after a try. What belongs to a case is tried again even when it may have arrived: its loss is worse than a double (R45). */
function outcome(row: OutboxRow, brought: Delivered): OutboxState {
  if (brought.ok) return 'sent';
  if (brought.reason === 'rejected') return 'rejected';
  if (brought.reason === 'doubtful' && isOnce(row.kind)) return 'doubtful';
  return isSpent(row) ? 'given-up' : 'owed';
}

/** Whether it was tried for long enough. A case's card is tried for as long as it takes: meanwhile the case goes other ways (src/desk/case-clock.ts). */
const isSpent = ({ kind, tries }: OutboxRow): boolean => kind !== 'case-post' && tries >= mostTries;

/** The row at its end: nothing is due any more, what was sealed is gone, and the rest is forgotten after a while. */
function ended(key: Key, due: Key, row: OutboxRow, now: number): Commit {
  const what = isSealed(row.kind) ? '' : row.what;
  return { put: { [key]: { ...row, what } }, until: { [key]: now + rememberedMs }, due: [{ id: due, at: null }] };
}

const together = (one: Commit, other: Commit): Commit => ({
  put: { ...one.put, ...other.put },
  until: { ...one.until, ...other.until },
  due: [...(one.due ?? []), ...(other.due ?? [])],
  index: [...(one.index ?? []), ...(other.index ?? [])],
  append: [...(one.append ?? []), ...(other.append ?? [])],
});
