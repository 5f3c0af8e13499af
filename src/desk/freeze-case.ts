import { z } from 'zod';
import type { Wake } from '../conversation/port.ts';
import type { Directory } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import { languageOf } from '../directory/language-of.ts';
import { readMethodsDocument } from '../methods/method-record.ts';
import { keys } from '../store/keys.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { update } from '../store/update.ts';
import type { CaseRecord } from './case-record.ts';
import { changeCase } from './change-case.ts';
import { freezeParts, readFreeze, type Freeze } from './freeze-record.ts';
import { openCaseFor, type OpenCaseNeeds } from './open-case.ts';
import type { FreezeOfCase } from './freeze-of-case.ts';

export interface FreezeCaseNeeds extends OpenCaseNeeds {
  readonly directory: Pick<Directory, 'find' | 'endSessions'>;
  readonly wake: Wake;
}

/** For how long a directory that does not answer is asked to end the sessions, in ms. */
const askForMs = 60 * 60_000;

const dueShape = z.object({ account: z.string() });

/** Handles the due entry `freeze`: its case, then the end of the account's sessions. What the directory throws brings the entry back. */
export const freezeOwes =
  (needs: FreezeCaseNeeds): DueHandler =>
  async (entry) => {
    const { account } = dueShape.parse(entry.data);
    await settleFreeze(needs, account);
    const { frozen } = await readRecord(needs, account);
    if (frozen !== null && frozen.sessions === null) {
      const sessions = await endedSessions(needs, account, frozen);
      await noteInRecord(needs, account, frozen.id, { sessions });
      await settleFreeze(needs, account);
    }
    await needs.store.commit({ due: [{ id: entry.id, at: null }] });
  };

/** Sees to it that the freeze of an account has its one case, which says how it stands. @returns the case's number; null where there is no freeze */
export async function settleFreeze(needs: FreezeCaseNeeds, account: string): Promise<string | null> {
  const { frozen } = await readRecord(needs, account);
  if (frozen === null) return null;
  const opened = frozen.case ?? (await openFor(needs, account, frozen));
  if (frozen.case === null) await noteInRecord(needs, account, frozen.id, { case: { id: opened.id, number: opened.number } });
  const methodsKey = keys.methods(account);
  const frozenKey = keys.frozen(account);
  await changeCase<void>(
    needs,
    { id: opened.id, account },
    (record, rows) => {
      const { frozen: held, voidBefore } = readFreeze(rows.get(frozenKey) ?? null);
      const nothing = { advanced: null, entries: [], result: undefined };
      if (record === null || held === null || held.id !== frozen.id) return nothing;
      const { methods } = readMethodsDocument(rows.get(methodsKey)?.value ?? null);
      const freeze: FreezeOfCase = {
        id: held.id,
        since: held.since,
        sessions: held.sessions,
        suspended: methods.filter(({ suspended }) => suspended === 'reported').length,
        thawed: null,
      };
      const standing = withoutVoid(record, voidBefore);
      if (JSON.stringify(record.freeze) === JSON.stringify(freeze) && standing === record) return nothing;
      const after: CaseRecord = { ...standing, freeze, revision: record.revision + 1 };
      return { advanced: { record: after, tells: [], posts: false }, entries: [], result: undefined };
    },
    [frozenKey, methodsKey],
  );
  return opened.number;
}

/** The case without what the freeze made void, so that its agent can begin anew at once: a caller who was verified before, and those who were asked to vouch before. */
function withoutVoid(record: CaseRecord, voidBefore: number): CaseRecord {
  const { caller, startCode } = record;
  const isCallerVoid = caller !== undefined && caller.verifiedAt !== null && caller.verifiedAt <= voidBefore;
  const isCodeVoid = startCode !== undefined && startCode.at <= voidBefore;
  if (!isCallerVoid && !isCodeVoid) return record;
  return {
    ...record,
    ...(isCallerVoid && { caller: undefined, grants: undefined, approval: undefined }),
    ...(isCodeVoid && { startCode: undefined }),
  };
}

async function openFor(
  needs: FreezeCaseNeeds,
  account: string,
  { id, said }: Freeze,
): Promise<{ readonly id: string; readonly number: string }> {
  const state = await labelsOf(needs, account);
  const { id: caseId, number } = await openCaseFor(needs, {
    account,
    state,
    code: 'LK_FROZEN',
    wish: 'not-me',
    priority: 'highest',
    // A link in a mail knows nobody; a chat knows who is signed in.
    requester: { how: said === 'mail' ? 'nobody' : 'signed-in' },
    stack: said === 'chat' ? keys.stack(needs.policy.organisation.tenants[0] ?? '', account) : null,
    language: state === null ? needs.policy.contacts.desk.language : languageOf(state, needs.policy),
    reference: id.slice(0, 8),
    act: `freeze-${id}`,
    actor: 'system',
    door: 'system',
  });
  return { id: caseId, number };
}

/** A directory that is down keeps no freeze from its case. */
async function labelsOf({ directory }: FreezeCaseNeeds, account: string) {
  try {
    return await directory.find(account);
  } catch (fault) {
    if (fault instanceof LatchkeyError && fault.kind !== 'defect') return null;
    throw fault;
  }
}

async function endedSessions(needs: FreezeCaseNeeds, account: string, { at }: Freeze): Promise<NonNullable<Freeze['sessions']>> {
  try {
    return await needs.directory.endSessions(account);
  } catch (fault) {
    if (needs.clock.now() < at + askForMs) throw fault;
    return 'unknown';
  }
}

async function readRecord({ store, clock }: FreezeCaseNeeds, account: string) {
  const key = keys.frozen(account);
  const { rows } = await store.open({ key, owner: null, now: clock.now() });
  return readFreeze(rows.get(key) ?? null);
}

/** Keeps what came of what this freeze owes; one that was thawed meanwhile owes nothing. */
const noteInRecord = (
  { store, clock }: FreezeCaseNeeds,
  account: string,
  freeze: string,
  note: Partial<Pick<Freeze, 'case' | 'sessions'>>,
): Promise<void> =>
  update<void>(store, clock, keys.frozen(account), (row) => {
    const record = readFreeze(row);
    if (record.frozen?.id !== freeze) return { commit: null, result: undefined };
    return { commit: freezeParts(account, { ...record, frozen: { ...record.frozen, ...note } }), result: undefined };
  });
