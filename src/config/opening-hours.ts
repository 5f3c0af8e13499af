import { z } from 'zod';
import { weekdays, type Holiday, type Stretch, type Weekday } from './policy.ts';

/** How opening hours stand in the policy file. */

const hoursForm = 'closed, hours such as 08:00-17:00, or a list of such hours in order';
const stretchForm = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

/** `08:00-17:00`; a night goes to 24:00, and the next day from 00:00. Null where it ends before it begins. */
function stretchOf(text: string): Stretch | null {
  const found = stretchForm.exec(text);
  if (found === null) return null;
  const [, fromHour, fromMinute, toHour = '24', toMinute = '0'] = found;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  return from < to ? { from, to } : null;
}

/** Hours of a day: `closed`, one stretch, or several in order that do not overlap. */
const hours = z
  .union([z.string().transform((one) => (one.trim() === 'closed' ? [] : [one])), z.array(z.string()).min(1)], hoursForm)
  .transform((texts, context): readonly Stretch[] => {
    const stretches = texts.map((text) => stretchOf(text.trim()));
    const read = stretches.filter((each) => each !== null);
    const inOrder = read.every(({ from }, index) => index === 0 || from >= (read[index - 1]?.to ?? 0));
    if (read.length !== texts.length || !inOrder) context.addIssue({ code: 'custom', message: hoursForm });
    return read;
  });

/** Where the file says nothing: weekdays from eight to five. */
const usual: Record<Weekday, string> = {
  monday: '08:00-17:00',
  tuesday: '08:00-17:00',
  wednesday: '08:00-17:00',
  thursday: '08:00-17:00',
  friday: '08:00-17:00',
  saturday: 'closed',
  sunday: 'closed',
};
const day = (weekday: Weekday) => hours.prefault(usual[weekday]);

/** Hours of each weekday. */
export const weekShape = Object.fromEntries(weekdays.map((weekday) => [weekday, day(weekday)])) as Record<Weekday, ReturnType<typeof day>>;

const date = z.iso.date('a date such as 2026-12-24');
const name = z.string('a text of 1 to 100 signs').trim().min(1, 'a text of 1 to 100 signs').max(100, 'a text of 1 to 100 signs');

/** A date on which other hours hold: by itself closed all day, or a block with its hours and its name. */
export const holiday: z.ZodType<Holiday> = z.union(
  [
    date.transform((each): Holiday => ({ date: each, hours: [], name: null })),
    z.strictObject({ date, hours: hours.prefault('closed'), name: z.strictObject({ en: name, sv: name }).nullable().default(null) }),
  ],
  'a date such as 2026-12-24, or a block with date, and hours and name (en, sv) where you like',
);
