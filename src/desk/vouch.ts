import type { AskView } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { joined } from '../methods/join-commits.ts';
import { proofsSuffice } from '../methods/proofs.ts';
import type { AuditFacts } from '../security/audit.ts';
import { keys, partitionOf, partitionOfKey } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';
import { askView, bringing, dropAsk, ownAsk, ownAsks, type Ask } from './asks.ts';
import { readCase, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { isToBeTyped, isUnderWay, startCodeMs, voucherOf, waitingParts, type StartCode } from './start-code-record.ts';
import { noteParts } from './reported.ts';
import { hashStartCode } from './start-code-signs.ts';
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
    };
  },
});

/**
 * Records what one of the two did to know who it is (I12). Once both have, the start code is there: its keyed hash in the case, for ten minutes. Who
 * vouches is read from the directory again, and their own proof from the store. Done again, it changes nothing.
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
    const recorded = await changeCase(needs, before, (record) => {
      const startCode = record?.startCode;
      const gone = { advanced: null, entries: [], result: null } as const;
      if (record === null || !isUnderWay(startCode, now) || voucherOf(startCode, accountId)?.ask !== id) return gone;
      if (startCode.checks.some(({ by }) => by === accountId)) return { ...gone, result: startCode };
      // The claim may have gone to another since the person was asked.
      if (mine.as === 'agent' ? record.claimed?.by !== accountId : record.claimed?.by !== startCode.agent.id) return gone;
      const after = withCheck(needs, record, startCode, { by: accountId, at: now, how, proof });
      return {
        advanced: { record: { ...record, startCode: after, revision: record.revision + 1 }, tells: [], posts: false },
        also: after.code === null ? {} : issuedParts(record, after, accountId, now),
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
    });
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
  if (employee === null || (await needs.vouching.refusal(employee)) !== null) return null;
  return mayVouch(needs.policy, { as: mine.as, state }, record, employee) ? mine : null;
}

/** The case with one more check; with the second one comes the code. */
function withCheck({ seals }: VouchNeeds, { account }: CaseRecord, startCode: StartCode, check: StartCode['checks'][number]): StartCode {
  const checks = [...startCode.checks, check];
  if (checks.length < 2) return { ...startCode, checks };
  const mac = hashStartCode(seals, { code: startCode.id, account });
  return { ...startCode, checks, code: { mac, until: check.at + startCodeMs, wrong: [], redeemed: null } };
}

/** What the other one and the employee hear once the code is there; neither hears any of it. */
function issuedParts(record: CaseRecord, { id, agent, second, code }: StartCode, by: string, now: number): Commit {
  const other = agent.id === by ? second : agent;
  const until = code?.until ?? now;
  const isSamePartition = record.stack !== null && partitionOfKey(record.stack) === partitionOf(record.account);
  return joined([
    waitingParts(record, { until, isOpen: true }),
    bringing(record.account, { to: other.id, ready: other.ask }, now),
    record.stack !== null && isSamePartition
      ? inboxParts(record.stack, `start-code-${id}`, { notice: 'runner.start-code-issued', params: { until } }, now)
      : {},
  ]);
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
