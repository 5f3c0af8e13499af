import type { Clock } from '../ports.ts';

/** At most so many sends in so many milliseconds. */
interface Window {
  readonly most: number;
  readonly ms: number;
}

/** Teams' limits for one bot in one conversation, and for one app in one tenant (R45; Microsoft's rate-limit page). */
const ofConversation: readonly Window[] = [
  { most: 7, ms: 1_000 },
  { most: 8, ms: 2_000 },
  { most: 60, ms: 30_000 },
  { most: 1_800, ms: 3_600_000 },
];
const ofApp: readonly Window[] = [{ most: 50, ms: 1_000 }];

/** A send that would wait longer is not made. */
const longestWaitMs = 5_000;
const mostConversations = 10_000;

/** How many milliseconds to wait before the send; or that it would be too long, and when it would not be. */
type Place = { readonly ok: true; readonly waitMs: number } | { readonly ok: false; readonly freeInMs: number };

/** Keeps sends within the channel's limits, so that they are not refused there. This process's own sends only. */
export class Pace {
  readonly #clock: Clock;
  readonly #conversations = new Map<string, number[]>();
  /** Until when the channel asked to be left alone, by conversation. */
  readonly #held = new Map<string, number>();
  #app: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The channel asks (`Retry-After`) that nothing is sent to a conversation for so many milliseconds. */
  hold(conversation: string, ms: number): void {
    const now = this.#clock.now();
    for (const [held, until] of this.#held) if (until <= now) this.#held.delete(held);
    this.#held.set(conversation, Math.max(this.#held.get(conversation) ?? 0, now + ms));
  }

  /** Takes the next place in line; one that would be too far off is not taken. */
  take(conversation: string): Place {
    const now = this.#clock.now();
    const taken = recent(this.#conversations.get(conversation) ?? [], now, ofConversation);
    this.#app = recent(this.#app, now, ofApp);
    // Never before the one in front of it: what is said in a conversation keeps its order.
    const held = this.#held.get(conversation) ?? 0;
    const at = Math.max(now, held, taken.at(-1) ?? 0, free(taken, ofConversation), free(this.#app, ofApp));
    if (at - now > longestWaitMs) return { ok: false, freeInMs: at - now };
    this.#app = [...this.#app, at].sort((one, other) => one - other);
    this.#conversations.delete(conversation);
    this.#conversations.set(conversation, [...taken, at]);
    const [quietest] = this.#conversations.keys();
    if (this.#conversations.size > mostConversations && quietest !== undefined) this.#conversations.delete(quietest);
    return { ok: true, waitMs: at - now };
  }
}

const recent = (times: readonly number[], now: number, windows: readonly Window[]): number[] => {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  return times.filter((time) => time > now - longest);
};

/** The first moment at which none of the windows is full; times are in order, the latest last. */
const free = (times: readonly number[], windows: readonly Window[]): number =>
  Math.max(0, ...windows.map(({ most, ms }) => (times[times.length - most] ?? -Infinity) + ms));
