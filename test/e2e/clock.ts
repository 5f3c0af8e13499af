import type { Clock } from '../../src/ports.ts';

/** The machine's clock, which a test can put forward: timers are real, what they mean is `now`. */
export interface ShiftedClock extends Clock {
  forward(ms: number): void;
}

export function shiftedClock(): ShiftedClock {
  let shift = 0;
  return {
    now: () => Date.now() + shift,
    after(ms, task) {
      const timer = setTimeout(task, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    forward(ms) {
      shift += ms;
    },
  };
}
