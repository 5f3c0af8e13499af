import { isEnded, type CaseTold } from '../../dialogs/case.ts';
import type { CaseNews } from '../../dialogs/desk-effects.ts';
import type { Wake } from '../conversation/port.ts';
import { wordParts } from '../conversation/word.ts';
import type { Policy } from '../config/policy.ts';
import { outboxRow } from '../delivery/outbox.ts';
import { joined } from '../methods/join-commits.ts';
import type { Clock } from '../ports.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Commit, Key, Row, Store } from '../store/port.ts';
import type { Advanced } from './advance.ts';
import { wakingParts } from './case-due.ts';
import { linePlace, queuePlace, readCase, readCaseList, withState, type CaseRecord } from './case-record.ts';
import { hookParts } from './hook-event.ts';
import type { Hours } from './hours.ts';

export interface ChangeNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
  readonly wake: Wake;
  readonly policy: Hours & Pick<Policy, 'hooks'>;
}

/** What a change decides on a case as it is now. */
interface CaseDecision<Result> {
  /** What becomes of it; null: nothing. */
  readonly advanced: Advanced | null;
  readonly result: Result;
  readonly entries: readonly AuditFacts[];
  /** What else belongs in the same commit. */
  readonly also?: Omit<Commit, 'expect' | 'release'>;
}

/** Pure, because it is asked again after a conflict. `rows` holds what was read beside the case. */
export type DecideOnCase<Result> = (record: CaseRecord | null, rows: ReadonlyMap<Key, Row | null>) => CaseDecision<Result>;

/**
 * Changes a case: its row, the account's list, the queue, what its requester hears, the card's new form and the audit entries are one commit.
 * @param alsoRead further rows of the account's partition that the decision rests on: expected unchanged
 * Faults: those of `updateAudited`, and `latchkey_desk_unreadable`.
 */
export async function changeCase<Result>(
  needs: ChangeNeeds,
  { id, account }: Pick<CaseRecord, 'id' | 'account'>,
  decide: DecideOnCase<Result>,
  alsoRead: readonly Key[] = [],
): Promise<Result> {
  const { store, seals, clock } = needs;
  const list = keys.casesOf(account);
  let told: Key | null = null;
  const result = await updateAudited<Result>(
    store,
    seals,
    clock,
    keys.case(id),
    (row, rows) => {
      const before = row === null ? null : readCase(row.value);
      const { advanced, result, entries, also = {} } = decide(before, rows);
      told = null;
      if (advanced === null || before === null) return { commit: also === undefined ? null : emptyIsNull(also), result, entries };
      if (advanced.tells.length > 0) told = advanced.record.stack;
      return { commit: joined([caseParts(needs, before, advanced, rows.get(list) ?? null), also]), result, entries };
    },
    { alsoRead: [...new Set([list, ...alsoRead])] },
  );
  if (told !== null) needs.wake(told);
  return result;
}

const emptyIsNull = (commit: Omit<Commit, 'expect' | 'release'>): Commit | null => (Object.keys(commit).length === 0 ? null : commit);

/** The commit parts of a case that changed. */
function caseParts(
  { seals, policy, clock }: ChangeNeeds,
  before: CaseRecord,
  { record, tells, posts, hasWords = false }: Advanced,
  list: Row | null,
): Commit {
  const now = clock.now();
  const { id, account, revision } = record;
  const kind = posts ? 'case-post' : 'case-update';
  const isShown = record.revision !== before.revision;
  return joined([
    { put: { [keys.case(id)]: record, [keys.casesOf(account)]: withState(readCaseList(list?.value ?? null), record) } },
    isShown ? outboxRow(seals, account, `${kind}-${id}-${revision}`, { kind, case: id }, now) : {},
    ...tells.map((what) => toldParts(record, what, hasWords, now)),
    record.state === before.state ? {} : hookParts(seals, policy, record, now),
    { index: indexParts(before, record), due: wakingParts(policy, record) },
  ]);
}

/** Word of it in the conversation that opened the case, and nowhere where none did. */
function toldParts(record: CaseRecord, what: CaseTold, hasWords: boolean, now: number): Pick<Commit, 'append' | 'due'> {
  if (record.stack === null) return {};
  const { number, claimed, resolved, thread } = record;
  // What was written with it stands last, and only then.
  const text = hasWords ? (thread.at(-1)?.text ?? '') : '';
  const news: CaseNews = { what, case: number, agent: (claimed ?? resolved)?.name ?? '', text };
  const id = `case-${record.id}-${record.revision}-${what}`;
  return wordParts(keys.case(record.id), record.stack, id, { event: { type: 'case.told', ...news } }, now);
}

/** Where a case stands in the queue, in that of its reason, in its agent's, and in the line of those whose card is not posted yet. */
export function indexParts(before: CaseRecord | null, record: CaseRecord): Required<Pick<Commit, 'index'>>['index'] {
  const member = keys.case(record.id);
  const score = isEnded(record.state) ? null : queuePlace(record);
  const had = before?.claimed?.by ?? null;
  const has = record.claimed?.by ?? null;
  return [
    { index: indexes.openCases, member, score },
    { index: indexes.openCasesFor(record.code), member, score },
    { index: indexes.casesEnded, member, score: isEnded(record.state) ? record.since : null },
    { index: indexes.caseNumber(record.number), member, score: record.openedAt },
    { index: indexes.casesOpened, member, score: record.openedAt },
    { index: indexes.undelivered, member, score: record.activity === null && !isEnded(record.state) ? linePlace(record) : null },
    ...(had !== null && had !== has ? [{ index: indexes.casesOfAgent(had), member, score: null }] : []),
    ...(has !== null ? [{ index: indexes.casesOfAgent(has), member, score: queuePlace(record) }] : []),
  ];
}
