import { keys } from '../store/keys.ts';
import type { Commit, Key, Row } from '../store/port.ts';
import type { GrantKind } from '../../dialogs/views.ts';
import type { MethodKind } from '../../dialogs/methods.ts';
import { caseOfGrant, powersMs } from './caller-of-case.ts';
import { callDue } from './call-due.ts';
import { readCase } from './case-record.ts';
import { isFrozen, isVoid } from './freeze-record.ts';

export interface GrantAsked {
  readonly accountId: string;
  /** The grant's id. */
  readonly grant: string;
  readonly what: GrantKind;
  /** The kind that is to be removed. */
  readonly method?: MethodKind;
  readonly conversation: Key;
  /** Names the use: one that was used for it carries that same use again, and no other. */
  readonly use: string;
  readonly now: number;
}

/**
 * Whether what the helpdesk gave carries an act (I16): it stands in its case, which the same agent still has, for this very act, in the conversation
 * that was verified, young, not used for anything else, and from no time before a freeze. What uses it up is committed with the act. Pure.
 */
export function judgeGrant(
  rows: (key: Key) => Row | null,
  asked: GrantAsked,
):
  | { readonly ok: true; readonly spends: Required<Pick<Commit, 'put' | 'due'>> }
  | { readonly ok: false; readonly reason: 'missing' | 'old' | 'frozen' } {
  const { accountId, grant: id, now } = asked;
  const caseId = caseOfGrant(id);
  const row = caseId === null ? null : rows(keys.case(caseId));
  const frozen = rows(keys.frozen(accountId));
  if (isFrozen(frozen)) return { ok: false, reason: 'frozen' };
  if (row === null) return { ok: false, reason: 'missing' };
  const record = readCase(row.value);
  const { caller, claimed } = record;
  const grant = record.grants?.find((each) => each.id === id);
  if (record.account !== accountId || grant === undefined || caller?.state !== 'verified') return { ok: false, reason: 'missing' };
  if (caller.stack !== asked.conversation || grant.what !== asked.what) return { ok: false, reason: 'missing' };
  if (claimed?.by !== grant.by || caller.by !== grant.by) return { ok: false, reason: 'missing' };
  if (asked.method !== undefined && grant.method !== asked.method) return { ok: false, reason: 'missing' };
  if (grant.used !== null && grant.used.for !== asked.use) return { ok: false, reason: 'missing' };
  if (grant.at + powersMs <= now || isVoid(frozen, grant.at)) return { ok: false, reason: 'old' };
  const used = { for: asked.use, at: grant.used?.at ?? now };
  const grants = record.grants?.map((each) => (each.id === id ? { ...each, used } : each)) ?? [];
  return { ok: true, spends: { put: { [keys.case(record.id)]: { ...record, grants } }, due: [callDue(record, 'used', now)] } };
}

/** The parts that give a grant back which was used for something that did nothing; none where it was used for something else. Pure. */
export function unusedGrant(
  row: Row | null,
  { accountId, grant, use, now }: Pick<GrantAsked, 'accountId' | 'grant' | 'use' | 'now'>,
): Pick<Commit, 'put' | 'due'> {
  if (row === null) return {};
  const record = readCase(row.value);
  if (record.account !== accountId || !record.grants?.some(({ id, used }) => id === grant && used?.for === use)) return {};
  const grants = record.grants.map((each) => (each.id === grant ? { ...each, used: null } : each));
  return { put: { [keys.case(record.id)]: { ...record, grants } }, due: [callDue(record, 'used', now)] };
}
