import type { Act, Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import { decideAudited } from './audited-update.ts';
import { readMethodsDocument } from './method-record.ts';
import type { MethodPorts } from './ports.ts';

/** Notes that a person was asked whether a method is still theirs, so that nobody is asked often. It decides nothing, so no entry tells of it. */
export const noteAsked = (ports: Pick<MethodPorts, 'store' | 'clock' | 'keys'>): Handler<'noteAsked'> => ({
  async run(_params, act: Act): Promise<null> {
    const key = keys.methods(act.accountId);
    return decideAudited<null>(ports, act, [], (rows) => {
      const row = rows(key);
      if (row === null) return { commit: null, entry: null, result: null };
      return { commit: { put: { [key]: { ...readMethodsDocument(row.value), askedAt: act.now } } }, entry: null, result: null };
    });
  },
});
