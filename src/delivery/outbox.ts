import type { Json } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import type { Parcel } from './port.ts';

type WithoutId<P> = P extends unknown ? Omit<P, 'id'> : never;

/**
 * Something owed to the world outside.
 * - `notice`: a parcel that is never sent twice: found interrupted, it counts as doubtful.
 * - `case-mail`: a parcel whose loss is worse than a double: found interrupted, it is sent again.
 * - `stop-post`, `stop-update`: the card of a stop, likewise; `what` is its id.
 * - `alarm`: what the desk should look at; `what` is its JSON.
 * - `hook`: an event for another system; `what` is the call's JSON, and sealed.
 * - `case-again`: a case's card posted anew, because nobody took the case up; `case-show`: because an agent asked for it; `case-second`: a word of it in the second conversation; `what` is the
 *   case's id. `case-pointer`: an older card becomes a pointer to the newer; `what` is the case's id and the card's activity.
 * - `digest`: the desk's morning; `what` is its JSON.
 * - `case-post`, `case-update`: the case's card in the helpdesk's conversation, drawn from the case as it is when the turn comes; made again too.
 * - `door-code`: a code that was asked for at the front door, sealed and sent once; `null` where nobody is to get one, which is owed and paid as any other
 *   (I20).
 */
export type Owed =
  | { readonly kind: 'notice' | 'case-mail'; readonly parcel: WithoutId<Parcel> }
  | { readonly kind: 'case-post' | 'case-update'; readonly case: string }
  | { readonly kind: CarriedKind; readonly what: string };

/** What other rooms carry themselves, each in its own way. */
const carried = [
  'case-again',
  'case-show',
  'case-second',
  'case-pointer',
  'digest',
  'stop-post',
  'stop-update',
  'alarm',
  'hook',
  'door-code',
] as const;
export type CarriedKind = (typeof carried)[number];

/** What became of it. `owed` and `started` are under way, the others are the end. */
export type OutboxState = 'owed' | 'started' | 'sent' | 'rejected' | 'doubtful' | 'given-up';

/** An outbox row as it is stored. A parcel is sealed as a whole: no address, number or name stands in it. */
export interface OutboxRow {
  /** The account it is about. */
  readonly account: string;
  readonly kind: Owed['kind'];
  /** The sealed parcel, or the case's id. */
  readonly what: string;
  readonly state: OutboxState;
  readonly tries: number;
  readonly at: number;
}

/** The parts of a commit that other commits take in. */
export type OutboxParts = Required<Pick<Commit, 'put' | 'due'>>;

/** The due entry of an outbox row; the due loop hands it to `OutboxDispatcher.deliverDue`. */
const outboxDue = (partition: string, id: string): Key => keys.due(partition, 'outbox', id);

/**
 * The commit parts that owe something: they belong in the commit of what it tells of, so that neither is there without the other.
 * @param account the account it is about; its partition is the row's
 * @param id names the thing: a row of the same id is the same thing
 * @param at from when it is due, epoch ms
 */
export function outboxRow(seals: Keys, account: string, id: string, owed: Owed, at: number): OutboxParts {
  const partition = partitionOf(account);
  const key = keys.outbox(partition, id);
  const plain = 'parcel' in owed ? JSON.stringify(owed.parcel) : 'case' in owed ? owed.case : owed.what;
  const what = isSealed(owed.kind) ? seals.seal(key, plain) : plain;
  const row: OutboxRow = { account, kind: owed.kind, what, state: 'owed', tries: 0, at };
  return { put: { [key]: { ...row } }, due: [{ id: outboxDue(partition, id), at }] };
}

/** Whether what a row of this kind owes is for its key alone; it is gone when the row ends. */
export const isSealed = (kind: Owed['kind']): boolean =>
  kind === 'notice' || kind === 'case-mail' || kind === 'hook' || kind === 'door-code';

/** Whether a row of this kind is never brought twice: found interrupted, it counts as doubtful. */
export const isOnce = (kind: Owed['kind']): boolean => kind === 'notice' || kind === 'door-code';

/** Parts of several commits as one. */
export function joined(parts: readonly OutboxParts[]): OutboxParts {
  return { put: Object.assign({}, ...parts.map(({ put }) => put)) as OutboxParts['put'], due: parts.flatMap(({ due }) => due) };
}

/** Reads a row of ours back. */
export const readOutboxRow = (value: Json): OutboxRow => value as unknown as OutboxRow;

/** What a row owes, opened. @throws LatchkeyError `latchkey_security_unsealable` when its key is gone */
export function openOwed(seals: Keys, key: Key, row: OutboxRow): Owed {
  if (row.kind === 'case-post' || row.kind === 'case-update') return { kind: row.kind, case: row.what };
  const kind = carried.find((each) => each === row.kind);
  if (kind !== undefined) return { kind, what: isSealed(kind) ? seals.open(key, row.what) : row.what };
  return { kind: row.kind as 'notice' | 'case-mail', parcel: JSON.parse(seals.open(key, row.what)) as WithoutId<Parcel> };
}
