import { z } from 'zod';
import type { DueHandler } from './due-loop.ts';
import { keys, partitionOfKey } from './keys.ts';
import type { Commit, Key, Store } from './port.ts';

/** The due entries, `what` segment. */
export const carryDue = 'carry';

/**
 * The store, where a commit may tell an inbox of another partition: a conversation at the front door has a partition of its own, and what happens to the
 * account it is about is committed in the account's. What is for the other partition is left behind as a due entry in the commit's own, so
 * that neither is there without the other; `carry` brings it over. All else that crosses partitions stays refused.
 */
export const crossingStore = (store: Store): Store => ({
  open: (request) => store.open(request),
  due: (at, n) => store.due(at, n),
  scan: (index, from, n) => store.scan(index, from, n),
  close: () => store.close(),
  commit: (commit) => store.commit(leftBehind(commit)),
});

/** Brings over what a commit left behind. An inbox remembers ids, so that what is brought twice is there once. */
export const carry =
  (store: Store): DueHandler =>
  async (entry) => {
    const told = toldShape.parse(entry.data);
    await store.commit(told);
    await store.commit({ due: [{ id: entry.id, at: null }] });
  };

const toldShape = z.object({
  append: z.array(z.object({ to: z.string(), id: z.string(), value: z.json() })),
  due: z.array(z.object({ id: z.string(), at: z.number().nullable(), data: z.json().optional() })),
});

function leftBehind(commit: Commit): Commit {
  const { append = [], due = [] } = commit;
  const home = homeOf(commit);
  const away = [...new Set(append.map(({ to }) => partitionOfKey(to)))].filter((partition) => partition !== home);
  if (home === null || away.length === 0) return commit;
  const isAway = (key: Key): boolean => away.includes(partitionOfKey(key));
  return {
    ...commit,
    append: append.filter(({ to }) => !isAway(to)),
    due: [...due.filter(({ id }) => !isAway(id)), ...away.map((partition) => carried(home, partition, commit))],
  };
}

function carried(home: string, partition: string, { append = [], due = [] }: Commit): NonNullable<Commit['due']>[number] {
  const told = append.filter(({ to }) => partitionOfKey(to) === partition);
  const wakes = due.filter(({ id }) => partitionOfKey(id) === partition);
  const at = Math.min(...wakes.flatMap((each) => (each.at === null ? [] : [each.at])));
  return {
    id: keys.due(home, carryDue, told.map(({ to, id }) => `${to}/${id}`).join('+')),
    at: Number.isFinite(at) ? at : 0,
    data: { append: told.map((each) => ({ ...each })), due: wakes.map((each) => ({ ...each })) },
  };
}

/** The partition a commit is about: that of its rows, else of what it makes due for itself. */
function homeOf({ expect = {}, put = {}, remove = [], take = [], index = [], release, append = [], due = [] }: Commit): string | null {
  const [first] = [
    ...Object.keys(expect),
    ...Object.keys(put),
    ...remove,
    ...take.map(({ from }) => from),
    ...index.map(({ member }) => member),
    ...(release === undefined ? [] : [release.key]),
    ...due.map(({ id }) => id).filter((id) => !append.some(({ to }) => partitionOfKey(to) === partitionOfKey(id))),
  ];
  return first === undefined ? null : partitionOfKey(first);
}
