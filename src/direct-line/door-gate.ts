import type { Clock } from '../ports.ts';
import { DoorLevels } from './door-levels.ts';

/** What is let through: so many at once, and so many a second after that. */
export interface Flow {
  readonly burst: number;
  readonly perSecond: number;
}

/** A browser that holds a conversation asks once a second, and now and then for more. */
export const conversationFlow: Flow = { burst: 60, perSecond: 4 };
/** Behind one network address may be a whole office; what stands behind this takes work, which no office minds. */
export const addressFlow: Flow = { burst: 300, perSecond: 20 };
/** What is said from one network address, in all the conversations that are held there: an office that types, and no more. */
export const addressPosts: Flow = { burst: 200, perSecond: 10 };
/** Conversations that begin, wherever from: what is kept for them until they have been idle for long enough stays bounded (some 9,000). */
export const beginnings: Flow = { burst: 200, perSecond: 10 };

/** Says no before any work is done: by the network address, and by the conversation where there is one. */
export class DoorGate {
  readonly #levels: DoorLevels;

  constructor(clock: Clock) {
    this.#levels = new DoorLevels(clock);
  }

  /** Takes one of what a source may ask for. */
  admits(source: string, { burst, perSecond }: Flow): boolean {
    return this.#levels.rise(source, perSecond, burst) <= burst - 1;
  }
}
