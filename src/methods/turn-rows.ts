import type { Act } from '../conversation/port.ts';
import type { Key, Row, Store } from '../store/port.ts';
import type { Rows } from './audited-update.ts';

/** Turns in which this room wrote: what was read with the stack is old for them. */
const outdated = new WeakSet<Act['rows']>();

/** What was read with the stack does not hold for the rest of this turn. */
export const outdateRows = ({ rows }: Pick<Act, 'rows'>): void => void outdated.add(rows);

/** Rows of an act's account: those that were read with the stack, as long as they hold; else read now, in one trip. */
export async function rowsOfTurn(store: Store, act: Pick<Act, 'rows' | 'now'>, wanted: readonly [Key, ...Key[]]): Promise<Rows> {
  const [key, ...alsoRead] = wanted;
  const held = !outdated.has(act.rows) && wanted.every((each) => act.rows.has(each));
  const rows: ReadonlyMap<Key, Row | null> = held ? act.rows : (await store.open({ key, owner: null, alsoRead, now: act.now })).rows;
  return (each) => rows.get(each) ?? null;
}
