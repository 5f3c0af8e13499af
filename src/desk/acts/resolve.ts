import type { ActAtWork, CaseAct } from '../case-act.ts';
import { isHeldByFreeze } from '../freeze-of-case.ts';
import { accountNow } from '../give.ts';
import { messageOf } from '../write-message.ts';

/** The case is done; its requester hears it, with a note where there is one, and can say that it still does not work. */
export const resolve: CaseAct = {
  id: 'resolve',
  right: 'answer',
  takesProof: false,
  claimantOnly: true,
  offered: ({ claimed }) => (claimed === null ? null : { inputs: [{ id: 'note', form: 'text', isRequired: false }] }),
  async run(work) {
    const event = { type: 'resolve', by: work.agent.id } as const;
    const held = await heldBy(work);
    if (held !== null) return { ok: false, reason: held };
    if ((work.typed['note'] ?? '').trim() === '') return work.change(() => ({ ok: true, event }));
    const message = messageOf(work, 'resolution');
    if (!message.ok) return message;
    return work.change(() => ({ ok: true, event, message: message.message }));
  },
};

/**
 * A freeze ends by a thaw, a false alarm's too (I17): resolved before, its case would be out of sight and the person locked out with nobody looking. Nobody can
 * be thawed whose account is gone or disabled, and their case is not kept open for that.
 */
async function heldBy({ needs, record }: ActAtWork): Promise<'still-frozen' | 'unavailable' | null> {
  if (!isHeldByFreeze(record)) return null;
  const account = await accountNow(needs, record.account);
  if (account === 'unavailable') return 'unavailable';
  return account?.enabled === true ? 'still-frozen' : null;
}
