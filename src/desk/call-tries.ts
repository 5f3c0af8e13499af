import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';

const hourMs = 3_600_000;
/** How many numbers may be wrong within this, in ms, and how many calls asked for within an hour. */
const wrongMs = 10 * 60_000;
const mostWrong = 3;
const mostAsked = 5;

const shape = z.strictObject({
  asked: z.array(z.int().nonnegative()).readonly(),
  wrong: z.array(z.strictObject({ id: z.string(), at: z.int().nonnegative() })).readonly(),
});

/** What is remembered of an account's call numbers: of its own calls, and of what was typed in its conversations. */
export type CallTries = Readonly<z.infer<typeof shape>>;

/** Reads the row; what is past counts no more. */
export function readCallTries(value: Json | null, now: number): CallTries {
  if (value === null) return { asked: [], wrong: [] };
  const read = shape.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'stored calls have another shape', read.error);
  const { asked, wrong } = read.data;
  return { asked: asked.filter((at) => at > now - hourMs), wrong: wrong.filter(({ at }) => at > now - wrongMs) };
}

/** Whether another call may be asked for: nobody is asked until they give in (R35). */
export const mayAsk = ({ asked }: CallTries): boolean => asked.length < mostAsked;

/** Until when no number is weighed, epoch ms; null when one is. */
export const closedUntil = ({ wrong }: CallTries): number | null => (wrong.length < mostWrong ? null : (wrong[0]?.at ?? 0) + wrongMs);

/** When the row may be forgotten. */
export const triesKeptMs = hourMs;
