import type { Act } from '../conversation/port.ts';
import type { Key, Row, Store } from '../store/port.ts';
import type { Rows } from './audited-update.ts';

/** Rows of an act's account: those that were read with the stack, where the act has them still; else read now, in one trip. */
export async function rowsOfTurn(store: Store, act: Pick<Act, 'rows' | 'now'>, wanted: readonly [Key, ...Key[]]): Promise<Rows> {
  const [key, ...alsoRead] = wanted;
  const held = wanted.every((each) => act.rows.has(each));
  const rows: ReadonlyMap<Key, Row | null> = held ? act.rows : (await store.open({ key, owner: null, alsoRead, now: act.now })).rows;
  return (each) => rows.get(each) ?? null;
}
