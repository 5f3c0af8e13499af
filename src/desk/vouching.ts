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
import type { Voucher } from './start-code-record.ts';
import { stopsNow } from './stop.ts';

/** Why an account gets no start code; the sentence stands under `desk.refused.<reason>`. */
type NoStartCode = 'no-account' | 'frozen-account' | 'extra-protection' | 'nothing-to-give';

/** What identity that is checked another way (I12) asks of the directory and the methods, live each time. */
export interface Vouching {
  /** By immutable id. */
  account(id: string): Promise<AccountState | null>;
  /** Whether somebody's methods, as they count at this moment, are enough: as a caller for what a reset takes, as an agent for one gate. */
  canPass(id: string, purpose: Extract<Purpose, 'caller' | 'agent'>): Promise<boolean>;
  /** Why an account gets no start code; null where it may. */
  refusal(state: AccountState | null): Promise<NoStartCode | null>;
}

export function vouching(needs: {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly directory: Pick<Directory, 'find'>;
}): Vouching {
  const { store, clock, policy, directory } = needs;
  return {
    account: async (id) => directory.find(id),
    async canPass(id, purpose) {
      const now = clock.now();
      const gates = purpose === 'caller' ? resetGates(policy) : oneGate;
      const from = enoughFrom(await methodSummary({ store, policy }, id, now), purpose, gates, now);
      return from !== null && from <= now;
    },
    async refusal(state) {
      if (state === null || !state.enabled || state.kind !== 'person') return 'no-account';
      if (isPrivileged(policy, state)) return 'extra-protection';
      const now = clock.now();
      const [stops, summary] = await Promise.all([stopsNow(store, now), methodSummary({ store, policy }, state.id, now)]);
      // A freeze ends by a thaw alone, which has two people of its own (I17).
      if (summary.frozen) return 'frozen-account';
      const mayAny = startCodeRefusal(policy, state, stops) === null || accountRefusal(policy, state, 'register', stops) === null;
      return mayAny ? null : 'nothing-to-give';
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
