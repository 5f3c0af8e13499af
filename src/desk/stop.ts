import type { Refusal } from '../../dialogs/views.ts';
import { isMember } from '../directory/is-member.ts';
import type { AccountState } from '../directory/port.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { holds } from './step-stop.ts';
import { readStops, type Stop } from './stop-record.ts';

/** What a stop may hold up. `resets`: whatever gives somebody a password or opens an account, a grant, a pass and a start code too. */
type StoppedKind = 'registration' | 'resets';

/**
 * The stops that hold at this moment, read from the store: there is no copy that could be old, so a stop holds on every instance at once.
 * @throws what the store throws: nothing goes on that may be stopped
 */
export async function stopsNow(store: Store, now: number): Promise<readonly Stop[]> {
  const { rows } = await store.open({ key: keys.stops, owner: null, now });
  return readStops(rows.get(keys.stops)?.value ?? null).filter((stop) => holds(stop, now));
}

/** Whether one of these stops holds this up for this account. */
export const isStopped = (stops: readonly Stop[], account: Pick<AccountState, 'groups'>, kind: StoppedKind): boolean =>
  stops.some(({ what, group }) => (what === 'all' || what === kind) && (group === null || isMember(account, [group.group])));

/** How a stop is told to whoever it holds up. When it ends is not: it may be renewed. */
export const stopRefusal: Refusal = { code: 'LK_STOPPED', ending: 'stopped' };
