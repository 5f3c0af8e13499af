import type { Commit, Store } from './port.ts';

/**
 * The store, with a word to whoever looks for what is due as soon as a commit made something due at once: a notice or a case then goes
 * out in the same moment, and not at the next look.
 * @param now epoch ms
 */
export function nudgedStore(store: Store, now: () => number, nudge: () => void): Store {
  const isDueNow = ({ due = [] }: Commit): boolean => due.some(({ at }) => at !== null && at <= now());
  return {
    open: (request) => store.open(request),
    due: (at, n) => store.due(at, n),
    scan: (index, from, n) => store.scan(index, from, n),
    close: () => store.close(),
    async commit(commit) {
      const committed = await store.commit(commit);
      if (committed.ok && isDueNow(commit)) nudge();
      return committed;
    },
  };
}
