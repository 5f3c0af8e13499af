import type { Commit, Store } from '../../src/store/port.ts';

/** A store where something happens, once, between what a writer read and its first commit that fits: the exact moment that a race is lost in. */
export function overtaken(
  store: Store,
  fits: (commit: Commit) => boolean,
  first: () => Promise<unknown>,
): Store & { readonly came: () => boolean } {
  let came = false;
  return {
    open: (request) => store.open(request),
    due: (now, n) => store.due(now, n),
    scan: (index, from, n) => store.scan(index, from, n),
    close: async () => undefined,
    async commit(commit) {
      if (!came && fits(commit)) {
        came = true;
        await first();
      }
      return store.commit(commit);
    },
    came: () => came,
  };
}
