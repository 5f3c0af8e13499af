import { z } from 'zod';
import type { DueHandler } from '../store/due-loop.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';

const caseShape = z.strictObject({ case: z.string(), account: z.string() });

/**
 * Handles a call's due entry: has the card show what became of the call, or of those who were asked to vouch: nobody answered, its time is up, what was given
 * is used.
 */
export const settleCall =
  (needs: ChangeNeeds): DueHandler =>
  async (entry) => {
    const clear = [{ id: entry.id, at: null }];
    const { case: id, account } = caseShape.parse(entry.data);
    const now = needs.clock.now();
    await changeCase<null>(needs, { id, account }, (record) => {
      const nothing = { advanced: null, also: { due: clear }, entries: [], result: null };
      if (record === null || (record.caller === undefined && record.startCode === undefined)) return nothing;
      const { caller } = record;
      const isOver = (caller?.state === 'waiting' || caller?.state === 'asked') && caller.until <= now;
      const after = isOver ? { ...record, caller: { ...caller, state: 'no-answer' as const } } : record;
      return {
        advanced: { record: { ...after, revision: record.revision + 1 }, tells: [], posts: false },
        also: { due: clear },
        entries: [],
        result: null,
      };
    });
  };
