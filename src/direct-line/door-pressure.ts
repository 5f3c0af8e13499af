import type { Clock } from '../ports.ts';
import { DoorLevels } from './door-levels.ts';

/** From which levels on the work gets harder, and by how much a second a level sinks. */
interface Pressure {
  readonly from: readonly [harder: number, hardest: number];
  readonly sinks: number;
}

/** Within a conversation that is held: what somebody writes in a bad moment, and no more. */
const ofConversation: Pressure = { from: [40, 120], sinks: 0.5 };
/** Of one network address, behind which may be an office. */
const ofAddress: Pressure = { from: [120, 480], sinks: 2 };
/** Of everybody who holds no conversation yet. */
const ofEverybody: Pressure = { from: [600, 2400], sinks: 10 };

/**
 * How hard the work at the front door is: 0, 1 or 2. Whoever holds a conversation has done what the times asked for, and is judged by what is asked for in it
 * alone: a flood that stands before the door makes nothing harder for those inside. An address that asks for much makes it harder for itself; beyond that it
 * counts for nothing, so that it takes many addresses to make it harder for all.
 */
export class DoorPressure {
  readonly #levels: DoorLevels;

  constructor(clock: Clock) {
    this.#levels = new DoorLevels(clock);
  }

  /** Work is asked for, from an address, in a conversation that is held there or in none. */
  asked(address: string, conversation: string | null): 0 | 1 | 2 {
    if (conversation !== null) return hardness(this.#levels.rise(`conversation ${conversation}`, ofConversation.sinks), ofConversation);
    const own = this.#levels.rise(`address ${address}`, ofAddress.sinks);
    const all =
      own < ofAddress.from[0] ? this.#levels.rise('everybody', ofEverybody.sinks) : this.#levels.of('everybody', ofEverybody.sinks);
    return Math.max(hardness(own, ofAddress), hardness(all, ofEverybody)) as 0 | 1 | 2;
  }
}

const hardness = (level: number, { from: [harder, hardest] }: Pressure): 0 | 1 | 2 => (level >= hardest ? 2 : level >= harder ? 1 : 0);
