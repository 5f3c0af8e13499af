import type { AskView } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { proofsSuffice } from '../methods/proofs.ts';
import type { AuditFacts } from '../security/audit.ts';
import { keys, partitionOf, partitionOfKey } from '../store/keys.ts';
import { askView, dropAsk, ownAsk, ownAsks, type Ask } from './asks.ts';
import { readCase, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { isHeldByFreeze } from './freeze-of-case.ts';
import { isFrozen, isVoid } from './freeze-record.ts';
import { issueStartCode } from './issue-start-code.ts';
import { noteParts } from './reported.ts';
import { haveVouched, isToBeTyped, isUnderWay, voucherOf, type StartCode } from './start-code-record.ts';
import { mayVouch, type Vouching } from './vouching.ts';

export interface VouchNeeds extends ChangeNeeds {
  readonly policy: Policy;
  readonly vouching: Vouching;
  /** What of a manager's approval (I18) waits, and its report: the methods' room has it. */
  readonly approval: {
    asked(ask: Ask, act: Act): Promise<{ readonly ask: AskView; readonly recorded: boolean; readonly half: null } | null>;
    report(ask: Ask, act: Act): Promise<void>;
  };
}

/** What waits for the person of a stack. */
export const readAsks = (needs: VouchNeeds): Handler<'readAsks'> => ({
  async run(_params, act) {
    const asks: Ask[] = [];
    for (const ask of await ownAsks(needs, act)) {
      // What was settled elsewhere meanwhile is forgotten here.
      if (await isOpen(needs, ask, act)) asks.push(ask);
      else await dropAsk(needs, act.accountId, ask.id);
    }
    return { type: 'asks.read', asks: asks.map(askView) };
  },
});

/** Whether an ask still waits for its person, as its case has it. */
async function isOpen(needs: VouchNeeds, ask: Ask, act: Act): Promise<boolean> {
  const { accountId, now } = act;
  if (ask.kind === 'manager-approval') return (await needs.approval.asked(ask, act)) !== null;
  const record = await caseOf(needs, ask, now);
  return record !== null && isUnderWay(record.startCode, now) && voucherOf(record.startCode, accountId)?.ask === ask.id;
}

/** One ask, as its case has it now: what was asked an hour ago may be over. */
export const readAsk = (needs: VouchNeeds): Handler<'readAsk'> => ({
  async run(params, act) {
    const ask = await ownAsk(needs, params.ask, act);
    if (ask?.kind === 'manager-approval') {
      const asked = await needs.approval.asked(ask, act);
      return asked === null ? { type: 'ask.gone' } : { type: 'ask.read', ...asked };
    }
    const record = ask === null ? null : await caseOf(needs, ask, act.now);
    const mine = record === null ? null : await asVoucher(needs, record, ask, act);
    if (ask === null || record?.startCode === undefined || mine === null) return { type: 'ask.gone' };
    return {
      type: 'ask.read',
      ask: askView(ask),
      recorded: record.startCode.checks.some(({ by }) => by === act.accountId),
      half: halfOf(record.startCode, act),
      ...(isHeldByFreeze(record) && { frozen: true }),
    };
  },
});

/**
 * Records what one of the two did to know who it is (I12). Once both have, the start code is there: its keyed hash in the case, for ten minutes; where the
 * account is frozen, once it is thawed. Who vouches is read from the directory again, and their own proof from the store. Done again, it changes nothing.
 */
export const recordCheck = (needs: VouchNeeds): Handler<'recordCheck'> => ({
  async run({ ask: id, how, proofs }, act) {
    const ask = await ownAsk(needs, id, act);
    const before = ask === null ? null : await caseOf(needs, ask, act.now);
    if (ask === null || before === null) return { type: 'check.refused', reason: 'gone' };
    const { accountId, now, stack } = act;
    const proved = await proofsSuffice(needs.store, { accountId, proofIds: proofs, act: 'vouch', conversation: stack, now }, needs.policy);
    const [proof] = proofs;
    if (!proved.ok || proof === undefined) {
      await note(needs, before, act, { act: 'desk.vouch', verdict: 'refused', reason: 'I12 proof', proofs });
      return { type: 'check.refused', reason: 'proofs' };
    }
    const mine = await asVoucher(needs, before, ask, act);
    if (mine === null) {
      await note(needs, before, act, { act: 'desk.vouch', verdict: 'refused', reason: 'I12 voucher', proofs });
      return { type: 'check.refused', reason: 'gone' };
    }
    const frozen = keys.frozen(before.account);
    const recorded = await changeCase(
      needs,
      before,
      (record, rows) => {
        const startCode = record?.startCode;
        const gone = { advanced: null, entries: [], result: null } as const;
        if (record === null || !isUnderWay(startCode, now) || voucherOf(startCode, accountId)?.ask !== id) return gone;
        // What was begun before a freeze, or before it reached further back, leads to nothing after it (I17).
        if (isVoid(rows.get(frozen) ?? null, startCode.at)) return gone;
        if (startCode.checks.some(({ by }) => by === accountId)) return { ...gone, result: startCode };
        // The claim may have gone to another since the person was asked.
        if (mine.as === 'agent' ? record.claimed?.by !== accountId : record.claimed?.by !== startCode.agent.id) return gone;
        const check = { by: accountId, at: now, how, proof };
        const { startCode: after, also } = withCheck(needs, record, startCode, check, isFrozen(rows.get(frozen) ?? null));
        return {
          advanced: { record: { ...record, startCode: after, revision: record.revision + 1 }, tells: [], posts: false },
          also,
          entries: [
            entryOf(record, act, { act: 'desk.vouch', verdict: 'allowed', reason: `${mine.as} ${how}`, proofs }),
            ...(after.code === null
              ? []
              : [
                  entryOf(record, act, {
                    act: 'desk.start-code',
                    verdict: 'allowed',
                    reason: 'issued',
                    proofs: after.checks.map((each) => each.proof),
                  }),
                ]),
          ],
          result: after,
        };
      },
      [frozen],
    );
    if (recorded === null) return { type: 'check.refused', reason: 'gone' };
    if (recorded.code !== null && before.stack !== null) needs.wake(before.stack);
    return { type: 'check.recorded', half: halfOf(recorded, act) };
  },
});

/**
 * Somebody who was asked knows nothing of it: it ends for both, the case says so, and the helpdesk gets a note of its own (I17), which others read too than
 * the agent who has the case and asked. No door is closed: it was asked from none but the helpdesk's own card, and whom it is about has no
 * gate to open one with.
 */
export const reportAsk = (needs: VouchNeeds): Handler<'reportAsk'> => ({
  async run(params, act) {
    const ask = await ownAsk(needs, params.ask, act);
    if (ask?.kind === 'manager-approval') {
      await needs.approval.report(ask, act);
      await dropAsk(needs, act.accountId, ask.id);
    }
    if (ask !== null && ask.case !== null) {
      await changeCase(needs, { id: ask.case.id, account: ask.account }, (record) => {
        const startCode = record?.startCode;
        const isTheirs = startCode !== undefined && voucherOf(startCode, act.accountId)?.ask === ask.id;
        if (record === null || !isTheirs || startCode.reported !== null) return { advanced: null, entries: [], result: null };
        const reported = { by: act.accountId, at: act.now };
        return {
          advanced: {
            record: { ...record, startCode: { ...startCode, reported }, revision: record.revision + 1 },
            tells: [],
            posts: false,
          },
          also: {
            remove: [keys.startCode(record.account)],
            ...noteParts({ account: record.account, act: startCode.id, code: 'LK_NOT_ASKED', now: act.now }),
          },
          entries: [entryOf(record, act, { act: 'desk.vouch', verdict: 'refused', reason: 'reported', proofs: [] })],
          result: null,
        };
      });
      await dropAsk(needs, act.accountId, ask.id);
    }
    return { type: 'ask.reported' };
  },
});

async function caseOf({ store }: Pick<VouchNeeds, 'store'>, { case: of }: Ask, now: number): Promise<CaseRecord | null> {
  if (of === null) return null;
  const key = keys.case(of.id);
  const row = (await store.open({ key, owner: null, now })).rows.get(key) ?? null;
  return row === null ? null : readCase(row.value);
}

/** As what somebody may vouch in this case at this moment, by the directory and the policy; null when they may not, or it is over. */
async function asVoucher(needs: VouchNeeds, record: CaseRecord, ask: Ask | null, act: Act): Promise<Pick<StartCode['agent'], 'as'> | null> {
  const { startCode } = record;
  if (!isUnderWay(startCode, act.now)) return null;
  const mine = voucherOf(startCode, act.accountId);
  if (mine === null || mine.ask !== ask?.id) return null;
  const [state, employee] = await Promise.all([act.account(), needs.vouching.account(record.account)]);
  if (employee === null || (await needs.vouching.refusal(employee, record)) !== null) return null;
  return mayVouch(needs.policy, { as: mine.as, state }, record, employee) ? mine : null;
}

/** The case with one more check. With the second one comes the code; where the account is frozen, it comes with the thaw, and until then there is none. */
function withCheck(
  { seals }: VouchNeeds,
  record: CaseRecord,
  startCode: StartCode,
  check: StartCode['checks'][number],
  isFrozenNow: boolean,
): ReturnType<typeof issueStartCode> {
  const checked = { ...startCode, checks: [...startCode.checks, check] };
  if (!haveVouched(checked) || isFrozenNow) return { startCode: checked, also: {} };
  const { stack, account } = record;
  const isSamePartition = stack !== null && partitionOfKey(stack) === partitionOf(account);
  const others = [checked.agent, checked.second].filter(({ id }) => id !== check.by);
  return issueStartCode(seals, record, checked, { vouchers: others, chats: isSamePartition ? [stack] : [] }, check.at);
}

/** The half that is theirs, while the code waits to be typed. */
function halfOf({ id, code, ...startCode }: StartCode, { accountId, now }: Act) {
  const mine = voucherOf({ id, code, ...startCode }, accountId);
  return code === null || mine === null || !isToBeTyped(code, now) ? null : { code: id, half: mine.half, until: code.until };
}

type Told = Pick<AuditFacts, 'act' | 'verdict' | 'reason' | 'proofs'>;

const entryOf = ({ account, reference }: Pick<CaseRecord, 'account' | 'reference'>, act: Act, told: Told): AuditFacts => ({
  ...told,
  at: act.now,
  actor: act.accountId,
  account,
  door: act.door,
  reference,
});

const note = (needs: VouchNeeds, record: CaseRecord, act: Act, told: Told): Promise<null> =>
  changeCase(needs, record, () => ({ advanced: null, entries: [entryOf(record, act, told)], result: null }));
