import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The operating system's generator, by Node's `crypto.randomBytes`. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count) };
