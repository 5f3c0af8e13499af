import { isFrozen, isVoid } from '../desk/freeze-record.ts';
import { joined } from '../methods/join-commits.ts';
import { keys } from '../store/keys.ts';
import type { Key, Row } from '../store/port.ts';
import { changePage, findPage, isStale } from './change-page.ts';
import { isStillHeld, type HeldVisit } from './held-page.ts';
import type { CommitParts, PageNeeds } from './needs.ts';
import { settleAfterMs, settleDue } from './settle-due.ts';

/** What is about to be asked of the directory, once. */
export interface Beginning {
  /** What it may be done on, judged at `now`, with the rows it was judged on. */
  proved(
    now: number,
  ): Promise<{ readonly ok: true; readonly expect: Readonly<Record<Key, number>>; readonly spends?: CommitParts } | { readonly ok: false }>;
  /** The rule under which it may, for the audit. */
  readonly rule: string;
  /** What is stored with the beginning. */
  readonly also?: CommitParts;
}

/**
 * Commits `setting`, on the very rows it was judged on, and on no account that is frozen meanwhile (I17); with what it uses up, and a due entry that
 * settles it should this process end. `lost`: somebody else was faster, or the page is over. `unproved`: what it was to be done on is no longer enough.
 * @param act what the audit calls it
 */
export async function beginSetting(
  needs: PageNeeds,
  visit: HeldVisit,
  beginning: Beginning,
  act: string,
): Promise<'begun' | 'lost' | 'unproved'> {
  for (;;) {
    const startedAt = needs.clock.now();
    // Read before it is judged: a freeze that comes later is a changed row.
    const frozen = await frozenRow(needs, visit.account.id);
    const judged = await beginning.proved(startedAt);
    if (!judged.ok || isFrozen(frozen) || isVoid(frozen, visit.page.createdAt)) return 'unproved';
    const expect = { ...judged.expect, [keys.frozen(visit.account.id)]: frozen?.version ?? 0 };
    const begun = await changePage<'begun' | 'lost' | 'stale'>(needs, visit.page.id, (page, rows) => {
      if (!isStillHeld(needs, visit, page)) return { state: null, result: 'lost' };
      if (isStale(rows, expect)) return { state: null, result: 'stale' };
      return {
        state: { is: 'setting', holder: visit.holder, startedAt, before: visit.account.passwordSetAt },
        also: joined([beginning.also ?? {}, judged.spends ?? {}, { due: [settleDue(page, startedAt + settleAfterMs)] }]),
        expect,
        told: { act, verdict: 'allowed', reason: beginning.rule },
        result: 'begun',
      };
    });
    if (begun !== 'stale') return begun;
  }
}

/** The row of an account's freeze as it is now; null where there never was one. */
export async function frozenRow({ store, clock }: PageNeeds, accountId: string): Promise<Row | null> {
  const key = keys.frozen(accountId);
  return (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
}

/**
 * The directory did nothing: the page is as it was before, its button can be pressed again, and what was used up for it is there again; not where
 * `isFinal`: the page ends next, and it would be no better with another.
 */
export async function goBack(
  needs: PageNeeds,
  pageId: string,
  told: { readonly act: string; readonly why: string; readonly isFinal?: true },
): Promise<void> {
  for (;;) {
    const found = await findPage(needs, pageId);
    if (found?.state.is !== 'setting') return;
    const { account: accountId, proofs: proofIds, id: use } = found;
    const nothing = { expect: {}, parts: {} };
    const { expect, parts } = told.isFinal ? nothing : await needs.rules.giveBack({ accountId, proofIds, use, now: needs.clock.now() });
    const gone = await changePage<'back' | 'stale'>(needs, pageId, (page, rows) => {
      if (page?.state.is !== 'setting') return { state: null, result: 'back' };
      if (isStale(rows, expect)) return { state: null, result: 'stale' };
      return {
        state: { is: 'held', holder: page.state.holder },
        also: joined([parts, { due: [settleDue(page, null)] }]),
        expect,
        told: { act: told.act, verdict: 'refused', reason: told.why },
        result: 'back',
      };
    });
    if (gone === 'back') return;
  }
}
