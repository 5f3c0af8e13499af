import type { Store } from '../../src/store/port.ts';

type Operation = Exclude<keyof Store, 'close'>;

/** A store that counts the operations asked of it, each of which is one trip (`due` and `scan`: one a partition). */
export function countingStore(store: Store): Store & { readonly counts: Record<Operation, number>; reset(): void } {
  const counts = { open: 0, commit: 0, due: 0, scan: 0 };
  const counted = <T>(operation: Operation, result: T): T => {
    counts[operation] += 1;
    return result;
  };
  return {
    counts,
    reset: () => void Object.assign(counts, { open: 0, commit: 0, due: 0, scan: 0 }),
    open: (request) => counted('open', store.open(request)),
    commit: (commit) => counted('commit', store.commit(commit)),
    due: (now, n) => counted('due', store.due(now, n)),
    scan: (index, from, n) => counted('scan', store.scan(index, from, n)),
    close: () => store.close(),
  };
}
