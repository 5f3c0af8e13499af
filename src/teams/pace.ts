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

/** Keeps sends within the channel's limits, so that they are not refused there. This process's own sends only. */
export class Pace {
  readonly #clock: Clock;
  readonly #conversations = new Map<string, number[]>();
  #app: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the next place in line. @returns how many milliseconds to wait before the send; null when it would be too long */
  take(conversation: string): number | null {
    const now = this.#clock.now();
    const taken = recent(this.#conversations.get(conversation) ?? [], now, ofConversation);
    this.#app = recent(this.#app, now, ofApp);
    // Never before the one in front of it: what is said in a conversation keeps its order.
    const at = Math.max(now, taken.at(-1) ?? 0, free(taken, ofConversation), free(this.#app, ofApp));
    if (at - now > longestWaitMs) return null;
    this.#app = [...this.#app, at].sort((one, other) => one - other);
    this.#conversations.delete(conversation);
    this.#conversations.set(conversation, [...taken, at]);
    const [quietest] = this.#conversations.keys();
    if (this.#conversations.size > mostConversations && quietest !== undefined) this.#conversations.delete(quietest);
    return at - now;
  }
}

const recent = (times: readonly number[], now: number, windows: readonly Window[]): number[] => {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  return times.filter((time) => time > now - longest);
};

/** The first moment at which none of the windows is full; times are in order, the latest last. */
const free = (times: readonly number[], windows: readonly Window[]): number =>
  Math.max(0, ...windows.map(({ most, ms }) => (times[times.length - most] ?? -Infinity) + ms));
