import type { MethodKind } from '../../dialogs/methods.ts';
import type { Wish } from '../../dialogs/dialog-table.ts';
import type { ProofId } from '../../dialogs/views.ts';
import type { Language, Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { joined, outboxRow } from '../delivery/outbox.ts';
import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import { languageOf } from '../locales/language-of.ts';
import type { Sentences } from '../locales/sentences.ts';
import { joined as joinCommits } from '../methods/join-commits.ts';
import type { Clock, Random } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import { wakingParts } from './case-due.ts';
import { nextStep } from './next-step.ts';
import {
  newCaseId,
  readCase,
  readCaseList,
  slotOf,
  withCase,
  type CaseList,
  type CaseRecord,
  type Priority,
  type Requester,
} from './case-record.ts';
import { caseMail } from './case-words.ts';
import { isNotMe } from './is-not-me.ts';
import { indexParts } from './change-case.ts';
import { hookParts } from './hook-event.ts';
import { takeUpBy } from './deadlines.ts';
import { countForClient, isStrangers, ofTheDay, ownerParts, type Owner } from './unproved.ts';

export interface OpenCaseNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'hooks' | 'contacts' | 'desk' | 'organisation'>;
  readonly sentences: Sentences;
  /** The kinds an account has registered, and since when. */
  readonly registered: (accountId: string) => Promise<readonly { readonly kind: MethodKind; readonly since: number }[]>;
  /** How self-service went for it lately. */
  readonly tried: (accountId: string, now: number) => Promise<NonNullable<CaseRecord['tried']>>;
}

export interface HandlerNeeds extends OpenCaseNeeds {
  /** Which of these are live proofs of a reset or unlock in this conversation, and how many independent gates they make (I2). */
  readonly proved: (act: Act, proofs: readonly ProofId[]) => Promise<{ readonly gates: number; readonly proofs: readonly ProofId[] }>;
}

/** What a case is opened for, and by whom. */
interface CaseWanted {
  readonly account: string;
  /** The directory's labels of the account; null where it could not be read. */
  readonly state: { readonly name: string | null; readonly userId: string } | null;
  /** `SSPR_...` or `LK_...`. */
  readonly code: string;
  readonly wish: Wish;
  readonly priority: Priority;
  readonly requester: Requester;
  /** Proofs that the requester brought, for the audit. */
  readonly proofs?: readonly ProofId[];
  /** The conversation that opens it, where its requester hears of it; null: none does. */
  readonly stack: Key | null;
  readonly language: Language;
  readonly reference: string;
  /** Names what opens it: the same again finds what it made. */
  readonly act: string;
  /** Who opens it, for the audit: an account id, or `system`. */
  readonly actor: string;
  readonly door: AuditFacts['door'];
  /** The account's owner, who is told of a case that nobody proved anything for (I13). */
  readonly owner?: Owner;
}

interface Opened {
  readonly id: string;
  readonly number: string;
  readonly isNew: boolean;
}

/** The number before the first case's. */
const beforeFirst = 1000;

/** Opens a case for the person of a stack, on their own yes. */
export const openCase = (needs: HandlerNeeds): Handler<'openCase'> => ({
  async run({ code, wish, proofs = [] }, act) {
    const [state, proved] = await Promise.all([labelsOf(act), needs.proved(act, proofs)]);
    const requester = requesterOf(act, proved.gates);
    const until = requester.how === 'nobody' ? await countForClient(needs, act) : null;
    if (until !== null) return { type: 'case.not-opened', until };
    const { id, number, isNew } = await openCaseFor(needs, {
      account: act.accountId,
      state,
      // The person hears "not enabled"; that the account is disabled stands in the case alone.
      code: state?.enabled === false ? 'LK_DISABLED' : code,
      wish,
      priority: 'normal',
      requester,
      proofs: proved.proofs,
      stack: act.stack,
      language: act.language,
      reference: act.reference,
      act: act.id,
      actor: act.accountId,
      door: act.door,
      ...(requester.how === 'nobody' ? { owner: ownerOf(act, state) } : {}),
    });
    const key = keys.case(id);
    const row = (await needs.store.open({ key, owner: null, now: act.now })).rows.get(key) ?? null;
    const next = row === null ? null : nextStep(needs.policy, readCase(row.value), act.language, act.now);
    return { type: 'case.opened', number, isNew, ...(next === null ? {} : { next }) };
  },
});

/**
 * Opens a case, or finds the one that is open for this account, reason and kind of requester (I13). The case, its place in the queue, its audit
 * entry, the post to the helpdesk's conversation and the mails are one commit. The same act again finds what the first one made.
 */
export async function openCaseFor(needs: OpenCaseNeeds, wanted: CaseWanted): Promise<Opened> {
  const { store, clock } = needs;
  const listKey = keys.casesOf(wanted.account);
  const { rows } = await store.open({ key: listKey, owner: null, now: clock.now() });
  const open = found(readCaseList(rows.get(listKey)?.value ?? null), wanted, clock.now());
  return open ?? keep(needs, wanted, await describe(needs, wanted));
}

