import type { OutsideEvent } from '../../dialogs/effects.ts';
import { inboxParts } from '../conversation/inbox.ts';
import { keys, partitionOfKey } from '../store/keys.ts';
import type { Commit, Committed, Key, Row } from '../store/port.ts';
import { update } from '../store/update.ts';
import { commitAudited, type AuditFacts } from '../security/audit.ts';
import type { CommitParts, PageNeeds } from './needs.ts';
import { pageToJson, readPage, type PageRecord, type PageState } from './page-record.ts';

/** How long a page that is over is kept, so that its browser can still be told how it ended. */
const keptAfterMs = 60 * 60_000;

/** What the chat is told of a page. */
type PageEvent = Extract<OutsideEvent, { readonly page: string }>;

/** What the audit is told: the act, how it was decided and under which rule; by the account itself where no `actor` is named. */
export type PageTold = Pick<AuditFacts, 'act' | 'verdict' | 'reason'> & { readonly actor?: 'system' | 'unknown' };

/** What becomes of a page: its next state, what its chat is told, and why, in one commit. */
export interface PageStep<Result> {
  readonly state: PageState;
  readonly tell?: PageEvent;
  readonly also?: CommitParts;
  /** Rows it was decided on beside the page, with their versions; one that changed asks `decide` again, with the row as it is now. */
  readonly expect?: Readonly<Record<Key, number>>;
  readonly told: PageTold;
  readonly result: Result;
}

/** Nothing is to be changed. */
export interface NoStep<Result> {
  readonly state: null;
  readonly result: Result;
}

/**
 * Reads a page, asks `decide` (pure: asked again after a conflict) and commits its step whole: state, inbox entry with the due entry that
 * wakes the stack, audit entry. So whatever runs in parallel, each step of a page is taken once.
 */
export async function changePage<Result>(
  needs: PageNeeds,
  pageId: string,
  decide: (page: PageRecord | null, rows: ReadonlyMap<Key, Row | null>) => PageStep<Result> | NoStep<Result>,
): Promise<Result> {
  let entry: AuditFacts | null = null;
  let wakes: Key | null = null;
  const key = keys.page(pageId);
  const result = await update(
    needs.store,
    needs.clock,
    key,
    (row, rows) => {
      const page = pageOfRow(row);
      const step = decide(page, rows);
      wakes = null;
      if (page === null || step.state === null) return { commit: null, result: step.result };
      entry = entryOf(page, step.told, needs.clock.now());
      if (step.tell !== undefined) wakes = page.stack;
      return { commit: commitOf({ ...page, state: step.state }, step, needs.clock.now()), result: step.result };
    },
    { commit: (commit) => (entry === null ? needs.store.commit(commit) : commitTold(needs, key, entry, commit)) },
  );
  if (wakes !== null) needs.wake(wakes);
  return result;
}

/** Whether a row was found changed since it was read: a decision on it is to be taken anew. */
export const isStale = (rows: ReadonlyMap<Key, Row | null>, expect: Readonly<Record<Key, number>>): boolean =>
  Object.entries(expect).some(([key, version]) => rows.has(key) && (rows.get(key)?.version ?? 0) !== version);

export const pageOfRow = (row: Row | null): PageRecord | null => (row === null ? null : readPage(row.value));

/** Reads a page as it is now; null for one that never was or is forgotten. */
export async function findPage(needs: PageNeeds, pageId: string): Promise<PageRecord | null> {
  const key = keys.page(pageId);
  const opened = await needs.store.open({ key, owner: null, now: needs.clock.now() });
  return pageOfRow(opened.rows.get(key) ?? null);
}

/**
 * The parts that store a page. One whose password is being set is kept until that is settled, however long that takes; from then on what came of it is asked for as
 * long as of any other.
 */
export function pageParts(page: PageRecord, now: number): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.page(page.id);
  const until = Math.max(page.expiresAt, now) + keptAfterMs;
  return { put: { [key]: pageToJson(page) }, until: page.state.is === 'setting' ? {} : { [key]: until } };
}

/** The audit entry of what was decided on a page. Holds ids, names and rules only: neither token, number, password nor seed. */
export const entryOf = (page: PageRecord, told: PageTold, now: number): AuditFacts => ({
  at: now,
  actor: told.actor ?? page.account,
  account: page.account,
  act: told.act,
  verdict: told.verdict,
  reason: told.reason,
  proofs: page.proofs,
  door: page.door,
  reference: page.reference,
});

/** Commits with an audit entry: both, or neither. `key` names the partition. */
export const commitTold = (needs: PageNeeds, key: Key, entry: AuditFacts, commit: Commit): Promise<Committed> =>
  commitAudited(needs.store, needs.keys, { partition: partitionOfKey(key), entries: [entry], commit });

function commitOf<Result>(page: PageRecord, step: PageStep<Result>, now: number): Commit {
  const own = pageParts(page, now);
  // One step tells its chat one thing: the id makes a second telling of the same harmless.
  const told = step.tell === undefined ? null : inboxParts(page.stack, `${page.id}.${step.tell.type}`, { event: step.tell }, now);
  return {
    ...step.also,
    expect: step.expect ?? {},
    put: { ...step.also?.put, ...own.put },
    until: { ...step.also?.until, ...own.until },
    append: [...(step.also?.append ?? []), ...(told?.append ?? [])],
    due: [...(step.also?.due ?? []), ...(told?.due ?? [])],
  };
}
