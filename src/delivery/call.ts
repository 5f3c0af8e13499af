import type { Language } from '../config/policy.ts';
import type { CallStep } from './call-script.ts';
import type { Sending } from './sending-names.ts';

/** What a telephone says, and where it then waits for keys; null: it hangs up. */
export interface Spoken {
  readonly language: Language;
  readonly says: readonly string[];
  readonly listens: CallStep | null;
}

/** Somebody picked up (`step` null), or pressed keys in a step: none, where nothing came. */
export interface Keyed {
  readonly sending: Sending;
  /** In which the call is held. */
  readonly language: Language;
  /** The call's own id: keys of a step come once for each call, however often they are brought. */
  readonly call: string;
  readonly step: CallStep | null;
  readonly keys: string;
}

/** How a call ended. `unreached`: the network could not bring it. */
type CallEnd = 'over' | 'unreached';

/** What answers a call that was made; the methods' room is behind it. */
export interface CallAnswers {
  /** What is said next. Keys brought again get the same answer and count once. */
  keyed(keyed: Keyed): Promise<Spoken>;
  /** The call ended, whatever was keyed; told again, late or out of order, it changes nothing. */
  ended(sending: Sending, how: CallEnd): Promise<void>;
}
