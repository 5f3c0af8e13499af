import { expect, test } from '@jest/globals';
import { carry, carryDue, crossingStore } from '../../src/store/crossing-store.ts';
import type { Commit, Store } from '../../src/store/port.ts';

/** A store that notes what is committed. */
function noting(): { store: Store; commits: Commit[] } {
  const commits: Commit[] = [];
  const store: Store = {
    open: async () => ({ leased: true, rows: new Map(), inbox: [] }),
    commit: async (commit) => {
      commits.push(commit);
      return { ok: true, versions: {} };
    },
    due: async () => [],
    scan: async () => ({ entries: [], next: null }),
    close: async () => {},
  };
  return { store, commits };
}

const told = {
  append: [{ to: 'p02/stack/t/front-door/c', id: 'news', value: { notice: 'x' } }],
  due: [{ id: 'p02/due/resume/x', at: 5, data: {} }],
};

test('what is for an inbox of another partition is left behind as due in the commit’s own, and brought over once', async () => {
  const { store, commits } = noting();
  const crossing = crossingStore(store);
  await crossing.commit({ put: { 'p01/pace/a': 1 }, ...told });
  const [left] = commits;
  expect(left?.append).toEqual([]);
  expect(left?.due).toMatchObject([{ at: 5 }]);
  const [entry] = left?.due ?? [];
  expect(entry?.id).toMatch(new RegExp(`^p01/due/${carryDue}/`, 'u'));
  await carry(store)({ id: entry?.id ?? '', at: 5, data: entry?.data ?? null });
  expect(commits.slice(1)).toEqual([told, { due: [{ id: entry?.id, at: null }] }]);
});

test('a commit of one partition goes as it is', async () => {
  const { store, commits } = noting();
  await crossingStore(store).commit(told);
  await crossingStore(store).commit({ put: { 'p02/x/y': 1 }, ...told });
  expect(commits).toEqual([told, { put: { 'p02/x/y': 1 }, ...told }]);
});
