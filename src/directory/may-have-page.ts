import type { Policy } from '../config/policy.ts';
import type { Door } from '../conversation/port.ts';
import { stopsNow } from '../desk/stop.ts';
import { firstProofApplies } from '../methods/proofs.ts';
import { methodSummary } from '../methods/summary.ts';
import type { Key, Store } from '../store/port.ts';
import { accountRefusal, grantRefusal, startCodeRefusal, suspicionOf } from './eligibility.ts';
import type { AccountState } from './port.ts';

/**
 * Whether an account, freshly read, may have a one-time page at a door: the verdict of the act the page is for; `register-first`, for the
 * present password, takes also that I3 applies.
 */
export const mayHavePage =
  ({ store, policy }: { readonly store: Store; readonly policy: Policy }) =>
  async (asked: {
    readonly wish: 'granted' | 'start-code' | 'reset' | 'change' | 'unlock' | 'register' | 'register-first' | 'methods';
    readonly account: AccountState;
    readonly door: Door;
    readonly stack: Key;
    readonly session: string;
    readonly now: number;
    /** When the page was opened; left out where it is to be opened now. */
    readonly openedAt?: number;
  }): Promise<boolean> => {
    const { wish, account, door, stack, session, now, openedAt = now } = asked;
    const stops = await stopsNow(store, now);
    if (wish === 'granted') {
      const { frozen, voidBefore } = await methodSummary({ store, policy }, account.id, now);
      // Wrong answers of others close no way that an agent opened.
      return grantRefusal(policy, account, stops) === null && !frozen && (openedAt >= now || openedAt > voidBefore);
    }
    const summary = await methodSummary({ store, policy }, account.id, now);
    // The pages of before a freeze ended with it (I17).
    if (openedAt < now && openedAt <= summary.voidBefore) return false;
    // Wrong answers of others close no way that two people vouch for; a freeze does.
    if (wish === 'start-code') return !summary.frozen && startCodeRefusal(policy, account, stops) === null;
    const purpose = wish === 'register-first' ? 'register' : wish;
    if (accountRefusal(policy, account, purpose, stops) !== null) return false;
    if (summary.closedUntil[door] !== null || suspicionOf(summary, purpose, door, now) !== null) return false;
    return wish !== 'register-first' || firstProofApplies(store, { accountId: account.id, stack, session, now }, policy);
  };
