import type { DeskAlarm } from './alarms.ts';
import type { Config } from '../config/config.ts';
import type { Wake } from '../conversation/port.ts';
import type { Delivery } from '../delivery/port.ts';
import type { FrontDoor } from '../direct-line/front-door.ts';
import type { Directory } from '../directory/port.ts';
import type { AccountOf } from '../directory/teams-people.ts';
import type { MethodPorts } from '../methods/ports.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Random } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import type { Store } from '../store/port.ts';

/** What the rooms share once the product is put together. */
export interface Parts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly seals: Keys;
  readonly sentences: Sentences;
  readonly directory: Directory;
  /** The same, but nothing is noted of whom it finds: at the front door that would take longer for some than for others (I20). */
  readonly doorDirectory: Directory;
  /** Which account a person of Teams has. */
  readonly accountOf: AccountOf;
  readonly delivery: Delivery;
  readonly wake: Wake;
  /** Tells the helpdesk of what it should look at. */
  readonly alarm: DeskAlarm;
  /** The front door; null where the policy does not open it. */
  readonly frontDoor: FrontDoor | null;
  readonly telephonyAlarm: NonNullable<MethodPorts['telephonyAlarm']>;
}
