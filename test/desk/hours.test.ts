import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { weekdays, type Policy, type Stretch, type Weekday } from '../../src/config/policy.ts';
import { firstOpening, holidayName, isOpen, namedDay, opensAt, workingTimeFrom, type Hours } from '../../src/desk/hours.ts';
import { instantOf, wallTimeOf } from '../../src/desk/wall-clock.ts';
import { demoPolicy } from '../delivery/demo-words.ts';

const minute = 60_000;
const hour = 60 * minute;
const policy = demoPolicy();

const week = (each: (weekday: Weekday) => readonly Stretch[]): Policy['desk']['hours'] =>
  Object.fromEntries(weekdays.map((weekday) => [weekday, each(weekday)])) as Policy['desk']['hours'];

function hoursOf(desk: Partial<Policy['desk']>, zone = 'Europe/Stockholm'): Hours {
  return { organisation: { ...policy.organisation, zone }, desk: { ...policy.desk, ...desk } };
}

const weekend = new Set<Weekday>(['saturday', 'sunday']);
/** 08:00 to 17:00 on weekdays. */
const office = hoursOf({ hours: week((day) => (weekend.has(day) ? [] : [{ from: 480, to: 1020 }])) });
const at = (date: string, time: string, zone = 'Europe/Stockholm'): number => {
  const [hours = '', minutes = ''] = time.split(':');
  return instantOf(zone, date, Number(hours) * 60 + Number(minutes));
};

describe('a helpdesk that is there on weekdays from eight to five, in Stockholm', () => {
  // 2026-11-27 is a Friday.
  test.each([
    ['on a Friday morning before it opens', '2026-11-27', '07:59', false, '2026-11-27', '08:00'],
    ['at the very minute', '2026-11-27', '08:00', true, '2026-11-27', '08:00'],
    ['a minute before it closes', '2026-11-27', '16:59', true, '2026-11-27', '16:59'],
    ['as it closes before the weekend', '2026-11-27', '17:00', false, '2026-11-30', '08:00'],
    ['on a Sunday', '2026-11-29', '12:00', false, '2026-11-30', '08:00'],
  ])('%s', (_, date, time, open, openDate, openTime) => {
    expect(isOpen(office, at(date, time))).toBe(open);
    expect(opensAt(office, at(date, time))).toBe(at(openDate, openTime));
  });

  test('a deadline stands still from Friday night to Monday morning', () => {
    expect(workingTimeFrom(office, at('2026-11-27', '16:30'), hour)).toBe(at('2026-11-30', '08:30'));
    expect(workingTimeFrom(office, at('2026-11-28', '03:00'), 10 * hour)).toBe(at('2026-12-01', '09:00'));
  });

  test('a holiday is closed, and half of one is open for its half; its name is known in both languages', () => {
    const name = { en: 'Twelfth Night', sv: 'trettondagsafton' };
    const holidays = [
      { date: '2026-12-24', hours: [], name: null },
      { date: '2026-12-25', hours: [], name: null },
      { date: '2027-01-05', hours: [{ from: 480, to: 720 }], name },
    ];
    const closed = hoursOf({ hours: office.desk.hours, holidays });
    expect(opensAt(closed, at('2026-12-23', '17:00'))).toBe(at('2026-12-28', '08:00'));
    expect(workingTimeFrom(closed, at('2027-01-05', '11:30'), hour)).toBe(at('2027-01-06', '08:30'));
    expect(holidayName(closed, at('2027-01-05', '13:00'), 'sv')).toBe('trettondagsafton');
    expect(holidayName(closed, at('2026-12-24', '13:00'), 'sv')).toBeNull();
    expect(firstOpening(closed, '2026-12-24')).toBeNull();
    expect(firstOpening(closed, '2027-01-05')).toBe(at('2027-01-05', '08:00'));
  });

  test.each([
    ['2026-11-27', '23:59', 'today'],
    ['2026-11-28', '00:00', 'tomorrow'],
    ['2026-12-03', '08:00', 'weekday'],
    ['2026-12-04', '08:00', 'date'],
    ['2026-11-26', '08:00', 'date'],
  ])('as one says it on Friday the 27th at six: %s %s is %s', (date, time, named) => {
    expect(namedDay(office, at(date, time), at('2026-11-27', '18:00'))).toBe(named);
  });
});

describe('when clocks change', () => {
  const night = hoursOf({ hours: week(() => [{ from: 60, to: 240 }]) });

  test('a night shift from one to four is two hours long when they go forward, and four when they go back', () => {
    expect(workingTimeFrom(night, at('2026-03-29', '01:00'), 2 * hour)).toBe(at('2026-03-29', '04:00'));
    expect(workingTimeFrom(night, at('2026-10-25', '01:00'), 4 * hour)).toBe(at('2026-10-25', '04:00'));
  });

  test('a time that is skipped is as much later, and one that comes twice is the first', () => {
    expect(new Date(at('2026-03-29', '02:30')).toISOString()).toBe('2026-03-29T01:30:00.000Z');
    expect(new Date(at('2026-10-25', '02:30')).toISOString()).toBe('2026-10-25T00:30:00.000Z');
  });

  test('it opens at eight by the clock on the wall on both sides of the change', () => {
    expect(new Date(opensAt(office, at('2026-03-27', '18:00'))).toISOString()).toBe('2026-03-30T06:00:00.000Z');
    expect(new Date(opensAt(office, at('2026-10-23', '18:00'))).toISOString()).toBe('2026-10-26T07:00:00.000Z');
  });
});

