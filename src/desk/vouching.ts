import type { Purpose } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import { accountRefusal, startCodeRefusal } from '../directory/eligibility.ts';
import { isMember } from '../directory/is-member.ts';
import { isPrivileged } from '../directory/privileged.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import { resetGates } from '../methods/proofs.ts';
import { enoughFrom, methodSummary } from '../methods/summary.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/port.ts';
import { hasRight } from './agents.ts';
import type { CaseRecord } from './case-record.ts';
import { isHeldByFreeze } from './freeze-of-case.ts';
import type { Voucher } from './start-code-record.ts';
import { stopsNow } from './stop.ts';

/** Why an account gets no start code; the sentence stands under `desk.refused.<reason>`. */
type NoStartCode = 'no-account' | 'frozen-account' | 'extra-protection' | 'nothing-to-give';

type FreezeCase = Parameters<typeof isHeldByFreeze>[0];

/** What identity that is checked another way (I12) asks of the directory and the methods, live each time. */
export interface Vouching {
  /** By immutable id. */
  account(id: string): Promise<AccountState | null>;
  /** Whether somebody's methods, as they count at this moment, are enough: as a caller for what a reset takes, as an agent for one gate. */
  canPass(id: string, purpose: Extract<Purpose, 'caller' | 'agent'>): Promise<boolean>;
  /**
   * Why nobody's word leads to anything for an account; null where it may. A frozen one gets no start code, and its identity is checked on the case of its
   * freeze alone, where that leads to a thaw (I17).
   * @param record the case the check is for; null: a code is to be redeemed
   */
  refusal(state: AccountState | null, record: FreezeCase | null): Promise<NoStartCode | null>;
  /** Whether a start code would open anything for an account. */
  opensAny(state: AccountState): Promise<boolean>;
}

export function vouching(needs: {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly directory: Pick<Directory, 'find'>;
}): Vouching {
  const { store, clock, policy, directory } = needs;
  const opensAny = async (state: AccountState): Promise<boolean> => {
    const stops = await stopsNow(store, clock.now());
    return startCodeRefusal(policy, state, stops) === null || accountRefusal(policy, state, 'register', stops) === null;
  };
  return {
    account: async (id) => directory.find(id),
    opensAny,
    async canPass(id, purpose) {
      const now = clock.now();
      const gates = purpose === 'caller' ? resetGates(policy) : oneGate;
      const from = enoughFrom(await methodSummary({ store, policy }, id, now), purpose, gates, now);
      return from !== null && from <= now;
    },
    async refusal(state, record) {
      if (state === null || !state.enabled || state.kind !== 'person') return 'no-account';
      if (isPrivileged(policy, state)) return 'extra-protection';
      const { frozen } = await methodSummary({ store, policy }, state.id, clock.now());
      if (frozen) return record !== null && isHeldByFreeze(record) ? null : 'frozen-account';
      return (await opensAny(state)) ? null : 'nothing-to-give';
    },
  };
}

const oneGate = { needed: 1, oneDevice: 'allow' } as const;

/** Whether somebody, as the directory has them now, may vouch for the account of a case as this (I12): never the employee themselves. */
export function mayVouch(
  policy: Pick<Policy, 'agents' | 'siteContacts'>,
  voucher: { readonly as: Voucher; readonly state: AccountState | null },
  { claimed }: Pick<CaseRecord, 'claimed'>,
  employee: AccountState,
): boolean {
  const { as, state } = voucher;
  if (state === null || state.id === employee.id || !state.enabled || state.kind !== 'person') return false;
  switch (as) {
    case 'agent':
      return claimed?.by === state.id && hasRight(policy, state, 'start-code');
    case 'colleague':
      return claimed?.by !== state.id && hasRight(policy, state, 'start-code');
    case 'manager':
      return employee.managerId === state.id;
    case 'site-contact':
      return policy.siteContacts.accounts.includes(state.id) || isMember(state, policy.siteContacts.groups);
  }
}
