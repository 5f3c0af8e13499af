import type { Policy } from '../config/policy.ts';
import type { Act } from '../conversation/port.ts';
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
}
