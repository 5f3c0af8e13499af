import { z } from 'zod';
import { inboxParts } from '../conversation/inbox.ts';
import type { Wake } from '../conversation/port.ts';
import type { Clock } from '../ports.ts';
import { keys, partitionOf } from '../store/keys.ts';
import type { DueHandler } from '../store/due-loop.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { isSilent } from './handlers.ts';
import type { AccountState, Directory } from './port.ts';

/** The due entries, `what` segment. */
export const lookAgainDue = 'look-again';

/** When a lock that was lifted is looked for again: what keeps an old password tries it within minutes. In ms after the unlock. */
const looks = [2 * 60_000, 10 * 60_000];

const dueShape = z.object({ account: z.string(), stack: z.string(), liftedAt: z.number(), act: z.string() });

/** The due entries that look whether an account locks again; they belong in the commit that says it was unlocked. `act` names them. */
export const lookAgain = (act: string, account: string, stack: Key, liftedAt: number): NonNullable<Commit['due']> =>
  looks.map((after) => ({ id: dueId(account, act, after), at: liftedAt + after, data: { account, stack, liftedAt, act } }));

const dueId = (account: string, act: string, after: number): Key =>
  keys.due(partitionOf(account), lookAgainDue, `${act}-${after / 60_000}`);

interface LookAgainNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'find'>;
  readonly wake: Wake;
}

/**
 * Handles such an entry: where the account is locked again its person hears so, once; where all is well, or the directory does not say, nobody
 * is disturbed.
 */
export const lookAgainNow =
  ({ store, clock, directory, wake }: LookAgainNeeds): DueHandler =>
  async (entry) => {
    const { account, stack, liftedAt, act } = dueShape.parse(entry.data);
    const lock = await lockOf(directory, account);
    if (lock === null || lock.why !== 'wrong-passwords') return void (await store.commit({ due: [{ id: entry.id, at: null }] }));
    const event = { type: 'account.locked', since: lock.since, ...(lock.lastWrong && { lastWrong: lock.lastWrong }) } as const;
    const told = inboxParts(stack, `locked-again-${act}-${liftedAt}`, { event }, clock.now());
    const settled = looks.map((after) => ({ id: dueId(account, act, after), at: null }));
    await store.commit({ append: told.append, due: [...told.due, ...settled] });
    wake(stack);
  };

async function lockOf(directory: Pick<Directory, 'find'>, account: string): Promise<AccountState['locked']> {
  try {
    return (await directory.find(account))?.locked ?? null;
  } catch (fault) {
    if (isSilent(fault)) return null;
    throw fault;
  }
}
