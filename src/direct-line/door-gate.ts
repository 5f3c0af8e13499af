import type { Clock } from '../ports.ts';

/** How many sources of requests are remembered: memory is bounded, and the one not heard from for longest is forgotten. */
const mostSources = 20_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** What is let through: so many at once, and so many a second after that. */
export interface Flow {
  readonly burst: number;
  readonly perSecond: number;
}

/** A browser that holds a conversation asks once a second, and now and then for more. */
export const conversationFlow: Flow = { burst: 60, perSecond: 4 };
/** Behind one network address may be a whole office; what stands behind this takes work, which no office minds. */
export const addressFlow: Flow = { burst: 300, perSecond: 20 };

/** Says no before any work is done: by the network address, and by the conversation where there is one. In this process alone, and in memory. */
export class DoorGate {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one of what a source may ask for. */
  admits(source: string, { burst, perSecond }: Flow): boolean {
    const now = this.#clock.now();
    const known = this.#buckets.get(source);
    const tokens = Math.min(burst, (known?.tokens ?? burst) + ((now - (known?.at ?? now)) / 1000) * perSecond);
    this.#buckets.delete(source);
    this.#buckets.set(source, { tokens: Math.max(0, tokens - 1), at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > mostSources && oldest !== undefined) this.#buckets.delete(oldest);
    return tokens >= 1;
  }
}

/** Lets so many run side by side, and so many wait; whoever comes then is told to come back. */
export class Doorway {
  readonly #most: number;
  readonly #mostWaiting: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** Runs `task` when there is room; null where there is none to wait in. */
  async pass<T>(task: () => Promise<T>): Promise<T | null> {
    if (this.#running >= this.#most) {
      if (this.#waiting.length >= this.#mostWaiting) return null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
