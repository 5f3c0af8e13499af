import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { NextStep } from '../../dialogs/next-step.ts';
import { weekdays, type Language, type Policy } from '../../src/config/policy.ts';
import { instantOf } from '../../src/desk/wall-clock.ts';
import { DeskWorld } from './desk-world.ts';

const hours = Object.fromEntries(
  weekdays.map((weekday) => [weekday, weekday.startsWith('s') ? [] : [{ from: 450, to: 1020 }]]),
) as unknown as Policy['desk']['hours'];

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
  world.setDesk({ hours, emergencyNumber: '08-465 004 11', takeUpMinutes: { highest: 10, high: 30, normal: 240 } });
});
afterEach(() => world.end());

/** What the person of a new case hears of what happens next, with the dialog's own fillings. */
async function heard(language: Language, date: string, time: string): Promise<string> {
  const [hour = 0, minutes = 0] = time.split(':').map(Number);
  world.clock.forward(instantOf('Europe/Stockholm', date, hour * 60 + minutes) - world.clock.now());
  const opened = await world.open({ code: 'SSPR_0014', wish: 'reset' }, { language });
  const { emergency, holiday, ...next } = (opened as { readonly next: NextStep }).next;
  const said = { ...next, closedFor: holiday === null ? 'nothing' : 'holiday', holiday: holiday ?? '' };
  return `${world.sentences.say(language, 'escalate.notice.next', said)} ${world.sentences.say(language, 'escalate.notice.emergency', { emergency })}`;
}

describe('on consent a person hears what happens next, and by when', () => {
  test.each<[string, Language, string, string, string]>([
    ['while it is open', 'en', '2026-11-26', '10:00', 'Somebody takes up your case by 14:00 today at the latest.'],
    ['while it is open', 'sv', '2026-11-26', '10:00', 'Någon tar hand om ditt ärende senast 14:00 i dag.'],
    ['late in the day', 'en', '2026-11-26', '16:00', 'Somebody takes up your case by 10:30 tomorrow at the latest.'],
    ['at night', 'en', '2026-11-26', '02:00', 'The helpdesk opens 07:30 today. Somebody takes up your case by 11:30 today at the latest.'],
    [
      'in the evening',
      'en',
      '2026-11-26',
      '18:00',
      'The helpdesk opens 07:30 tomorrow. Somebody takes up your case by 11:30 tomorrow at the latest.',
    ],
    [
      'in the evening',
      'sv',
      '2026-11-26',
      '18:00',
      'Helpdesken öppnar 07:30 i morgon. Någon tar hand om ditt ärende senast 11:30 i morgon.',
    ],
    [
      'before the weekend',
      'en',
      '2026-11-27',
      '18:00',
      'The helpdesk opens 07:30 on Monday. Somebody takes up your case by 11:30 on Monday at the latest.',
    ],
    [
      'before the weekend',
      'sv',
      '2026-11-27',
      '18:00',
      'Helpdesken öppnar 07:30 på måndag. Någon tar hand om ditt ärende senast 11:30 på måndag.',
    ],
  ])('%s (%s, %s %s)', async (_, language, date, time, words) => {
    const emergency = language === 'sv' ? 'Kan det inte vänta så länge, ring' : 'If it cannot wait until then, call';
    expect(await heard(language, date, time)).toBe(`${words} ${emergency} 08-465 004 11.`);
  });

  test('on a holiday they hear its name, and a date where no weekday would do', async () => {
    const closed = ['28', '29', '30', '31'].map((day) => ({ date: `2026-12-${day}`, hours: [], name: null }));
    world.setDesk({ holidays: [{ date: '2026-12-25', hours: [], name: { en: 'Christmas Day', sv: 'juldagen' } }, ...closed] });
    expect(await heard('sv', '2026-12-25', '12:00')).toContain(
      'Helpdesken har stängt i dag: juldagen. Helpdesken öppnar 07:30 den 1 januari. Någon tar hand om ditt ärende senast 11:30 den 1 januari.',
    );
  });

  test('who asks again hears the same time, and none once somebody has it or is late', async () => {
    await heard('en', '2026-11-26', '10:00');
    await world.pay();
    expect(await world.open({ code: 'SSPR_0014', wish: 'reset' }, { id: 'effect-2' })).toMatchObject({
      isNew: false,
      next: { by: 'today' },
    });
    world.clock.forward(5 * 3_600_000);
    expect(await world.open({ code: 'SSPR_0014', wish: 'reset' }, { id: 'effect-3' })).not.toHaveProperty('next');
    world.clock.forward(-5 * 3_600_000);
    await world.click({ act: 'claim' });
    expect(await world.open({ code: 'SSPR_0014', wish: 'reset' }, { id: 'effect-4' })).not.toHaveProperty('next');
  });
});
