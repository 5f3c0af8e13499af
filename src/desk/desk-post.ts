import type { Json } from '../ports.ts';
import type { CaseBrought } from '../delivery/dispatcher.ts';

/** `doubtful`: it may be there. `gone`: the conversation, or the card, is no more. `unavailable`: it is not there, later it may be. */
export type NotPosted = {
  readonly ok: false;
  readonly reason: 'unavailable' | 'doubtful' | 'gone';
  readonly retryAfterMs?: number;
};

export type DeskPosted = { readonly ok: true; readonly activityId: string | null } | NotPosted;

/**
 * Puts cards into the helpdesk's conversation (`contacts.desk` of the policy); `teams` does it. Never throws. `activityId` is null where the
 * channel gave none: such a card cannot be changed.
 */
export interface DeskPost {
  post(card: Json): Promise<DeskPosted>;
  update(activityId: string, card: Json): Promise<{ readonly ok: true } | NotPosted>;
}

/** What it means for the outbox that something did not come to the desk: what is gone for good is not tried again. */
export const outcomeOf = ({ reason, retryAfterMs }: NotPosted): CaseBrought => ({
  ok: false,
  reason: reason === 'gone' ? 'rejected' : reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
