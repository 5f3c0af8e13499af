import type { Input } from '../conversation/port.ts';
import type { Clock } from '../ports.ts';

/** An installation is told twice, as `installationUpdate` and as `conversationUpdate`, within moments. */
const togetherMs = 60_000;
const mostRemembered = 1_000;

/** Lets one of the two through, so that nobody is greeted twice. */
export class Greetings {
  readonly #clock: Clock;
  readonly #greeted = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this person was not greeted in this place a moment ago. */
  isFirst(input: Input): boolean {
    const now = this.#clock.now();
    const whom = JSON.stringify([input.tenant, input.aadObjectId, input.place, input.reference]);
    const before = this.#greeted.get(whom);
    if (before !== undefined && now - before < togetherMs) return false;
    this.#greeted.delete(whom);
    this.#greeted.set(whom, now);
    const [oldest] = this.#greeted.keys();
    if (this.#greeted.size > mostRemembered && oldest !== undefined) this.#greeted.delete(oldest);
    return true;
  }
}
