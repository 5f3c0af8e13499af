import { z } from 'zod';
import type { CaseBrought } from '../delivery/dispatcher.ts';
import { outboxRow } from '../delivery/outbox.ts';
import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { indexes, keys, partitionOf } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import { casesOf, casesSince } from './case-lists.ts';
import { outcomeOf, type DeskPost } from './desk-post.ts';
import { digestCard, digestOf, digestShape, isWorthSaying, nextDigest, workingDayBefore } from './digest.ts';

/** What the due loop calls the morning. */
export const digestDue = 'digest';

/** The digest is about nobody: it has a partition as an account of this name would. */
const desk = 'desk';
const dueKey = keys.due(partitionOf(desk), digestDue, desk);

/** A digest that is later than this, because nothing ran in the morning, is left out. */
const latestMs = 4 * 3_600_000;
/** How far anything is counted. */
const mostCounted = 20_000;

const rowShape = z.strictObject({ next: z.int().nonnegative() });

export interface DigestNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'contacts' | 'desk' | 'organisation'>;
}

/** Sees to it that the next morning is due. Safe to call at every start, by every instance: one that is due already stays due. */
export async function scheduleDigest({ store, clock, policy }: DigestNeeds): Promise<void> {
  const now = clock.now();
  await update<null>(store, clock, keys.digest, (row) => {
    const due = rowShape.safeParse(row?.value).data?.next ?? Infinity;
    // Hours may have changed in the policy since.
    const next = due <= now ? due : nextDigest(policy, now);
    return { commit: { put: { [keys.digest]: { next } }, due: [{ id: dueKey, at: next }] }, result: null };
  });
}

/** Handles the due entry of the morning: what the desk reads is owed in the same commit that makes the next morning due, so that it comes once. */
export const deliverDigest =
  ({ store, clock, seals, policy }: DigestNeeds): DueHandler =>
  async () => {
    const now = clock.now();
    const since = workingDayBefore(policy, now);
    const [open, ended] = await Promise.all([
      casesOf(store, indexes.openCases, mostCounted, now),
      casesSince(store, indexes.casesEnded, since, mostCounted, now),
    ]);
    const digest = digestOf(open, ended.filter(({ state }) => state === 'resolved').length, since, now);
    await update<null>(store, clock, keys.digest, (row) => {
      const due = rowShape.safeParse(row?.value).data?.next ?? now;
      if (due > now) return { commit: { due: [{ id: dueKey, at: due }] }, result: null };
      const next = nextDigest(policy, now);
      const isDue = isWorthSaying(digest) && now - due < latestMs;
      const owed = isDue
        ? outboxRow(seals, desk, `digest-${due}`, { kind: 'digest', what: JSON.stringify(digest) }, now)
        : { put: {}, due: [] };
      return { commit: { put: { ...owed.put, [keys.digest]: { next } }, due: [...owed.due, { id: dueKey, at: next }] }, result: null };
    });
  };

/** Brings a digest to the desk. One that may be there is not brought again: nothing is lost by it. */
export const bringDigest =
  ({ sentences, policy }: { readonly sentences: Sentences; readonly policy: Pick<Policy, 'contacts'> }, post: DeskPost) =>
  async (what: string): Promise<CaseBrought> => {
    const posted = await post.post(digestCard(sentences, policy, digestShape.parse(JSON.parse(what))));
    if (posted.ok) return { ok: true, providerId: posted.activityId };
    return posted.reason === 'doubtful' ? { ok: true, providerId: null } : outcomeOf(posted);
  };
