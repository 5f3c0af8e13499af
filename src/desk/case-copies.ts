import { z } from 'zod';
import { outboxRow, type OutboxParts } from '../delivery/outbox.ts';
import type { Keys } from '../security/keys.ts';
import type { CaseRecord } from './case-record.ts';

/**
 * Of a case there is one live card, the newest. What was posted before it, because nobody took the case up, because it was opened again, or
 * because nobody could know whether the first post had arrived, is a copy: at the first sign of it, it becomes a pointer to the newer one.
 */

/** What a case keeps of its copies. */
export const copyFields = {
  /** The activities of older cards that are known of, oldest first. */
  copies: z.array(z.string()).readonly().default([]),
  /** Whether there may be a copy that nobody knows of: a post of which it stayed open whether it arrived. */
  doubted: z.boolean().default(false),
};

/** Stands in a case for the id of a card that was posted and has none. */
export const unchangeable = '';

/** How many copies a case remembers. */
const mostCopies = 20;

/** The copies with one more; a card without an id can be told from no other. */
export function withCopy({ copies }: Pick<CaseRecord, 'copies'>, activity: string | null): readonly string[] {
  return activity === null || activity === unchangeable || copies.includes(activity) ? copies : [...copies, activity].slice(-mostCopies);
}

/**
 * Whether a pressed card is an older one than the case's live card. A card that nobody knows of is one only where a post was doubtful; where the
 * channel gives no ids, none is.
 */
export function isCopy(
  { activity, copies, doubted }: Pick<CaseRecord, 'activity' | 'copies' | 'doubted'>,
  pressed: string | null,
): boolean {
  if (pressed === null) return false;
  if (copies.includes(pressed)) return true;
  return (doubted || copies.length > 0) && activity !== null && activity !== unchangeable && pressed !== activity;
}

/** The case with the card that was just posted: the newest is the live one. */
export const withCard = <Case extends Pick<CaseRecord, 'activity' | 'copies'>>(record: Case, activity: string | null): Case => ({
  ...record,
  activity: activity ?? unchangeable,
  copies: withCopy(record, record.activity),
});

/** The commit parts that turn a copy into a pointer to the card that is live when their turn comes. */
export const pointerParts = (seals: Keys, { id, account }: Pick<CaseRecord, 'id' | 'account'>, copy: string, now: number): OutboxParts =>
  outboxRow(seals, account, `case-pointer-${id}-${copy}`, { kind: 'case-pointer', what: `${id} ${copy}` }, now);
