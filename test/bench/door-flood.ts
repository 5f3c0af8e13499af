import { addressOf, crowd, emptyHanded, working, type Met } from '../e2e/door-crowd.ts';

/** How a flood comes: without work, working from one address, or working from an address each. */
export type Flood = 'empty-handed' | 'one-address' | 'many-addresses';

/** What a flood is told to do. */
export interface FloodOrder {
  readonly url: string;
  readonly kind: Flood;
  readonly count: number;
  readonly street: number;
}

/** In a process of its own, so that it takes no time from the honest: as many as are ordered, 200 at once, until all are through or it is ended. */
const order = JSON.parse(process.argv[2] ?? '') as FloodOrder;
const one = (n: number): Promise<Met> => {
  if (order.kind === 'empty-handed') return emptyHanded(order, addressOf(order.street, n));
  return working(order, order.kind === 'one-address' ? addressOf(order.street, 0) : addressOf(order.street, n));
};
await crowd(
  Array.from({ length: order.count }, (_, n) => async () => process.send?.(await one(n).catch((): Met => 'refused'))),
  200,
);
process.send?.('over');
process.disconnect();
