import { z } from 'zod';
import { askKinds, type AskView } from '../../dialogs/views.ts';
import type { Policy } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Act, Wake } from '../conversation/port.ts';
import { LatchkeyError } from '../errors.ts';
import { isFrozen } from './freeze-record.ts';
import { joined } from '../methods/join-commits.ts';
import type { Clock, Json } from '../ports.ts';
import type { DueHandler } from '../store/due-loop.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { Commit, Store } from '../store/port.ts';
import { update } from '../store/update.ts';

const time = z.int().nonnegative();

const askSchema = z.strictObject({
  id: z.string().min(1),
  kind: z.enum(askKinds),
  /** Whom it is about, and what the directory called them then (I9). */
  account: z.string(),
  name: z.string(),
  userId: z.string(),
  /** The case it is for: its id and number. */
  case: z.strictObject({ id: z.string(), number: z.string() }).nullable(),
  /** What a manager is asked to approve, and the challenge their digits answer. */
  wish: z.enum(['reset', 'unlock']).optional(),
  challenge: z.string().optional(),
  until: time,
});

/** Something that waits for a person in their own chat. Whether they may still answer it is read where it belongs, not here. */
export type Ask = Readonly<z.infer<typeof askSchema>>;

const documentSchema = z.strictObject({ asks: z.array(askSchema).readonly() });

/** How many wait for one person at most; the oldest goes first. */
const most = 10;

/** What waits for a person at this moment. @throws LatchkeyError `latchkey_desk_unreadable` */
export function readAskList(value: Json | null, now: number): readonly Ask[] {
  if (value === null) return [];
  const read = documentSchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'the stored asks have another shape', read.error);
  return read.data.asks.filter(({ until }) => until > now);
}

/** What waits for the person of a stack; nothing while their own account is frozen, whose gates prove nothing (I17). */
export async function ownAsks(
  { store }: { readonly store: Store },
  { accountId, now }: Pick<Act, 'accountId' | 'now'>,
): Promise<readonly Ask[]> {
  const key = keys.asks(accountId);
  const frozen = keys.frozen(accountId);
  const { rows } = await store.open({ key, owner: null, alsoRead: [frozen], now });
  return isFrozen(rows.get(frozen) ?? null) ? [] : readAskList(rows.get(key)?.value ?? null, now);
}

/** One of them; null when it is gone. */
export const ownAsk = async (needs: { readonly store: Store }, id: string, act: Pick<Act, 'accountId' | 'now'>): Promise<Ask | null> =>
  (await ownAsks(needs, act)).find((each) => each.id === id) ?? null;

/** An ask as dialogs know it. */
export const askView = ({ id, kind, name, userId, case: of, wish, until }: Ask): AskView => ({
  id,
  kind,
  wish: wish ?? null,
  name,
  userId,
  case: of?.number ?? '',
  until,
});

/** The due entries, `what` segment: what is brought to somebody of another partition. */
export const askDue = 'ask';

const brought = z.union([
  z.strictObject({ to: z.string(), ask: askSchema }),
  /** The halves of a start code are there until then: who does not see theirs yet hears of it, and can ask for it for as long. */
  z.strictObject({ to: z.string(), ready: z.string(), until: time }),
]);
type Brought = z.infer<typeof brought>;

/** The parts of a commit about `account` that bring something to somebody else. The same ask again is the same entry. */
export function bringing(account: string, what: Brought, now: number): Required<Pick<Commit, 'due'>> {
  const named = 'ask' in what ? what.ask.id : `${what.ready}-ready`;
  return { due: [{ id: keys.due(partitionOf(account), askDue, named), at: now, data: what }] };
}

export interface BringNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'organisation'>;
  readonly wake: Wake;
}

/** Brings an ask to the person it is for, in whichever tenant they speak: the bot speaks first. Brought twice it is there once. */
export const bringAsks =
  ({ store, clock, policy, wake }: BringNeeds): DueHandler =>
  async (entry) => {
    const what = brought.parse(entry.data);
    const chats = policy.organisation.tenants.map((tenant) => keys.stack(tenant, what.to));
    const key = keys.asks(what.to);
    await update<void>(store, clock, key, (row) => {
      const now = clock.now();
      const waiting = readAskList(row?.value ?? null, now);
      if ('ready' in what) {
        const asks = waiting.map((ask) => (ask.id === what.ready ? { ...ask, until: Math.max(ask.until, what.until) } : ask));
        return {
          commit: joined([
            askDocument(what.to, asks),
            ...chats.map((chat) => inboxParts(chat, `${what.ready}-ready`, { event: { type: 'start-code.ready', ask: what.ready } }, now)),
          ]),
          result: undefined,
        };
      }
      if (waiting.some(({ id }) => id === what.ask.id) || what.ask.until <= now) return { commit: null, result: undefined };
      const asks = [...waiting, what.ask].slice(-most);
      return {
        commit: joined([
          askDocument(what.to, asks),
          ...chats.map((chat) => inboxParts(chat, what.ask.id, { event: { type: 'account.asked', name: what.ask.name } }, now)),
        ]),
        result: undefined,
      };
    });
    await store.commit({ due: [{ id: entry.id, at: null }] });
    for (const chat of chats) wake(chat);
  };

/** Takes an ask from the person it waits for; one that is gone already changes nothing. */
export const dropAsk = ({ store, clock }: Pick<BringNeeds, 'store' | 'clock'>, person: string, ask: string): Promise<void> =>
  update<void>(store, clock, keys.asks(person), (row) => {
    const waiting = readAskList(row?.value ?? null, clock.now());
    const asks = waiting.filter(({ id }) => id !== ask);
    return { commit: asks.length === waiting.length ? null : askDocument(person, asks), result: undefined };
  });

function askDocument(person: string, asks: readonly Ask[]): Commit {
  const key = keys.asks(person);
  if (asks.length === 0) return { remove: [key] };
  return { put: { [key]: { asks } }, until: { [key]: Math.max(...asks.map(({ until }) => until)) } };
}
