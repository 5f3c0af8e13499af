import type { MethodKind } from '../../dialogs/methods.ts';
import type { ProofId } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import type { Act, Handler } from '../conversation/port.ts';
import { joined, outboxRow } from '../delivery/outbox.ts';
import type { AccountState } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Commit, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import { newCaseId, readCaseList, slotOf, withCase, type CaseList, type CaseRecord, type Requester } from './case-record.ts';
import { caseMail } from './case-words.ts';

export interface OpenCaseNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'contacts'>;
  readonly sentences: Sentences;
  /** Which of these are live proofs of a reset or unlock in this conversation, and how many independent gates they make (I2). */
  readonly proved: (act: Act, proofs: readonly ProofId[]) => Promise<{ readonly gates: number; readonly proofs: readonly ProofId[] }>;
  /** The kinds an account has registered, and since when. */
  readonly registered: (accountId: string) => Promise<readonly { readonly kind: MethodKind; readonly since: number }[]>;
}

interface Opened {
  readonly number: string;
  readonly isNew: boolean;
}

/** The number before the first case's. */
const beforeFirst = 1000;

/**
 * Opens a case, or finds the one that is open for this account, reason and kind of requester (I13). The case, its audit entry, the post
 * to the helpdesk's conversation and the mails are one commit. A second run of the same act finds what the first one made.
 */
export const openCase = (needs: OpenCaseNeeds): Handler<'openCase'> => ({
  async run({ code, wish, proofs = [] }, act) {
    const [account, proved] = await Promise.all([labelsOf(act), needs.proved(act, proofs)]);
    const requester = requesterOf(act, proved.gates);
    // The person hears "not enabled"; that the account is disabled stands in the case alone.
    const reason = account?.enabled === false ? 'LK_DISABLED' : code;
    const listKey = keys.casesOf(act.accountId);
    const { rows } = await needs.store.open({ key: listKey, owner: null, now: act.now });
    const open = found(readCaseList(rows.get(listKey)?.value ?? null), act.id, slotOf(reason, requester));
    if (open !== null) return { type: 'case.opened', ...open };
    const record: CaseRecord = {
      ...(await describe(needs, act, account)),
      code: reason,
      wish,
      requester,
      number: `LK-${await nextNumber(needs)}`,
    };
    return { type: 'case.opened', ...(await store(needs, act, record, proved.proofs)) };
  },
});

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
  if (door === 'teams') return { how: 'signed-in' };
  throw new LatchkeyError('latchkey_desk_requester_unknown', 'refused', 'a case needs a requester who is signed in or proved');
}

/** The case this act made, or another one that is open in the slot. */
function found({ cases }: CaseList, act: string, slot: string): Opened | null {
  const mine = cases.find((each) => each.act === act);
  if (mine !== undefined) return { number: mine.number, isNew: true };
  const open = cases.find((each) => each.open && each.slot === slot);
  return open === undefined ? null : { number: open.number, isNew: false };
}

/** The next number. It is taken first, in a partition of its own; one that comes to nothing leaves a gap. */
const nextNumber = ({ store, clock }: OpenCaseNeeds): Promise<number> =>
  update<number>(store, clock, keys.caseCounter, (row) => {
    const next = (typeof row?.value === 'number' ? row.value : beforeFirst) + 1;
    return { commit: { put: { [keys.caseCounter]: next } }, result: next };
  });

async function describe({ random, registered }: OpenCaseNeeds, act: Act, account: AccountState | null) {
  const { accountId, stack, language, reference, now } = act;
  return {
    id: newCaseId(random, accountId),
    account: accountId,
    name: account?.name ?? null,
    userId: account?.userId ?? null,
    reference,
    methods: (await registered(accountId)).map(({ kind, since }) => ({ kind, since })),
    stack,
    language,
    openedAt: now,
    state: 'open',
    revision: 1,
    activity: null,
    resolved: null,
  } as const;
}

function store(needs: OpenCaseNeeds, act: Act, record: CaseRecord, proofs: readonly ProofId[]): Promise<Opened> {
  const { seals } = needs;
  const listKey = keys.casesOf(record.account);
  const slot = slotOf(record.code, record.requester);
  const entry = {
    at: act.now,
    actor: act.accountId,
    account: record.account,
    act: 'desk.open-case',
    verdict: 'allowed',
    reason: record.code,
    proofs,
    door: act.door,
    reference: act.reference,
  } as const;
  const change = (list: CaseList): Commit => {
    const owed = owedFor(needs, record, act.now);
    return {
      put: {
        ...owed.put,
        [keys.case(record.id)]: record,
        [listKey]: withCase(list, { id: record.id, number: record.number, slot, act: act.id, open: true }),
      },
      due: owed.due,
      index: [{ index: indexes.openCases, member: keys.case(record.id), score: record.openedAt }],
    };
  };
  return updateAudited<Opened>(needs.store, seals, needs.clock, listKey, (row) => {
    const list = readCaseList(row?.value ?? null);
    const before = found(list, act.id, slot);
    if (before !== null) return { commit: null, result: before, entries: [] };
    return { commit: change(list), result: { number: record.number, isNew: true }, entries: [entry] };
  });
}

/** The post to the helpdesk's conversation, and a mail to each administrator's address in a row of its own. */
function owedFor({ seals, sentences, policy }: OpenCaseNeeds, record: CaseRecord, at: number) {
  const mail = caseMail(sentences, policy, record);
  const owe = (id: string, owed: Parameters<typeof outboxRow>[3]) => outboxRow(seals, record.account, `${id}-${record.id}`, owed, at);
  return joined([
    owe('case-post', { kind: 'case-post', case: record.id }),
    ...policy.contacts.administratorsMail.map((to, index) =>
      owe(`case-mail-${index + 1}`, { kind: 'case-mail', parcel: { kind: 'mail', to, ...mail } }),
    ),
  ]);
}
