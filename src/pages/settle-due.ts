import { keys, partitionOf } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import type { PageRecord } from './page-record.ts';

/** When what a page asked of the directory is looked for there: longer than any directory's own time limit (10 s). */
export const settleAfterMs = 30_000;

/** The due entry of a page, set (epoch ms) or cleared (null). */
export const settleDue = (page: PageRecord, at: number | null): NonNullable<Commit['due']>[number] => ({
  id: keys.due(partitionOf(page.account), 'page', page.id),
  at,
  ...(at === null ? {} : { data: { page: page.id } }),
});
