import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../../src/ports.ts';
import { Keys } from '../../src/security/keys.ts';

/** A clock that stands still until it is put forward. */
export class StillClock implements Clock {
  #now: number;
  readonly #tasks: { at: number; task: () => void }[] = [];

  constructor(now = Date.UTC(2026, 2, 14, 9, 22)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.#now + ms, task };
    this.#tasks.push(entry);
    return () => {
      const index = this.#tasks.indexOf(entry);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  forward(ms: number): void {
    this.#now += ms;
    const ripe = this.#tasks.filter(({ at }) => at <= this.#now);
    for (const entry of ripe) {
      this.#tasks.splice(this.#tasks.indexOf(entry), 1);
      entry.task();
    }
  }
}

/** Each byte one of `value`. */
export const flatRandom = (value: number): Random => ({ bytes: (count) => Buffer.alloc(count, value) });

export const realRandom: Random = { bytes: randomBytes };

export const testKeys = (): Keys => new Keys([{ name: 'test', bytes: Buffer.alloc(32, 7) }], realRandom);
