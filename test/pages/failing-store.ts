import { LatchkeyError } from '../../src/errors.ts';
import type { Store } from '../../src/store/port.ts';

/** A store beside which somebody says from when on its commits fail; it is read as before. */
export function failingStore(store: Store): { readonly store: Store; fails(yes: boolean): void } {
  let failing = false;
  return {
    store: {
      open: (request) => store.open(request),
      async commit(commit) {
        if (failing) throw new LatchkeyError('latchkey_store_unavailable', 'unavailable', 'gone');
        return store.commit(commit);
      },
      due: (now, n) => store.due(now, n),
      scan: (index, from, n) => store.scan(index, from, n),
      close: () => store.close(),
    },
    fails(yes) {
      failing = yes;
    },
  };
}
