import { keys } from '../../store/keys.ts';
import type { CaseAct } from '../case-act.ts';
import { isSlotTaken, readCaseList } from '../case-record.ts';

/** Opens a case again. No claim and no power is carried over. */
export const reopen: CaseAct = {
  id: 'reopen',
  right: 'answer',
  takesProof: false,
  claimantOnly: false,
  offered: ({ state }) => (state === 'resolved' || state === 'expired' ? { isSecondary: true } : null),
  run: async ({ change }) =>
    change((record, rows) => {
      // One is open for an account, reason and kind of requester (I13).
      const list = readCaseList(rows.get(keys.casesOf(record.account))?.value ?? null);
      if (isSlotTaken(list, record)) return { ok: false, reason: 'has-newer' };
      return { ok: true, event: { type: 'reopen' } };
    }),
};
