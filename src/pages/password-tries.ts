import { z } from 'zod';
import { keys } from '../store/keys.ts';
import type { Json } from '../ports.ts';
import { update } from '../store/update.ts';
import type { CommitParts, PageNeeds } from './needs.ts';

const dayMs = 24 * 60 * 60_000;

/** A try that was counted before the directory was asked; `left` after it. */
export type Counted =
  | { readonly ok: true; readonly left: number; readonly at: number }
  | { readonly ok: false; readonly reason: 'used-up' };

/**
 * Counts a try at the present password before it is made, so that fifty at once are as many as the policy allows in 24 h and no more. It
 * belongs to the account: a new page brings no new tries.
 */
export function countTry(needs: PageNeeds, account: string): Promise<Counted> {
  const key = keys.passwordTries(account);
  const at = needs.clock.now();
  const most = needs.policy.limits.passwordTriesPerDay;
  return update<Counted>(needs.store, needs.clock, key, (row) => {
    const tries = recent(row?.value, at);
    if (tries.length >= most) return { commit: null, result: { ok: false, reason: 'used-up' } };
    return {
      commit: { put: { [key]: { tries: [...tries, at] } }, until: { [key]: at + dayMs } },
      result: { ok: true, left: most - tries.length - 1, at },
    };
  });
}

/** Takes a counted try back: the directory was never asked. */
export function giveBack(needs: PageNeeds, account: string, at: number): Promise<void> {
  const key = keys.passwordTries(account);
  return update<void>(needs.store, needs.clock, key, (row) => {
    const tries = recent(row?.value, needs.clock.now());
    const index = tries.indexOf(at);
    if (index < 0) return { commit: null, result: undefined };
    const left = tries.toSpliced(index, 1);
    return { commit: { put: { [key]: { tries: left } }, until: { [key]: Math.max(at, ...left) + dayMs } }, result: undefined };
  });
}

/** A right password clears the tries before it, in the commit of what it allows. */
export function clearedTries(account: string, now: number): Required<Pick<CommitParts, 'put' | 'until'>> {
  const key = keys.passwordTries(account);
  return { put: { [key]: { tries: [] } }, until: { [key]: now } };
}

const triesShape = z.object({ tries: z.array(z.number()) });

const recent = (value: Json | undefined, now: number): readonly number[] =>
  triesShape.safeParse(value).data?.tries.filter((at) => at > now - dayMs) ?? [];
