import type { DoorPurpose } from '../../dialogs/dialog-table.ts';
import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import type { Delivery } from '../delivery/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { Store } from '../store/port.ts';

/** A registered number or address, whole: where a notice goes. */
export interface Place {
  readonly kind: 'sms' | 'mail';
  readonly to: string;
}

/** Codes to a country are refused: the day's are used up, or too few of the last were used. */
export interface TelephonyAlarm {
  readonly country: string;
  readonly why: 'budget' | 'breaker';
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
  /** Whether the directory and the policy let an account be helped at the front door, which nobody there is told (I20). Left out: nobody is helped. */
  readonly mayBeHelped?: (act: Pick<Act, 'account' | 'accountId' | 'now'>, purpose: DoorPurpose) => Promise<boolean>;
  /** Whom the directory names as an account's manager, read live: an enabled person whose own methods count for it. Without, nobody is asked. */
  readonly managerOf?: (account: AccountState) => Promise<{ readonly id: string; readonly name: string } | null>;
  /** The numbers and addresses that the directory holds for an account, read live. Without, none is offered. */
  readonly placesOnFile?: Directory['placesOnFile'];
  /** Hears what an operator should look at. */
  readonly telephonyAlarm?: (alarm: TelephonyAlarm) => void;
}
