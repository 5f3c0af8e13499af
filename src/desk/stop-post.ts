import type { CaseBrought } from '../delivery/dispatcher.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';
import { unchangeable } from './case-copies.ts';
import { outcomeOf, type DeskPost } from './desk-post.ts';
import { inTime } from './step-stop.ts';
import type { StopNeeds } from './stop-acts.ts';
import { stopCard } from './stop-card.ts';
import { readStops, withStop } from './stop-record.ts';

/** Brings a stop's card to the desk, always as the stop is now: posted once, then changed in place. */
export const bringStop =
  ({ store, clock, sentences, policy }: StopNeeds, desk: DeskPost) =>
  (kind: 'stop-post' | 'stop-update') =>
  async (id: string): Promise<CaseBrought> => {
    const { rows } = await store.open({ key: keys.stops, owner: null, now: clock.now() });
    const found = readStops(rows.get(keys.stops)?.value ?? null).find((stop) => stop.id === id);
    if (found === undefined) return { ok: false, reason: 'rejected' };
    const { activity } = found;
    const card = stopCard(sentences, policy, inTime(found, clock.now()));
    if (kind === 'stop-update') {
      // Its post is still under way: the card it puts up is the present one.
      if (activity === null) return { ok: false, reason: 'unavailable' };
      if (activity === unchangeable) return { ok: true, providerId: null };
      const updated = await desk.update(activity, card);
      return updated.ok ? { ok: true, providerId: activity } : outcomeOf(updated);
    }
    if (activity !== null) return { ok: true, providerId: activity };
    const posted = await desk.post(card);
    if (!posted.ok) return outcomeOf(posted);
    const change = (row: Row | null): Commit => acknowledged(row, id, posted.activityId ?? unchangeable);
    return { ok: true, providerId: posted.activityId, also: { reads: keys.stops, change } };
  };

/** The stop with its card; one that was posted twice keeps the card it knows first. */
function acknowledged(row: Row | null, id: string, activity: string): Commit {
  const stops = readStops(row?.value ?? null);
  const stop = stops.find((each) => each.id === id);
  return stop === undefined || stop.activity !== null ? {} : { put: { [keys.stops]: withStop(stops, { ...stop, activity }) } };
}
