import { z } from 'zod';
import type { CaseEvent } from '../../dialogs/case.ts';
import { hookActs, type HookAct } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { AuditFacts } from '../security/audit.ts';
import { keys } from '../store/keys.ts';
import { advance, withMessage, type Advanced } from './advance.ts';
import { isSlotTaken, readCaseList, type CaseList, type CaseMessage, type CaseRecord } from './case-record.ts';
import { changeCase, type ChangeNeeds } from './change-case.ts';
import { isHeldByFreeze } from './freeze-of-case.ts';
import { relay } from './relay.ts';
import { ticketSchema } from './ticket.ts';

/**
 * What a request asks for. There are these acts and no others: nothing here verifies, lets anybody in, freezes, thaws, approves, claims or
 * changes an account, and no policy adds to it.
 */
export const hookRequest = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('note'), case: z.string(), text: z.string() }),
  z.strictObject({ act: z.literal('message'), case: z.string(), text: z.string() }),
  z.strictObject({ act: z.literal('ticket'), case: z.string(), ticket: ticketSchema }),
  z.strictObject({ act: z.literal('resolve'), case: z.string(), text: z.string().optional() }),
  z.strictObject({ act: z.literal('reopen'), case: z.string() }),
]);
export type HookRequest = Readonly<z.infer<typeof hookRequest>>;

export const isHookAct = (act: unknown): act is HookAct => hookActs.some((each) => each === act);

export interface HookActNeeds extends ChangeNeeds {
  readonly sentences: Sentences;
  readonly policy: ChangeNeeds['policy'] & { readonly contacts: { readonly desk: { readonly language: 'en' | 'sv' } } };
}

export type HookActed =
  | { readonly ok: true; readonly changed: boolean; readonly state: CaseRecord['state'] }
  /** `unknown-case`: no case has that number. `not-now`: its state has no place for it. `still-frozen`: agents thaw the account first. Others: what the text was held back for. */
  | { readonly ok: false; readonly reason: string };

/** Who did it, for case and audit. */
const actor = 'hook';

/**
 * Does what a proved request asks, by the case's own machine, in one commit with its audit entry.
 * @param id the request's own: the same again changes nothing
 */
export async function actByHook(needs: HookActNeeds, asked: HookRequest, id: string): Promise<HookActed> {
  const seen = await caseByNumber(needs, asked.case);
  if (seen === null) return { ok: false, reason: 'unknown-case' };
  const now = needs.clock.now();
  return changeCase<HookActed>(needs, seen, (record, rows) => {
    const nothing = { advanced: null, entries: [] } as const;
    if (record === null) return { ...nothing, result: { ok: false, reason: 'unknown-case' } };
    const entry = entryOf(record, asked.act, id, now);
    if (record.lastHook === id || record.thread.some((message) => message.id === id))
      return { ...nothing, result: { ok: true, changed: false, state: record.state } };
    const list = readCaseList(rows.get(keys.casesOf(record.account))?.value ?? null);
    const decided = decide(needs, { asked, id, record, list, now });
    if (!decided.ok) return { advanced: null, entries: [{ ...entry, verdict: 'refused', reason: decided.reason }], result: decided };
    const advanced = { ...decided.advanced, record: { ...decided.advanced.record, lastHook: id } };
    return { advanced, entries: [entry], result: { ok: true, changed: true, state: advanced.record.state } };
  });
}

interface Deciding {
  readonly asked: HookRequest;
  readonly id: string;
  readonly record: CaseRecord;
  readonly list: CaseList;
  readonly now: number;
}

type Decided = { readonly ok: true; readonly advanced: Advanced } | { readonly ok: false; readonly reason: string };

/** Pure. */
function decide(needs: HookActNeeds, { asked, id, record, list, now }: Deciding): Decided {
  const no = (reason: string): Decided => ({ ok: false, reason });
  const { policy, sentences } = needs;
  const agent = { id: actor, name: sentences.say(policy.contacts.desk.language, 'hook.name') };
  const step = (event: CaseEvent, message?: CaseMessage): Decided => {
    const advanced = advance(record, event, { policy, now, agent, message });
    return advanced === null ? no('not-now') : { ok: true, advanced };
  };
  const kept = (changes: Partial<CaseRecord>): Decided => ({
    ok: true,
    advanced: { record: { ...record, ...changes, revision: record.revision + 1 }, tells: [], posts: false },
  });
  const text = 'text' in asked && asked.text !== undefined ? relay(asked.text) : null;
  if (text !== null && !text.ok) return no(text.reason);
  const message = (kind: CaseMessage['kind']): CaseMessage => ({ id, at: now, kind, name: null, text: text?.text ?? '' });
  switch (asked.act) {
    case 'note':
      return kept({ thread: withMessage(record.thread, message('note')) });
    case 'message':
      if (record.stack === null) return no('no-conversation');
      return step({ type: 'answer', by: null }, message('answer'));
    case 'ticket':
      return kept({ ticket: asked.ticket });
    case 'resolve':
      // A freeze ends by a thaw, which is the agents' alone (I17); until then its case stays before them.
      if (isHeldByFreeze(record)) return no('still-frozen');
      return step({ type: 'resolve', by: null }, text === null ? undefined : message('resolution'));
    case 'reopen':
      // One is open for an account, reason and kind of requester (I13).
      return isSlotTaken(list, record) ? no('has-newer') : step({ type: 'reopen' });
  }
}

/** The case of a number, if there is one; a number that never was, and one whose case came to nothing, find the same nothing. */
async function caseByNumber(
  { store, clock }: ChangeNeeds,
  number: string,
): Promise<{ readonly id: string; readonly account: string } | null> {
  if (!/^LK-\d{1,12}$/.test(number)) return null;
  const now = clock.now();
  const key = keys.caseNumber(number);
  const id = (await store.open({ key, owner: null, now })).rows.get(key)?.value;
  if (typeof id !== 'string') return null;
  const row = (await store.open({ key: keys.case(id), owner: null, now })).rows.get(keys.case(id)) ?? null;
  return row === null ? null : { id, account: (row.value as unknown as CaseRecord).account };
}

const entryOf = ({ account, reference }: CaseRecord, act: HookAct, id: string, at: number): AuditFacts => ({
  at,
  actor,
  account,
  act: `desk.hook.${act}`,
  verdict: 'allowed',
  reason: 'signed',
  proofs: [id],
  door: 'hook',
  reference,
});
