import type { DueHandler } from '../store/due-loop.ts';
import { keys } from '../store/keys.ts';
import { update } from '../store/update.ts';
import { raiseAlarm, type Alarm, type AlarmNeeds } from './alarm.ts';
import { manyBlocked, readBlocked, withBlocked } from './blocked.ts';
import { counted, readTally, unusual } from './tally.ts';
import { watchedShape, type Watched } from './watched.ts';

/**
 * Handles the due entry of a watched event: it is counted, once however often the entry comes, and the helpdesk hears where the count is
 * too high. The entry is cleared last, so that nothing is missed where a process ends in between.
 */
export const watch =
  (needs: AlarmNeeds): DueHandler =>
  async (entry) => {
    const alarm = await count(needs, watchedShape.parse(entry.data));
    if (alarm !== null) await raiseAlarm(needs, alarm);
    await needs.store.commit({ due: [{ id: entry.id, at: null }] });
  };

function count(needs: AlarmNeeds, event: Watched): Promise<Alarm | null> | Alarm {
  switch (event.event) {
    case 'account-blocked':
      return countBlocked(needs, event);
    case 'reset':
      return tally(needs, event, 'many-resets');
    case 'first-registration':
      return tally(needs, event, 'many-registrations');
    case 'number-shared':
      return { kind: 'number-shared', count: event.count ?? 0, since: event.at, account: event.account };
  }
}

function countBlocked({ store, clock }: AlarmNeeds, { account, at }: Watched): Promise<Alarm | null> {
  const key = keys.tally('blocked');
  return update<Alarm | null>(store, clock, key, (row) => {
    const after = withBlocked(readBlocked(row?.value ?? null, clock.now()), account, at);
    const many = manyBlocked(after);
    return { commit: { put: { [key]: after } }, result: many === null ? null : { kind: 'accounts-blocked', ...many } };
  });
}

function tally({ store, clock }: AlarmNeeds, { event, id, at }: Watched, kind: Alarm['kind']): Promise<Alarm | null> {
  const key = keys.tally(event);
  return update<Alarm | null>(store, clock, key, (row) => {
    const before = readTally(row?.value ?? null, at);
    const after = counted(before, id, at);
    const found = unusual(after, at);
    return { commit: after === before ? null : { put: { [key]: after } }, result: found === null ? null : { kind, ...found } };
  });
}
