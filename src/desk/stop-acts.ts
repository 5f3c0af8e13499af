import type { Policy } from '../config/policy.ts';
import { outboxRow } from '../delivery/outbox.ts';
import type { Clock, Json, Random } from '../ports.ts';
import { updateAudited } from '../security/audit-update.ts';
import { newId } from '../security/ids.ts';
import type { Keys } from '../security/keys.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { deskItself, keys, partitionOfKey } from '../store/keys.ts';
import type { Commit, Store } from '../store/port.ts';
import { askedFor, changesAt, inTime, stepStop, type StopAct, type StopStepped } from './step-stop.ts';
import { stopCard } from './stop-card.ts';
import { readStops, withStop, type Stop, type StopAgent, type StopGroup, type Stoppable } from './stop-record.ts';

/** The due entries of stops, `what` segment. */
export const stopsDue = 'stop';

export interface StopNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'contacts'>;
  readonly sentences: Sentences;
}

/** An agent who may stop, as read from the directory for this act, and the standing proof they may by (I14). */
export interface StopActor extends StopAgent {
  readonly proof: string;
}

export type StopActed =
  | { readonly ok: true; readonly card: Json; readonly isNew: boolean }
  | { readonly ok: false; readonly reason: (StopStepped & { ok: false })['reason'] };

/**
 * An agent asks to stop something. The wish, its audit entry and the card that a second agent confirms are one commit. What is asked for or
 * in force already is not asked for twice: `isNew` false.
 */
export function askToStop(
  needs: StopNeeds,
  asked: { readonly what: Stoppable; readonly group: StopGroup | null },
  by: StopActor,
): Promise<StopActed> {
  const { store, seals, clock, random } = needs;
  return updateAudited<StopActed>(store, seals, clock, keys.stops, (row) => {
    const now = clock.now();
    const stops = readStops(row?.value ?? null);
    const same = stops.find((stop) => inTime(stop, now).ended === null && isFor(stop, asked));
    if (same !== undefined) return { commit: null, result: { ok: true, card: cardOf(needs, same), isNew: false }, entries: [] };
    const stop = askedFor(newId(random), asked, agentOf(by), now);
    return {
      commit: changed(needs, stops, stop, 'stop-post'),
      result: { ok: true, card: cardOf(needs, stop), isNew: true },
      entries: [entryOf('desk.stop.ask', stop, by, now, 'allowed', labelOf(stop))],
    };
  });
}

const isFor = (stop: Stop, { what, group }: { readonly what: Stoppable; readonly group: StopGroup | null }): boolean =>
  stop.what === what && (stop.group?.group ?? null) === (group?.group ?? null);

/**
 * What a pressed button of a stop's card does; an old version changes nothing and brings the card as it is now. Every decision has its
 * audit entry, in the same commit.
 * @returns null where there is no such stop
 */
export function actOnStop(
  needs: StopNeeds,
  click: { readonly stop: string; readonly act: StopAct; readonly version: number },
  by: StopActor,
): Promise<StopActed | null> {
  const { store, seals, clock } = needs;
  return updateAudited<StopActed | null>(store, seals, clock, keys.stops, (row) => {
    const now = clock.now();
    const stops = readStops(row?.value ?? null);
    const before = stops.find(({ id }) => id === click.stop);
    if (before === undefined) return { commit: null, result: null, entries: [] };
    if (before.revision !== click.version)
      return { commit: null, result: { ok: true, card: cardOf(needs, before), isNew: false }, entries: [] };
    const stepped = stepStop(before, click.act, agentOf(by), now);
    const act = `desk.stop.${click.act}`;
    if (!stepped.ok) return { commit: null, result: stepped, entries: [entryOf(act, before, by, now, 'refused', stepped.reason)] };
    const { stop } = stepped;
    return {
      commit: changed(needs, stops, stop, 'stop-update'),
      result: { ok: true, card: cardOf(needs, stop), isNew: true },
      entries: [entryOf(act, stop, by, now, 'allowed', labelOf(before))],
    };
  });
}

/** Handles the due entry of a stop: what time has ended is written down, with its audit entry, and its card says so. */
export const settleStop =
  (needs: StopNeeds): DueHandler =>
  async (entry) => {
    const id = entry.id.slice(entry.id.lastIndexOf('/') + 1);
    const { store, seals, clock } = needs;
    await updateAudited<void>(store, seals, clock, keys.stops, (row) => {
      const now = clock.now();
      const stops = readStops(row?.value ?? null);
      const before = stops.find((stop) => stop.id === id);
      const after = before === undefined ? undefined : inTime(before, now);
      if (before === undefined || after === undefined || after === before) {
        return { commit: { due: [{ id: entry.id, at: before === undefined ? null : changesAt(before) }] }, result: undefined, entries: [] };
      }
      const facts = { ...entryOf('desk.stop.time', after, null, now, 'allowed', labelOf(before)) };
      return { commit: changed(needs, stops, after, 'stop-update'), result: undefined, entries: [facts] };
    });
  };

/** Everything one change of a stop writes: the document, the card that is owed, and when time changes it next. */
function changed({ seals, clock }: StopNeeds, stops: readonly Stop[], stop: Stop, kind: 'stop-post' | 'stop-update'): Commit {
  const card = outboxRow(seals, deskItself, `${kind}-${stop.id}-${stop.revision}`, { kind, what: stop.id }, clock.now());
  const due = { id: keys.due(partitionOfKey(keys.stops), stopsDue, stop.id), at: changesAt(stop) };
  return { put: { ...card.put, [keys.stops]: withStop(stops, stop) }, due: [...card.due, due] };
}

const entryOf = (act: string, { id }: Stop, by: StopActor | null, at: number, verdict: 'allowed' | 'refused', reason: string) =>
  ({
    at,
    actor: by?.id ?? 'system',
    account: null,
    act,
    verdict,
    reason,
    proofs: by === null ? [] : [by.proof],
    door: by === null ? 'system' : 'desk',
    reference: id,
  }) as const;

/** For the audit: what is asked of what, for whom. */
const labelOf = ({ what, group, wish, inForce }: Stop): string =>
  `${wish?.what ?? (inForce === null ? 'start' : 'in-force')} ${what} ${group?.group ?? 'everyone'}`;

const agentOf = ({ id, name }: StopActor): StopAgent => ({ id, name });

const cardOf = ({ sentences, policy, clock }: StopNeeds, stop: Stop): Json => stopCard(sentences, policy, inTime(stop, clock.now()));
