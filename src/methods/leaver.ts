import { updateAudited } from '../security/audit-update.ts';
import type { AuditFacts } from '../security/audit.ts';
import { indexes, keys } from '../store/keys.ts';
import type { Commit, Row } from '../store/port.ts';
import { joined } from './join-commits.ts';
import { readMethodsDocument, type MethodsDocument } from './method-record.ts';
import { releaseClaim } from './place-claims.ts';
import { claimsOf } from './place-removals.ts';
import type { MethodPorts } from './ports.ts';

type LeaverPorts = Pick<MethodPorts, 'store' | 'clock' | 'keys'>;

/** Commit part that makes an account's methods be looked at day by day, whether its owner is still there; it belongs in whatever registers one. */
export const heldMethods = (accountId: string): Required<Pick<Commit, 'index'>> => ({
  index: [{ index: indexes.methodHolders, member: keys.methods(accountId), score: 0 }],
});

/** Whose methods an entry of the index is about. */
export const holderOf = (member: string): string => member.split('/').at(-1) ?? '';

const active = ({ methods }: MethodsDocument): boolean => methods.some(({ suspended }) => suspended === null);

/** How an account stands that was found disabled or gone: `suspend` its methods, they are suspended `since` epoch ms, or there are none. */
export type LeaverStanding = { readonly is: 'to-suspend' | 'none' } | { readonly is: 'suspended'; readonly since: number };

export async function leaverStanding({ store }: Pick<LeaverPorts, 'store'>, accountId: string): Promise<LeaverStanding> {
  const key = keys.methods(accountId);
  const { rows } = await store.open({ key, owner: null, now: 0 });
  const document = readMethodsDocument(rows.get(key)?.value ?? null);
  if (active(document)) return { is: 'to-suspend' };
  if (document.methods.length === 0) return { is: 'none' };
  return document.left === undefined ? { is: 'to-suspend' } : { is: 'suspended', since: document.left.at };
}

/**
 * Suspends the methods of an account that is disabled or gone (I9): they serve nothing until each is proved anew, also when the account is back.
 * Challenges and proofs by them are worth nothing from then on. Done again, it changes nothing.
 * @param also what is committed with it, once
 * @returns whether anything was suspended
 */
export const suspendLeaver = (ports: LeaverPorts, accountId: string, reason: 'disabled' | 'gone', also: Commit = {}): Promise<boolean> =>
  changed(ports, accountId, (row, at) => {
    const document = readMethodsDocument(row?.value ?? null);
    if (document.methods.length === 0 || (!active(document) && document.left !== undefined)) return null;
    const methods = document.methods.map((each) => ({ ...each, suspended: each.suspended ?? ('account-disabled' as const) }));
    const after: MethodsDocument = { ...document, methods, left: { at } };
    return { commit: joined([also, { put: { [keys.methods(accountId)]: after } }]), entry: { act: 'methods.suspend', reason } };
  });

/** Takes note that an account is enabled again: its methods stay suspended until proved anew, and are no longer about to be erased. */
export const keepReturner = (ports: LeaverPorts, accountId: string): Promise<boolean> =>
  changed(ports, accountId, (row) => {
    const document = readMethodsDocument(row?.value ?? null);
    if (document.left === undefined) return null;
    const { left: _, ...after } = document;
    return { commit: { put: { [keys.methods(accountId)]: after } }, entry: { act: 'methods.keep', reason: 'enabled-again' } };
  });

/**
 * Erases the methods of an account that left before the moment given (epoch ms), and gives their numbers back.
 * @returns whether anything was erased
 */
export async function eraseLeaver(ports: LeaverPorts, accountId: string, leftBefore: number): Promise<boolean> {
  const key = keys.methods(accountId);
  const { rows } = await ports.store.open({ key, owner: null, now: ports.clock.now() });
  const { methods } = readMethodsDocument(rows.get(key)?.value ?? null);
  const claims = methods.flatMap((method) => claimsOf(ports, accountId, method));
  const erased = await changed(ports, accountId, (row) => {
    const { left } = readMethodsDocument(row?.value ?? null);
    if (left === undefined || left.at > leftBefore) return null;
    const unlisted = { index: [{ index: indexes.methodHolders, member: key, score: null }] };
    return { commit: { ...unlisted, remove: [key] }, entry: { act: 'methods.erase', reason: 'left' } };
  });
  if (erased) await releaseClaim(ports, claims, accountId);
  return erased;
}

/** One audited change of an account's methods that nobody asked for; null from `decide`: nothing is to be done. */
function changed(
  ports: LeaverPorts,
  accountId: string,
  decide: (row: Row | null, now: number) => { readonly commit: Commit; readonly entry: Pick<AuditFacts, 'act' | 'reason'> } | null,
): Promise<boolean> {
  const { store, keys: seals, clock } = ports;
  return updateAudited(store, seals, clock, keys.methods(accountId), (row) => {
    const at = clock.now();
    const decided = decide(row, at);
    if (decided === null) return { commit: null, result: false, entries: [] };
    const facts = { at, actor: 'system', account: accountId, verdict: 'allowed', proofs: [], door: 'system', reference: null } as const;
    return { commit: decided.commit, result: true, entries: [{ ...facts, ...decided.entry }] };
  });
}
