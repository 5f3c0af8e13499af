import { notMeMs, readHappened, type Happened } from '../delivery/happened.ts';
import { readMethodsDocument, type MethodsDocument } from '../methods/method-record.ts';
import type { AuditFacts } from '../security/audit.ts';
import { updateAudited } from '../security/audit-update.ts';
import { newId } from '../security/ids.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';
import { inboxParts } from '../conversation/inbox.ts';
import { joined } from '../methods/join-commits.ts';
import { settleFreeze, type FreezeCaseNeeds } from './freeze-case.ts';
import { freezeParts, readFreeze, type Freeze, type FreezeRecord } from './freeze-record.ts';

/** The due entries, `what` segment: what a freeze owes beside its own commit. */
export const freezeDue = 'freeze';

/** Somebody says of something that happened that it was not them (I17). */
export interface NotMe {
  /** The id of what happened. */
  readonly happening: string;
  readonly said: Freeze['said'];
  /** Whose chat it was said in; null where a link said it, whose token names the happening. */
  readonly account: string | null;
  /** The turn's, or the page's. */
  readonly reference: string;
}

export type Frozen =
  /** The account is frozen. `isNew`: by this. */
  | { readonly ok: true; readonly isNew: boolean; readonly number: string | null }
  /** `over`: there is no such happening any more. `used`: it was said before, and the freeze has ended. */
  | { readonly ok: false; readonly reason: 'over' | 'used' };

/**
 * Freezes an account (I17): nothing is done for it by anybody until it is thawed. The freeze, the methods that were touched since, what ends
 * with it and the audit entry are one commit; the case and the end of its sessions follow by a due entry, once. Said twice it freezes once; said
 * of something earlier it reaches further back.
 */
export async function freezeAccount(needs: FreezeCaseNeeds, notMe: NotMe): Promise<Frozen> {
  const { store, clock, random, seals, policy } = needs;
  const now = clock.now();
  const key = keys.happened(notMe.happening);
  const { rows: ahead } = await store.open({ key, owner: null, now });
  const found = readHappened(ahead.get(key)?.value ?? null, now);
  if (found === null || (notMe.account !== null && notMe.account !== found.account)) return { ok: false, reason: 'over' };
  const { account } = found;
  const methods = keys.methods(account);
  const freezeId = newId(random);
  const chats = policy.organisation.tenants.map((tenant) => keys.stack(tenant, account));
  const decided = await updateAudited<Frozen>(
    store,
    seals,
    clock,
    keys.frozen(account),
    (row, rows) => {
      const happened = readHappened(rows.get(key)?.value ?? null, now);
      if (happened === null) return { commit: null, entries: [], result: { ok: false, reason: 'over' } };
      const record = readFreeze(row);
      const held = record.frozen;
      if (held?.events.includes(happened.id)) return { commit: null, entries: [], result: { ok: true, isNew: false, number: null } };
      if (happened.used) return { commit: null, entries: [], result: { ok: false, reason: 'used' } };
      const frozen = frozenBy(record, happened, { id: freezeId, said: notMe.said, now });
      const told = held === null && notMe.said !== 'chat' ? chats : [];
      return {
        commit: joined([
          freezeParts(account, frozen),
          usedParts(happened),
          // A start code of before is over, also once the account is thawed.
          { remove: [keys.startCode(account)] },
          suspendParts(account, rows.get(methods) ?? null, frozen.frozen.since),
          ...told.map((chat) => inboxParts(chat, `frozen-${frozen.frozen.id}`, { event: { type: 'account.frozen' } }, now)),
          { due: [{ id: keys.due(partitionOf(account), freezeDue, frozen.frozen.id), at: now, data: { account } }] },
        ]),
        entries: [entryOf(notMe, happened, now)],
        result: { ok: true, isNew: held === null, number: null },
      };
    },
    { alsoRead: [key, methods] },
  );
  if (!decided.ok) return decided;
  for (const chat of chats) needs.wake(chat);
  return { ...decided, number: await settleFreeze(needs, account) };
}

function frozenBy(
  record: FreezeRecord,
  happened: Happened,
  by: { readonly id: string; readonly said: Freeze['said']; readonly now: number },
): FreezeRecord & { readonly frozen: Freeze } {
  const { frozen } = record;
  if (frozen !== null) {
    // What was proved meanwhile may rest on a method that is suspended only now.
    const reaching = { ...frozen, events: [...frozen.events, happened.id], since: Math.min(frozen.since, happened.at) };
    return { ...record, voidBefore: by.now, frozen: reaching };
  }
  const { id, said, now } = by;
  return {
    ...record,
    voidBefore: now,
    frozen: { id, events: [happened.id], since: happened.at, at: now, said, case: null, sessions: null },
  };
}

/** Its link, and the chat's choice, act once. */
function usedParts(happened: Happened): Required<Pick<Commit, 'put' | 'until'>> {
  const key = keys.happened(happened.id);
  return { put: { [key]: { ...happened, used: true } }, until: { [key]: happened.at + notMeMs } };
}

/** Methods that were added or changed since the event are worth nothing until they are proved anew. */
function suspendParts(account: string, row: Row | null, since: number): Commit {
  const document = readMethodsDocument(row?.value ?? null);
  if (!document.methods.some((method) => isTouched(method, since))) return {};
  const methods: MethodsDocument['methods'] = document.methods.map((method) =>
    isTouched(method, since) ? { ...method, suspended: 'reported' } : method,
  );
  return { put: { [keys.methods(account)]: { ...document, methods } } };
}

const isTouched = ({ addedAt, suspended }: MethodsDocument['methods'][number], since: number): boolean =>
  suspended === null && addedAt >= since;

const entryOf = ({ said, reference }: NotMe, { account, what }: Happened, at: number): AuditFacts => ({
  at,
  actor: said === 'chat' ? account : 'unknown',
  account,
  act: 'desk.freeze',
  verdict: 'allowed',
  reason: what,
  proofs: [],
  door: said,
  reference,
});
