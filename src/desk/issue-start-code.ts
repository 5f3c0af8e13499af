import { inboxParts } from '../conversation/inbox.ts';
import { joined } from '../methods/join-commits.ts';
import type { Keys } from '../security/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { bringing } from './asks.ts';
import { callDue } from './call-due.ts';
import type { CaseRecord } from './case-record.ts';
import { startCodeMs, waitingParts, type StartCode } from './start-code-record.ts';
import { hashStartCode } from './start-code-signs.ts';

/**
 * The start code of two people who have both vouched (I12): its keyed hash for the case, for ten minutes from now, and the parts of the commit by which those who
 * do not see it yet hear that it is there. Nobody hears any of it.
 * @param tells whom of the two, and in which conversations the employee; these are of the account's own partition
 */
export function issueStartCode(
  seals: Keys,
  { id, account }: Pick<CaseRecord, 'id' | 'account'>,
  startCode: StartCode,
  tells: { readonly vouchers: readonly StartCode['agent'][]; readonly chats: readonly Key[] },
  now: number,
): { readonly startCode: StartCode; readonly also: Commit } {
  const until = now + startCodeMs;
  const mac = hashStartCode(seals, { code: startCode.id, account });
  const issued = { notice: 'runner.start-code-issued', params: { until } } as const;
  return {
    startCode: { ...startCode, code: { mac, until, wrong: [], redeemed: null } },
    also: joined([
      waitingParts({ id, account }, { until, isOpen: true }),
      { due: [callDue({ id, account }, 'vouched', until)] },
      ...tells.vouchers.map((voucher) => bringing(account, { to: voucher.id, ready: voucher.ask, until }, now)),
      ...tells.chats.map((chat) => inboxParts(chat, `start-code-${startCode.id}`, issued, now)),
    ]),
  };
}