/** Some hours of a day, in order: none, one or two stretches. */
const stretches = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 4 })
  .map((quarters) => quarters.sort((one, other) => one - other).map((quarter) => quarter * 15))
  .map((ends) => [0, 2].flatMap((index) => (ends[index + 1] === undefined ? [] : [{ from: ends[index] ?? 0, to: ends[index + 1] ?? 0 }])));

const zones = fc.constantFrom('Europe/Stockholm', 'UTC', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Sao_Paulo');

/** Hours that are open on Wednesdays at least. */
const anyHours = fc
  .tuple(fc.array(stretches, { minLength: 7, maxLength: 7 }), zones)
  .map(([days, zone]) =>
    hoursOf({ hours: week((day) => (day === 'wednesday' ? [{ from: 600, to: 700 }] : (days[weekdays.indexOf(day)] ?? []))) }, zone),
  );

/** Instants of two years, many of them around changes of clocks. */
const anyTime = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) }),
  fc.integer({ min: -2 * 24 * 60, max: 2 * 24 * 60 }).map((minutes) => Date.UTC(2026, 2, 29, 1) + minutes * minute),
  fc.integer({ min: -2 * 24 * 60, max: 2 * 24 * 60 }).map((minutes) => Date.UTC(2026, 9, 25, 1) + minutes * minute),
);

/** Whether the clock on the wall, read anew, stands within the day's hours; those around a change of clocks are left to the examples. */
function wallSaysOpen({ desk, organisation: { zone } }: Hours, time: number): boolean {
  const { date, minutes } = wallTimeOf(zone, time);
  const weekday = new Intl.DateTimeFormat('en', { timeZone: zone, weekday: 'long' }).format(time).toLowerCase() as Weekday;
  expect(date).toBe(new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(time));
  return desk.hours[weekday].some(({ from, to }) => from <= minutes && minutes < to);
}

const offsetOf = (zone: string, time: number): number => {
  const { date, minutes } = wallTimeOf(zone, time);
  return Date.parse(`${date}T00:00:00Z`) + minutes * minute - Math.floor(time / minute) * minute;
};
const changesClocks = (zone: string, time: number): boolean => offsetOf(zone, time - 3 * hour) !== offsetOf(zone, time + 3 * hour);

describe('properties, in several zones', () => {
  test('it is open when the clock on the wall says so', () => {
    fc.assert(
      fc.property(anyHours, anyTime, (hours, time) => {
        fc.pre(!changesClocks(hours.organisation.zone, time));
        expect(isOpen(hours, time)).toBe(wallSaysOpen(hours, time));
      }),
    );
  });

  test('it is open when it opens, and never between now and then', () => {
    fc.assert(
      fc.property(anyHours, anyTime, (hours, time) => {
        const opens = opensAt(hours, time);
        expect(opens).toBeGreaterThanOrEqual(time);
        expect(isOpen(hours, opens)).toBe(true);
        expect(isOpen(hours, time)).toBe(opens === time);
        for (let part = 1; part < 20; part += 1) {
          const between = time + Math.floor(((opens - time) * part) / 20);
          if (between < opens) expect(isOpen(hours, between)).toBe(false);
        }
      }),
    );
  });

  test('working time is counted in open minutes only, and all of them', () => {
    fc.assert(
      fc.property(anyHours, anyTime, fc.integer({ min: 1, max: 300 }), (hours, time, minutes) => {
        const from = Math.floor(time / minute) * minute;
        const due = workingTimeFrom(hours, from, minutes * minute);
        let open = 0;
        for (let each = from; each < due; each += minute) if (isOpen(hours, each)) open += 1;
        expect(open).toBe(minutes);
      }),
      { numRuns: 20 },
    );
  });

  test('more working time is never due earlier, and parts add up', () => {
    fc.assert(
      fc.property(
        anyHours,
        anyTime,
        fc.integer({ min: 0, max: 40 * hour }),
        fc.integer({ min: 1, max: 40 * hour }),
        (hours, time, one, other) => {
          const first = workingTimeFrom(hours, time, one);
          expect(workingTimeFrom(hours, first, other)).toBe(workingTimeFrom(hours, time, one + other));
          expect(first).toBeGreaterThanOrEqual(time);
        },
      ),
    );
  });

  test('a wall time turned into an instant and back is the same, but where clocks skip it', () => {
    fc.assert(
      fc.property(zones, anyTime, (zone, time) => {
        const { date, minutes } = wallTimeOf(zone, time);
        expect(wallTimeOf(zone, instantOf(zone, date, minutes))).toEqual({ date, minutes });
      }),
    );
  });
});