/** The directory's labels of the account. A directory that is down does not keep anybody from asking for help. */
async function labelsOf(act: Act): Promise<AccountState | null> {
  try {
    return await act.account();
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind === 'unavailable') return null;
    throw fault;
  }
}

/** What may be said of the requester, and never more. At the front door nobody is signed in (I20). */
function requesterOf({ door }: Act, gates: number): Requester {
  if (gates > 0) return { how: 'proved', gates };
  return { how: door === 'teams' ? 'signed-in' : 'nobody' };
}

/** Where an account's owner hears of it: their own chat in Teams, and the work mailbox. */
export const ownerOf = ({ tenant, accountId, language }: Act, state: AccountState | null): Owner => ({
  stack: keys.stack(tenant, accountId),
  workMail: state?.workMail ?? null,
  language: languageOf(state?.language ?? null) ?? language,
});

/** The case this act made, or another one that is open in the slot. */
function found(list: CaseList, wanted: CaseWanted, now: number): Opened | null {
  const { act } = wanted;
  const { cases } = list;
  const mine = cases.find((each) => each.act === act);
  if (mine !== undefined) return { id: mine.id, number: mine.number, isNew: true };
  const slot = slotOf(wanted);
  const open =
    cases.find((each) => each.open && each.slot === slot) ??
    (isStrangers(slot) && !isNotMe(wanted) ? ofTheDay(list, now) : null) ??
    undefined;
  return open === undefined ? null : { id: open.id, number: open.number, isNew: false };
}

/** The next number. It is taken first, in a partition of its own; one that comes to nothing leaves a gap. */
const nextNumber = ({ store, clock }: OpenCaseNeeds, id: string): Promise<string> =>
  update<string>(store, clock, keys.caseCounter, (row) => {
    const next = (typeof row?.value === 'number' ? row.value : beforeFirst) + 1;
    const number = `LK-${next}`;
    return { commit: { put: { [keys.caseCounter]: next, [keys.caseNumber(number)]: id } }, result: number };
  });

async function describe(needs: OpenCaseNeeds, wanted: CaseWanted): Promise<CaseRecord> {
  const { account, state, code, wish, priority, requester, stack, language, reference } = wanted;
  const now = needs.clock.now();
  const id = newCaseId(needs.random, account);
  return {
    id,
    number: await nextNumber(needs, id),
    account,
    name: state?.name ?? null,
    userId: state?.userId ?? null,
    requester,
    code,
    wish,
    reference,
    methods: (await needs.registered(account)).map(({ kind, since }) => ({ kind, since })),
    tried: await needs.tried(account, now),
    stack,
    language,
    openedAt: now,
    priority,
    deadline: takeUpBy(needs.policy, priority, now),
    state: 'new',
    since: now,
    claimed: null,
    revision: 1,
    activity: null,
    copies: [],
    doubted: false,
    thread: [],
    resolved: null,
    queued: { since: now, shownAt: null, chased: [] },
    followedUp: false,
  };
}

function keep(needs: OpenCaseNeeds, wanted: CaseWanted, record: CaseRecord): Promise<Opened> {
  const { id, number, code, reference, openedAt } = record;
  const listKey = keys.casesOf(record.account);
  const entry = {
    at: openedAt,
    actor: wanted.actor,
    account: record.account,
    act: 'desk.open-case',
    verdict: 'allowed',
    reason: code,
    proofs: wanted.proofs ?? [],
    door: wanted.door,
    reference,
  } as const;
  const change = (list: CaseList): Commit => {
    const owed = owedFor(needs, record, openedAt);
    return joinCommits([
      owed,
      {
        put: {
          [keys.case(id)]: record,
          [listKey]: withCase(list, { id, number, slot: slotOf(record), act: wanted.act, open: true, at: openedAt }),
        },
        due: wakingParts(needs.policy, record),
        index: indexParts(null, record),
      },
      wanted.owner === undefined ? {} : ownerParts(needs, wanted.owner, record),
    ]);
  };
  return updateAudited<Opened>(needs.store, needs.seals, needs.clock, listKey, (row) => {
    const list = readCaseList(row?.value ?? null);
    const before = found(list, wanted, openedAt);
    if (before !== null) return { commit: null, result: before, entries: [] };
    return { commit: change(list), result: { id, number, isNew: true }, entries: [entry] };
  });
}

/** The post to the helpdesk's conversation, and a mail to each administrator's address in a row of its own. */
function owedFor({ seals, sentences, policy }: OpenCaseNeeds, record: CaseRecord, at: number) {
  const mail = caseMail(sentences, policy, record, at);
  const owe = (id: string, owed: Parameters<typeof outboxRow>[3]) => outboxRow(seals, record.account, `${id}-${record.id}`, owed, at);
  return joined([
    hookParts(seals, policy, record, at),
    owe('case-post', { kind: 'case-post', case: record.id }),
    ...policy.contacts.administratorsMail.map((to, index) =>
      owe(`case-mail-${index + 1}`, { kind: 'case-mail', parcel: { kind: 'mail', to, ...mail } }),
    ),
  ]);
}
