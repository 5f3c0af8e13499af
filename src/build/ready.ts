import type { Clock } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';

/** The names of what is not ready: the store answers a read, or it does not. */
export async function notReady(store: Store, clock: Clock): Promise<readonly string[]> {
  try {
    await store.open({ key: keys.caseCounter, owner: null, now: clock.now() });
    return [];
  } catch {
    return ['store'];
  }
}
