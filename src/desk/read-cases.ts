import { isEnded } from '../../dialogs/case.ts';
import type { CaseView } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { keys } from '../store/keys.ts';
import type { Key, Store } from '../store/port.ts';
import { isQueued } from './case-clock.ts';
import { isSlotTaken, readCase, readCaseList, type CaseList, type CaseRecord } from './case-record.ts';
import type { Hours } from './hours.ts';
import { isNotMe } from './is-not-me.ts';
import { nextStep } from './next-step.ts';

/** How many cases a person is told of. */
const most = 5;

/** The account's own cases, newest first. Nobody else's can be asked for (I13), and where nobody is signed in only those of that conversation. */
export const readCases = ({ store, policy }: { readonly store: Store; readonly policy: Hours }): Handler<'readCases'> => ({
  async run({ case: number }, act) {
    const { now, rows: read } = act;
    const at = act.door === 'front-door' && number !== undefined ? await openedHere(store, number, act) : null;
    const accountId = at?.account ?? act.accountId;
    const listKey = keys.casesOf(accountId);
    const rows = read.has(listKey) ? read : (await store.open({ key: listKey, owner: null, now })).rows;
    const list = readCaseList(rows.get(listKey)?.value ?? null);
    const records = await recordsOf(store, list, now);
    return {
      type: 'cases.read',
      cases: records
        .filter((record) => isOfConversation(record, act))
        .slice(0, most)
        .map((record) => viewOf(record, list, act, policy)),
    };
  },
});

/**
 * The case of this number, if this very conversation opened it: its cookie says so, and no account that was named there meanwhile, or is not named any
 * more (I13).
 */
export async function openedHere(store: Store, number: string, { stack, now }: Pick<Act, 'stack' | 'now'>): Promise<CaseRecord | null> {
  const read = async (key: Key) => (await store.open({ key, owner: null, now })).rows.get(key)?.value ?? null;
  const id = await read(keys.caseNumber(number));
  const value = typeof id === 'string' ? await read(keys.case(id)) : null;
  const record = value === null ? null : readCase(value);
  return record?.stack === stack ? record : null;
}

/** The newest of a list. */
async function recordsOf(store: Store, { cases }: CaseList, now: number): Promise<readonly CaseRecord[]> {
  const [first, ...others] = cases.slice(0, most * 2).map(({ id }) => keys.case(id));
  if (first === undefined) return [];
  const { rows } = await store.open({ key: first, owner: null, alsoRead: others, now });
  return [first, ...others].flatMap((key) => {
    const row = rows.get(key) ?? null;
    return row === null ? [] : [readCase(row.value)];
  });
}

/** Whether this conversation may hear of a case: the person's own chat of all, any other of what it opened itself (I13). */
export const isOfConversation = ({ stack }: CaseRecord, act: Pick<Act, 'door' | 'stack'>): boolean =>
  act.door === 'teams' || stack === act.stack;

/** Until when a case that came to an end can be opened again, epoch ms. */
export const reopensUntil = ({ desk }: Pick<Policy, 'desk'>, { since }: CaseRecord): number => since + desk.reopenDays * 86_400_000;

/** Teams takes a card within seconds. */
const soonMs = 60_000;

/** Whether a case that nobody has should have been in the helpdesk's conversation, or been taken up, by now. */
function isLate({ state, deadline, queued }: CaseRecord, now: number): boolean {
  if (!isQueued(state)) return false;
  if (queued !== null && queued.shownAt === null) return now - queued.since > soonMs;
  return (deadline !== null && deadline <= now) || (queued?.chased.length ?? 0) > 0;
}

/** A case as its requester sees it; agents see the same state. */
function viewOf(
  record: CaseRecord,
  list: CaseList,
  { stack, now, language }: Pick<Act, 'stack' | 'now' | 'language'>,
  policy: Hours,
): CaseView {
  const { number, state, openedAt, resolved, thread, claimed, deadline } = record;
  const isOpen = !isEnded(state);
  const isMine = record.stack === stack;
  return {
    number,
    state,
    openedAt,
    resolvedAt: resolved?.at ?? null,
    agent: claimed?.name ?? null,
    next: nextStep(policy, record, language, now),
    isLate: isLate(record, now),
    until: state === 'waiting' ? deadline : null,
    question: isMine && state === 'waiting' ? (thread.findLast(({ kind }) => kind === 'question')?.text ?? null) : null,
    mayWrite: isOpen && isMine,
    mayWithdraw: isOpen && !isNotMe(record),
    mayReopen: (state === 'resolved' || state === 'expired') && now < reopensUntil(policy, record) && !isSlotTaken(list, record),
  };
}
