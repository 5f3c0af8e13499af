import type { Act } from '../conversation/port.ts';
import { commitAudited, type AuditFacts } from '../security/audit.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Key, Row } from '../store/port.ts';
import { update } from '../store/update.ts';
import type { MethodPorts } from './ports.ts';

/** What an act decided on the rows it read: what is written, which entry tells of it, and what the caller gets. */
export interface Decided<Result> {
  /** Null: nothing is written but the entry. */
  readonly commit: Commit | null;
  /** Null: nothing was decided, so nothing is told. */
  readonly entry: Pick<AuditFacts, 'act' | 'verdict' | 'reason' | 'proofs'> | null;
  readonly result: Result;
}

/** The rows that were read; every one of them is expected unchanged by the commit. */
export type Rows = (key: Key) => Row | null;

/**
 * Reads an account's methods document with `alsoRead`, asks `decide` (pure: asked again after a conflict) and commits its decision with
 * the audit entry, all or nothing. All that touches an account's methods goes through here, in line within the process. Whether the account is
 * frozen (I17) is always among the rows: no freeze comes between a decision and its commit.
 */
export function decideAudited<Result>(
  ports: Pick<MethodPorts, 'store' | 'clock' | 'keys'>,
  act: Pick<Act, 'accountId' | 'now' | 'door'> & { readonly reference: string | null },
  alsoRead: readonly Key[],
  decide: (rows: Rows) => Decided<Result>,
): Promise<Result> {
  const { accountId, now, door, reference } = act;
  let entry: Decided<Result>['entry'] = null;
  return update(
    ports.store,
    ports.clock,
    keys.methods(accountId),
    (_row, rows) => {
      const decided = decide((key) => rows.get(key) ?? null);
      ({ entry } = decided);
      return { commit: decided.commit ?? (entry === null ? null : {}), result: decided.result };
    },
    {
      alsoRead: [...new Set([...alsoRead, keys.frozen(accountId)])],
      commit: (commit) =>
        entry === null
          ? ports.store.commit(commit)
          : commitAudited(ports.store, ports.keys, {
              partition: partitionOf(accountId),
              entries: [{ ...entry, at: now, actor: accountId, account: accountId, door, reference }],
              commit,
            }),
    },
  );
}
