import type { CaseView } from '../../dialogs/views.ts';
import type { Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { readCase, readCaseList, viewOf } from './case-record.ts';

/** How many cases a person is told of. */
const most = 5;

/** The account's own cases, newest first. Nobody else's can be asked for (I13). */
export const readCases = (store: Store): Handler<'readCases'> => ({
  async run(_params, { accountId, now, rows: read }) {
    const listKey = keys.casesOf(accountId);
    const list = read.has(listKey) ? read : (await store.open({ key: listKey, owner: null, now })).rows;
    const newest = readCaseList(list.get(listKey)?.value ?? null)
      .cases.slice(0, most)
      .map(({ id }) => keys.case(id));
    const [first] = newest;
    if (first === undefined) return { type: 'cases.read', cases: [] };
    const { rows } = await store.open({ key: first, owner: null, alsoRead: newest.slice(1), now });
    const cases: CaseView[] = newest.flatMap((key) => {
      const row = rows.get(key) ?? null;
      return row === null ? [] : [viewOf(readCase(row.value))];
    });
    return { type: 'cases.read', cases };
  },
});
