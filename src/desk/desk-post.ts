import type { Clock, Json } from '../ports.ts';
import type { Policy } from '../config/policy.ts';
import type { CaseBrought, CaseCarrier } from '../delivery/dispatcher.ts';
import type { Sentences } from '../locales/sentences.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Row, Store } from '../store/port.ts';
import { advance } from './advance.ts';
import { caseCard } from './case-card.ts';
import { readCase } from './case-record.ts';

/** `doubtful`: it may be there. `gone`: the conversation, or the card, is no more. `unavailable`: it is not there, later it may be. */
export type NotPosted = {
  readonly ok: false;
  readonly reason: 'unavailable' | 'doubtful' | 'gone';
  readonly retryAfterMs?: number;
};

/**
 * Puts cards into the helpdesk's conversation (`contacts.desk` of the policy); `teams` does it. Never throws. `activityId` is null where the
 * channel gave none: such a card cannot be changed.
 */
export interface DeskPost {
  post(card: Json): Promise<{ readonly ok: true; readonly activityId: string | null } | NotPosted>;
  update(activityId: string, card: Json): Promise<{ readonly ok: true } | NotPosted>;
}

/** Stands in a case for the id of a card that was posted and has none. */
export const unchangeable = '';

export interface DeskCarrierNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly sentences: Sentences;
  readonly policy: Pick<Policy, 'contacts' | 'desk' | 'organisation'>;
  readonly desk: DeskPost;
}

/** What the outbox asks to bring a case's card to the desk: always the case as it is now. */
export class DeskCarrier implements CaseCarrier {
  readonly #needs: DeskCarrierNeeds;

  constructor(needs: DeskCarrierNeeds) {
    this.#needs = needs;
  }

  async bring(kind: 'case-post' | 'case-update', caseId: string): Promise<CaseBrought> {
    const { store, clock, sentences, policy, desk } = this.#needs;
    const key = keys.case(caseId);
    const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
    if (row === null) return { ok: false, reason: 'rejected' };
    const record = readCase(row.value);
    const card = caseCard(sentences, policy, record, clock.now());
    if (kind === 'case-post') {
      if (record.activity !== null) return { ok: true, providerId: record.activity };
      const posted = await desk.post(card);
      if (!posted.ok) return outcomeOf(posted);
      const change = (now: Row | null): Commit => acknowledged(policy, now, posted.activityId ?? unchangeable, clock.now());
      return { ok: true, providerId: posted.activityId, also: { reads: key, change } };
    }
    // Its post is still under way: the card it puts up is the present one.
    if (record.activity === null) return { ok: false, reason: 'unavailable' };
    if (record.activity === unchangeable) return { ok: true, providerId: null };
    const updated = await desk.update(record.activity, card);
    return updated.ok ? { ok: true, providerId: record.activity } : outcomeOf(updated);
  }
}

export const outcomeOf = ({ reason, retryAfterMs }: NotPosted): CaseBrought => ({
  ok: false,
  reason: reason === 'gone' ? 'rejected' : reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

/** The case after its post was acknowledged. One that was posted twice keeps the card it knows first. */
function acknowledged(policy: DeskCarrierNeeds['policy'], row: Row | null, activity: string, now: number): Commit {
  if (row === null) return {};
  const record = readCase(row.value);
  if (record.activity !== null) return {};
  const after = advance(record, { type: 'delivered' }, { policy, now, agent: null })?.record ?? record;
  return { put: { [keys.case(record.id)]: { ...after, activity } } };
}
