import type { Policy } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import { outboxRow } from '../delivery/outbox.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Json } from '../ports.ts';
import { commitAudited, type AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { indexes, keys, partitionOf } from '../store/keys.ts';
import type { Commit, Row, Store } from '../store/port.ts';
import { isAgent } from './agents.ts';
import { caseCard } from './case-card.ts';
import { isCaseId, readCase, readCaseList, withResolved, type CaseRecord } from './case-record.ts';

export interface CaseActNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly policy: Pick<Policy, 'contacts' | 'agents' | 'organisation'>;
  readonly sentences: Sentences;
  /** Finds who pressed by what Teams says of them. */
  readonly directory: Pick<Directory, 'find'>;
  readonly wake: Wake;
}

/** A pressed button of a case card. `case`, `act` and `version` are the card's data: they came from outside and prove nothing. */
export interface CaseClick {
  readonly case: unknown;
  readonly act: unknown;
  readonly version: unknown;
  /** Who pressed it, as the proved token says. */
  readonly aadObjectId: string;
  readonly tenant: string;
  readonly place: 'personal' | 'group' | 'channel';
  readonly conversationId: string;
  /** The activity that holds the card, where the channel says it. */
  readonly cardActivity?: string | null;
}

type CaseRefusal = 'not-here' | 'not-agent' | 'own-account' | 'unknown-case' | 'unknown-act' | 'unavailable';

export type CaseActed =
  /** The card as it is now, in place of the one that was pressed. `changed`: this click did it; false for an old card and a second click. */
  | { readonly ok: true; readonly changed: boolean; readonly card: Json }
  /** Nothing was done; `text` says why, and nothing of the case. */
  | { readonly ok: false; readonly reason: CaseRefusal; readonly text: string };

/**
 * What a click on a case card does. Only in the helpdesk's own conversation (I11), only for agents as the directory has them at this
 * moment, never on one's own account (I14). Every decision has its audit entry; an old version changes nothing and refreshes the card.
 */
export async function actOnCase(needs: CaseActNeeds, click: CaseClick): Promise<CaseActed> {
  const allowed = await allow(needs, click);
  if (!allowed.ok) return refuse(needs, click, allowed);
  const { agent, record } = allowed;
  if (click.version !== record.revision || record.resolved !== null) return { ok: true, changed: false, card: cardOf(needs, record) };
  return resolve(needs, click, record, agent);
}

type Allowed =
  | { readonly ok: true; readonly agent: AccountState; readonly record: CaseRecord }
  | { readonly ok: false; readonly reason: CaseRefusal; readonly record: CaseRecord | null };

async function allow({ store, clock, policy, directory }: CaseActNeeds, click: CaseClick): Promise<Allowed> {
  const refused = (reason: CaseRefusal, record: CaseRecord | null = null): Allowed => ({ ok: false, reason, record });
  const { tenant, aadObjectId, place } = click;
  const here = threadOf(click.conversationId) === threadOf(policy.contacts.desk.conversation);
  if (!here || place === 'personal' || !policy.organisation.tenants.includes(tenant)) return refused('not-here');
  let agent: AccountState | null;
  try {
    agent = await directory.find(aadObjectId);
  } catch (fault) {
    if (fault instanceof LatchkeyError) return refused('unavailable');
    throw fault;
  }
  if (agent === null || !isAgent(policy, agent)) return refused('not-agent');
  if (!isCaseId(click.case)) return refused('unknown-case');
  const key = keys.case(click.case);
  const row = (await store.open({ key, owner: null, now: clock.now() })).rows.get(key) ?? null;
  if (row === null) return refused('unknown-case');
  const record = readCase(row.value);
  if (record.account === agent.id) return refused('own-account', record);
  if (click.act !== 'resolve') return refused('unknown-act', record);
  return { ok: true, agent, record };
}

/** A channel's conversation id names the thread in it too (`;messageid=...`): the channel is what counts. */
const threadOf = (conversationId: string): string => conversationId.split(';')[0] ?? '';

async function refuse(
  { store, clock, seals, sentences, policy }: CaseActNeeds,
  click: CaseClick,
  refusal: Allowed & { ok: false },
): Promise<CaseActed> {
  const { reason, record } = refusal;
  const account = record?.account ?? null;
  const entry = { ...factsOf(click, account, clock.now()), verdict: 'refused', reason, reference: record?.reference ?? null } as const;
  await commitAudited(store, seals, { partition: partitionOf(account ?? click.aadObjectId), entries: [entry], commit: {} });
  return { ok: false, reason, text: sentences.say(policy.contacts.desk.language, `desk.refused.${reason}`) };
}

/** What every entry says. Of the card's data only what is known is repeated: the rest is somebody's text. */
const factsOf = ({ aadObjectId, act }: CaseClick, account: string | null, at: number) =>
  ({
    at,
    actor: aadObjectId,
    account,
    act: act === 'resolve' ? 'desk.resolve' : 'desk.unknown-act',
    proofs: [],
    door: 'desk',
  }) satisfies Partial<AuditFacts>;

/** Resolves the case, tells its requester in the conversation that opened it, and owes the card its new form: one commit. */
async function resolve(needs: CaseActNeeds, click: CaseClick, seen: CaseRecord, agent: AccountState): Promise<CaseActed> {
  const { store, clock, seals } = needs;
  const now = clock.now();
  const list = keys.casesOf(seen.account);
  const entry = {
    ...factsOf(click, seen.account, now),
    actor: agent.id,
    verdict: 'allowed',
    reason: 'agent',
    reference: seen.reference,
  } as const;
  const done = await updateAudited<{ readonly record: CaseRecord; readonly changed: boolean }>(
    store,
    seals,
    clock,
    keys.case(seen.id),
    (row, rows) => {
      const record = row === null ? seen : readCase(row.value);
      // Somebody was faster: the second click finds it done.
      if (row === null || record.revision !== click.version) return { commit: null, result: { record, changed: false }, entries: [] };
      const after: CaseRecord = {
        ...record,
        state: 'resolved',
        revision: record.revision + 1,
        activity: record.activity ?? click.cardActivity ?? null,
        resolved: { at: now, by: agent.id, name: agent.name },
      };
      const commit = resolution(seals, after, rows.get(list) ?? null, now);
      return { commit, result: { record: after, changed: true }, entries: [entry] };
    },
    { alsoRead: [list] },
  );
  if (done.changed) needs.wake(done.record.stack);
  return { ok: true, changed: done.changed, card: cardOf(needs, done.record) };
}

function resolution(seals: Keys, record: CaseRecord, list: Row | null, now: number): Commit {
  const { id, account, number, stack, revision } = record;
  const update = outboxRow(seals, account, `case-update-${id}-${revision}`, { kind: 'case-update', case: id }, now);
  const word = inboxParts(stack, `case-resolved-${id}`, { notice: 'desk.notice.resolved', params: { number } }, now);
  return {
    put: { ...update.put, [keys.case(id)]: record, [keys.casesOf(account)]: withResolved(readCaseList(list?.value ?? null), id) },
    due: [...update.due, ...word.due],
    append: word.append,
    index: [{ index: indexes.openCases, member: keys.case(id), score: null }],
  };
}

const cardOf = ({ sentences, policy }: CaseActNeeds, record: CaseRecord): Json => caseCard(sentences, policy, record);
