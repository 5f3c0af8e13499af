import type { Clock } from '../ports.ts';
import type { OpenRequest, Opened, Store } from '../store/port.ts';

/** How long a turn may hold its stack, ms: its own bound and one slow call more. The version, not the lease, is the fence. */
export const leaseMs = 25_000;

/** How long a busy stack is waited for, ms. */
const patienceMs = 5_000;

/** How often a busy stack is tried, ms. */
const tryMs = 50;

/** Opens a stack, waiting for a busy lease as long as a person can be kept waiting; `leased` is false when it stayed busy. */
export async function openPatiently(store: Store, clock: Clock, request: Omit<OpenRequest, 'now' | 'leaseMs'>): Promise<Opened> {
  const until = clock.now() + patienceMs;
  for (;;) {
    const opened = await store.open({ ...request, now: clock.now(), leaseMs });
    if (opened.leased || clock.now() >= until) return opened;
    await new Promise<void>((resolve) => {
      clock.after(tryMs, resolve);
    });
  }
}
