import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';

/** What can be stopped: registering and changing methods; passwords and unlocks, by whomever; or both. */
export const stoppable = ['registration', 'resets', 'all'] as const;
export type Stoppable = (typeof stoppable)[number];

/** How long a stop holds, in ms, unless it is renewed. */
export const stopMs = 4 * 3_600_000;

/** For how long what one agent asked for waits for a second one, in ms. */
export const secondAgentMs = 15 * 60_000;

const time = z.int().nonnegative();
const agent = z.strictObject({ id: z.string(), name: z.string() });
const group = z.strictObject({ name: z.string(), group: z.string() });

const stopSchema = z.strictObject({
  id: z.string(),
  what: z.enum(stoppable),
  /** Null: for everybody. */
  group: group.nullable(),
  /** What one agent asked for and a second one has not confirmed. */
  wish: z.strictObject({ what: z.enum(['start', 'renew', 'lift']), by: agent, at: time }).nullable(),
  inForce: z.strictObject({ from: time, until: time, by: z.array(agent).length(2) }).nullable(),
  ended: z.strictObject({ at: time, how: z.enum(['time', 'lifted', 'lapsed', 'withdrawn']), by: z.array(agent) }).nullable(),
  /** Grows with every change; a card of an older one changes nothing. */
  revision: z.int().positive(),
  /** Its card in the helpdesk's conversation; null until its post was acknowledged. */
  activity: z.string().nullable(),
});

/** A stop as it is stored: asked for, in force, or ended. */
export type Stop = Readonly<z.infer<typeof stopSchema>>;
export type StopAgent = Readonly<z.infer<typeof agent>>;
export type StopGroup = Readonly<z.infer<typeof group>>;

const stopsSchema = z.strictObject({ stops: z.array(stopSchema).readonly() });

/** How many stops that ended are remembered: long enough for an old card to show how it went. */
const remembered = 20;

/** Reads the document. @throws LatchkeyError `latchkey_desk_unreadable`: what cannot be read may be a stop, and nothing goes on without it */
export function readStops(value: Json | null): readonly Stop[] {
  if (value === null) return [];
  const read = stopsSchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'the stored stops have another shape', read.error);
  return read.data.stops;
}

/** The document with one stop put in or changed. */
export function withStop(stops: readonly Stop[], changed: Stop): { readonly stops: readonly Stop[] } {
  const all = [changed, ...stops.filter(({ id }) => id !== changed.id)];
  const ended = all.filter((stop) => stop.ended !== null).slice(0, remembered);
  return { stops: all.filter((stop) => stop.ended === null || ended.includes(stop)) };
}
