import type { Clock } from '../ports.ts';

/** How many sources are remembered: memory is bounded, and the one not heard from for longest is forgotten. */
const mostSources = 20_000;

/** How much each source asks for: a level that rises by one each time and sinks by itself. In this process alone, and in memory. */
export class DoorLevels {
  readonly #clock: Clock;
  readonly #levels = new Map<string, { readonly level: number; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param sinks by how much a second. @returns the level as it stands */
  of(source: string, sinks: number): number {
    const known = this.#levels.get(source);
    return known === undefined ? 0 : Math.max(0, known.level - ((this.#clock.now() - known.at) / 1000) * sinks);
  }

  /** Raises it by one, to `most` and no higher. @returns the level before */
  rise(source: string, sinks: number, most = Number.MAX_SAFE_INTEGER): number {
    const before = this.of(source, sinks);
    this.#levels.delete(source);
    this.#levels.set(source, { level: Math.min(most, before + 1), at: this.#clock.now() });
    const [oldest] = this.#levels.keys();
    if (this.#levels.size > mostSources && oldest !== undefined) this.#levels.delete(oldest);
    return before;
  }
}
