import type { Policy } from '../config/policy.ts';
import type { Door } from '../conversation/port.ts';
import { stopsNow } from '../desk/stop.ts';
import { firstProofApplies } from '../methods/proofs.ts';
import { methodSummary } from '../methods/summary.ts';
import type { Key, Store } from '../store/port.ts';
import { accountRefusal } from './eligibility.ts';
import type { AccountState } from './port.ts';

/**
 * Whether an account, freshly read, may have a one-time page at a door: the verdict of the act the page is for; `register-first`, for the
 * present password, takes also that I3 applies.
 */
export const mayHavePage =
  ({ store, policy }: { readonly store: Store; readonly policy: Policy }) =>
  async (asked: {
    readonly wish: 'reset' | 'change' | 'unlock' | 'register' | 'register-first' | 'methods';
    readonly account: AccountState;
    readonly door: Door;
    readonly stack: Key;
    readonly session: string;
    readonly now: number;
  }): Promise<boolean> => {
    const { wish, account, door, stack, session, now } = asked;
    const stops = await stopsNow(store, now);
    if (accountRefusal(policy, account, wish === 'register-first' ? 'register' : wish, stops) !== null) return false;
    const { closedUntil } = await methodSummary({ store, policy }, account.id, now);
    if (closedUntil[door] !== null) return false;
    return wish !== 'register-first' || firstProofApplies(store, { accountId: account.id, stack, session, now }, policy);
  };
