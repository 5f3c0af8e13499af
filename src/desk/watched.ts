import { z } from 'zod';
import { keys } from '../store/keys.ts';
import type { Commit } from '../store/port.ts';

/** What is counted for the alarms, for the whole company. */
const watchedEvents = ['account-blocked', 'reset', 'first-registration', 'number-shared'] as const;

/** The due entries, `what` segment. */
export const watchDue = 'watch';

export const watchedShape = z.strictObject({
  event: z.enum(watchedEvents),
  /** Names what happened: the same id is the same thing, and counts once. */
  id: z.string(),
  account: z.string(),
  at: z.int().nonnegative(),
  /** How many accounts a number serves with this one. */
  count: z.int().optional(),
});
export type Watched = Readonly<z.infer<typeof watchedShape>>;

/**
 * The due entry by which an event is counted. It belongs in the commit of what happened, whose partition it shares: the counts are in
 * another, so nothing that acts waits for them, and nothing is missed.
 */
export const watched = (partition: string, event: Watched): NonNullable<Commit['due']>[number] => ({
  id: keys.due(partition, watchDue, `${event.event}-${event.id}`),
  at: event.at,
  data: event,
});
