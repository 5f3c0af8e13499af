import type { MethodKind } from '../../dialogs/methods.ts';
import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
import type { Delivery } from '../delivery/port.ts';
import type { AccountState } from '../directory/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { Commit, Store } from '../store/port.ts';

/** What another room adds to a commit of this one: rows of the account's partition and what is due for them. */
export type CommitParts = Pick<Commit, 'put' | 'until' | 'append' | 'due' | 'index'>;

/** A registered number or address, whole: where a notice goes. */
export interface Place {
  readonly kind: 'sms' | 'mail';
  readonly to: string;
}

/** A method was added or removed, and its owner is to be told at once (I19). */
export interface MethodNotice {
  /** The act that did it: the same act owes the same notices. */
  readonly actId: string;
  readonly what: 'method-added' | 'method-removed';
  readonly kind: MethodKind;
  /** Masked. */
  readonly label: string;
  /** Every registered number and address, with one that was removed, which is told one last time. Teams and the work mailbox are the notifier's to add. */
  readonly places: readonly Place[];
  readonly account: AccountState;
  readonly act: Pick<Act, 'accountId' | 'tenant' | 'stack' | 'door' | 'language' | 'now'>;
}

/** What the room works with. */
export interface MethodPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keys;
  readonly policy: Policy;
  readonly sentences: Sentences;
  readonly delivery: Delivery;
  /** Whether the directory and the policy let this account register now, asked live before each write. */
  readonly mayRegister: (act: Act) => Promise<boolean>;
  /** The rows that owe a notice; they stand in the same commit as what they tell of. Pure: asked again after a conflict. */
  readonly notices: (notice: MethodNotice) => CommitParts;
}
