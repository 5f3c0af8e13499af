import type { Clock } from '../../src/ports.ts';

/** A clock that stands still until it is moved. */
export interface MovedClock extends Clock {
  move(ms: number): void;
}

export function movedClock(start: number): MovedClock {
  let now = start;
  return {
    now: () => now,
    after: () => () => {},
    move(ms) {
      now += ms;
    },
  };
}
