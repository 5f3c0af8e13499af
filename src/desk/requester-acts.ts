import type { CaseEvent } from '../../dialogs/case.ts';
import type { Act, Handler } from '../conversation/port.ts';
import type { AuditFacts } from '../security/audit.ts';
import { keys } from '../store/keys.ts';
import { advance } from './advance.ts';
import { isSlotTaken, readCaseList, slotOf, type CaseList, type CaseMessage, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { isOfConversation, openedHere, reopensUntil } from './read-cases.ts';
import { isNotMe } from './is-not-me.ts';
import { relay } from './relay.ts';

/** How much a requester may write before the helpdesk has said a word. */
const mostInARow = 10;

/** Passes on to the helpdesk what the requester wrote. Only from the conversation that opened the case; the same message again is kept once. */
export const writeToDesk = (needs: ChangeNeeds): Handler<'writeToDesk'> => ({
  async run({ case: number, text }, act) {
    const refused = (reason: 'over' | 'enough' | 'empty' | 'too-long' | 'link' | 'secret') => ({ type: 'desk.not-heard', reason }) as const;
    const own = await ownCase(needs, number, act);
    if (own === null) return refused('over');
    const relayed = relay(text);
    if (!relayed.ok) {
      // What it was held back for is known; what it said is not kept anywhere.
      await note(needs, own, { act, name: 'write', verdict: 'refused', reason: relayed.reason });
      return refused(relayed.reason);
    }
    const message: CaseMessage = { id: act.id, at: act.now, kind: 'reply', name: null, text: relayed.text };
    return changeCase<ReturnType<typeof refused> | { readonly type: 'desk.heard' }>(needs, own, (record) => {
      const nothing = { advanced: null, entries: [] } as const;
      if (record === null || record.stack !== act.stack) return { ...nothing, result: refused('over') };
      if (record.thread.some(({ id }) => id === act.id)) return { ...nothing, result: { type: 'desk.heard' } };
      const since = record.thread.findLastIndex(({ kind }) => kind !== 'reply');
      if (record.thread.length - 1 - since >= mostInARow) return { ...nothing, result: refused('enough') };
      const advanced = advance(record, { type: 'write' }, { policy: needs.policy, now: act.now, agent: null, message });
      if (advanced === null) return { ...nothing, result: refused('over') };
      return {
        advanced,
        entries: [entryOf(record, { act, name: 'write', verdict: 'allowed', reason: 'requester' })],
        result: { type: 'desk.heard' } as const,
      };
    });
  },
});

/** The requester needs a case no longer, or it still does not work. Done again it finds it done. */
export const changeOwnCase = (needs: ChangeNeeds): Handler<'changeCase'> => ({
  async run({ case: number, how }, act) {
    const over = (newer: string | null = null) => ({ type: 'case.over', newer }) as const;
    const own = await ownCase(needs, number, act);
    if (own === null) return over();
    const event: CaseEvent = { type: how };
    return changeCase<ReturnType<typeof over> | { type: 'case.changed' }>(needs, own, (record, rows) => {
      const nothing = { advanced: null, entries: [] } as const;
      if (record === null || !isOfConversation(record, act)) return { ...nothing, result: over() };
      if (record.state === doneState[how] && record.lastAct === act.id) return { ...nothing, result: { type: 'case.changed' } };
      if (how === 'withdraw' && isNotMe(record)) return { ...nothing, result: over() };
      const list = readCaseList(rows.get(keys.casesOf(record.account))?.value ?? null);
      if (how === 'reopen' && isSlotTaken(list, record)) return { ...nothing, result: over(newerOf(list, record)) };
      if (how === 'reopen' && act.now >= reopensUntil(needs.policy, record)) return { ...nothing, result: over() };
      const advanced = advance(record, event, { policy: needs.policy, now: act.now, agent: null });
      if (advanced === null) return { ...nothing, result: over() };
      return {
        // The requester does it, and is told by the dialog.
        advanced: { ...advanced, tells: [], record: { ...advanced.record, lastAct: act.id } },
        entries: [entryOf(record, { act, name: how, verdict: 'allowed', reason: 'requester' })],
        result: { type: 'case.changed' },
      };
    });
  },
});

const doneState = { withdraw: 'withdrawn', reopen: 'reopened' } as const;

const newerOf = ({ cases }: CaseList, record: CaseRecord): string | null =>
  cases.find((each) => each.open && each.id !== record.id && each.slot === slotOf(record))?.number ?? null;

/** A case of the account's own, at the front door of the conversation's own, by its number: anybody else's number finds nothing (I13). */
async function ownCase({ store }: ChangeNeeds, number: string, act: Act): Promise<Pick<CaseRecord, 'id' | 'account'> | null> {
  const { accountId, now } = act;
  if (act.door === 'front-door') return openedHere(store, number, act);
  const key = keys.casesOf(accountId);
  const { rows } = await store.open({ key, owner: null, now });
  const found = readCaseList(rows.get(key)?.value ?? null).cases.find((each) => each.number === number);
  return found === undefined ? null : { id: found.id, account: accountId };
}

interface Noted {
  readonly act: Act;
  readonly name: string;
  readonly verdict: AuditFacts['verdict'];
  readonly reason: string;
}

const entryOf = ({ account }: Pick<CaseRecord, 'account'>, { act, name, verdict, reason }: Noted): AuditFacts => ({
  at: act.now,
  actor: act.accountId,
  account,
  act: `desk.${name}`,
  verdict,
  reason,
  proofs: [],
  door: act.door,
  reference: act.reference,
});

/** Writes down a decision that changes nothing. */
const note = (needs: ChangeNeeds, own: Pick<CaseRecord, 'id' | 'account'>, noted: Noted): Promise<null> =>
  changeCase(needs, own, () => ({ advanced: null, entries: [entryOf(own, noted)], result: null }));
