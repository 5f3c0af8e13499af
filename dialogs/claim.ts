import type { Stack } from './stack.ts';

/** The account that was named at the front door, by the id the runner knows it under; null where none was, and everywhere else. */
export function claimOf({ frames }: Pick<Stack, 'frames'>): string | null {
  const [bottom] = frames;
  const claim = bottom?.dialog === 'front-door' ? bottom.context['claim'] : null;
  return typeof claim === 'string' ? claim : null;
}
