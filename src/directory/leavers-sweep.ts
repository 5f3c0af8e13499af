import { z } from 'zod';
import { holderOf } from '../methods/leaver.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { indexes, keys } from '../store/keys.ts';
import type { DueEntry, Store } from '../store/port.ts';
import { foundIn, leaverStep, takeLeaverStep, type Found, type LeaverNeeds } from './leavers.ts';
import type { Directory } from './port.ts';

/** The due entry, `what` segment. */
export const leaversDue = 'leavers';

const dueId = keys.due('p00', leaversDue, 'sweep');

const dayMs = 24 * 3_600_000;
/** How many accounts are looked at in one go, and how long until the next, ms: a directory has other things to do. */
const atOnce = 20;
const betweenMs = 2_000;
/** How long after the very first start the first look is taken, ms. */
const firstMs = 60 * 60_000;
/** How long a directory that does not answer is left alone, ms. */
const silentMs = 10 * 60_000;
/** So few leavers are never too many for one day, however small the company. */
const fewLeavers = 5;

/** What stands in the due entry: how far the look of today came. */
const sweepShape = z.object({
  from: z.string().nullable().default(null),
  looked: z.int().default(0),
  /** Accounts found disabled or gone whose methods are not suspended yet. */
  leaving: z.array(z.string()).default([]),
});
type Sweep = z.infer<typeof sweepShape>;
const fresh: Sweep = { from: null, looked: 0, leaving: [] };

/** Makes the daily look due, once for a store: from then on each look owes the next. */
export async function beginLeaversSweep(store: Store, now: number): Promise<void> {
  await store.commit({
    expect: { [keys.leaversSweep]: 0 },
    put: { [keys.leaversSweep]: { since: now } },
    due: [{ id: dueId, at: now + firstMs, data: fresh }],
  });
}

export interface SweepNeeds extends LeaverNeeds {
  /** The directory itself, not one that notes leavers as it reads. */
  readonly directory: Pick<Directory, 'find'>;
  /** Hears why the directory did not say how an account stands. */
  readonly onFault: (fault: unknown) => void;
  /** Hears that so many have left at once that nothing was done: an operator is to look whether the directory still shows everybody. */
  readonly onTooMany: (told: { readonly leaving: number; readonly looked: number }) => void;
}

/**
 * Handles the due entry: looks at every account that has methods, once a day (I9). Whoever is disabled or gone loses them that day, and for good
 * after the policy's days. Where more than the policy's share leaves in one day nobody does: a directory whose search base, rights or synchronisation
 * broke looks like a company that everybody left.
 */
export const sweepLeavers =
  (needs: SweepNeeds): DueHandler =>
  async (entry) => {
    const before = sweepShape.parse(entry.data ?? {});
    const page = await needs.store.scan(indexes.methodHolders, before.from, atOnce);
    const after = await looked(
      needs,
      before,
      page.entries.map(({ member }) => holderOf(member)),
    );
    // The same page again: whom a directory that is down does not answer for is looked at later today.
    if (after === 'silent') return next(needs.store, entry, before, needs.clock.now() + silentMs);
    if (page.next !== null) return next(needs.store, entry, { ...after, from: page.next }, needs.clock.now() + betweenMs);
    await suspendAll(needs, after);
    return next(needs.store, entry, fresh, needs.clock.now() + dayMs);
  };

async function looked(needs: SweepNeeds, before: Sweep, accounts: readonly string[]): Promise<Sweep | 'silent'> {
  const leaving: string[] = [];
  let unread = 0;
  for (const account of accounts) {
    const found = await foundNow(needs, account);
    if (found === null) {
      unread += 1;
      continue;
    }
    const step = await leaverStep(needs, account, found);
    if (step === 'suspend') leaving.push(account);
    else if (step !== null) await takeLeaverStep(needs, account, step, found);
  }
  if (unread > 0 && unread === accounts.length) return 'silent';
  return { ...before, looked: before.looked + accounts.length - unread, leaving: [...new Set([...before.leaving, ...leaving])] };
}

/** Null: the directory does not say. One account that it does not answer for holds nobody else up. */
async function foundNow({ directory, onFault }: SweepNeeds, account: string): Promise<Found | null> {
  try {
    return foundIn(await directory.find(account));
  } catch (fault) {
    onFault(fault);
    return null;
  }
}

async function suspendAll(needs: SweepNeeds, { leaving, looked: all }: Sweep): Promise<void> {
  if (leaving.length > fewLeavers && leaving.length * 100 > all * needs.policy.leavers.stopAtPercent)
    return needs.onTooMany({ leaving: leaving.length, looked: all });
  for (const account of leaving) {
    // Read again: the look may have taken hours.
    const found = await foundNow(needs, account);
    const step = found === null ? null : await leaverStep(needs, account, found);
    if (found !== null && step !== null) await takeLeaverStep(needs, account, step, found);
  }
}

async function next(store: Store, { id }: DueEntry, sweep: Sweep, at: number): Promise<void> {
  await store.commit({ due: [{ id, at, data: sweep }] });
}
