import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { weekdays, type Policy } from '../../src/config/policy.ts';
import { nextDigest, workingDayBefore } from '../../src/desk/digest.ts';
import { deliverDigest, scheduleDigest } from '../../src/desk/digest-due.ts';
import { instantOf } from '../../src/desk/wall-clock.ts';
import { DeskWorld } from './desk-world.ts';

const office = Object.fromEntries(
  weekdays.map((weekday) => [weekday, weekday.startsWith('s') ? [] : [{ from: 450, to: 1020 }]]),
) as unknown as Policy['desk']['hours'];
const wanted = { code: 'SSPR_0014', wish: 'reset' } as const;

let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld();
  world.setDesk({ hours: office, takeUpMinutes: { highest: 10, high: 30, normal: 60 } });
});
afterEach(() => world.end());

const moveTo = (date: string, minutes: number): void =>
  world.clock.forward(instantOf('Europe/Stockholm', date, minutes) - world.clock.now());
const schedule = () => scheduleDigest({ store: world.store, clock: world.clock, seals: world.seals, policy: world.policy });
const opening = (person: number) => world.open(wanted, { accountId: `person-${person}`, id: `effect-${person}` });

/** Digests in the helpdesk's conversation, each with its lines. */
const digests = (): readonly (readonly string[])[] =>
  [...world.shown.values()]
    .map((card) => (card as { fallbackText: string }).fallbackText.split('\n'))
    .filter(([first]) => first?.startsWith('God morgon.') === true);

describe('the morning of the desk', () => {
  test('says as it opens what is open, unclaimed, overdue and was resolved, once', async () => {
    moveTo('2026-11-26', 600);
    await schedule();
    for (const person of [1, 2, 3]) await opening(person);
    await world.pay();
    const [first, second] = [...world.shown.keys()];
    await world.click({ act: 'claim', ...pressed(first) });
    await world.pay();
    await world.click({ act: 'resolve', ...pressed(first) });
    await world.click({ act: 'claim', ...pressed(second) });
    moveTo('2026-11-27', 449);
    await world.pay();
    expect(digests()).toEqual([]);
    moveTo('2026-11-27', 450);
    await world.pay();
    await world.pay();
    expect(digests()).toEqual([
      [
        'God morgon. 2 ärenden är öppna.',
        'Ingen har tagit: 1. Försenade: 1. Väntar på svar: 0.',
        'LK-1003 har väntat sedan 26 nov. 10:00.',
        'Lösta sedan 26 november: 1.',
        'Skriv ”öppna ärenden” för att se dem.',
      ],
    ]);
  });

  /** What the first button of a card brings back. */
  function pressed(activity: string | undefined) {
    const card = world.shown.get(activity ?? '') as { actions: readonly { data?: { case: string; version: number } }[] } | undefined;
    const data = card?.actions.map((action) => action.data).find((each) => each !== undefined);
    return { case: data?.case, version: data?.version, cardActivity: activity ?? null };
  }

  test('comes once however many instances there are, and again the next working day', async () => {
    moveTo('2026-11-27', 600);
    await Promise.all([schedule(), schedule()]);
    await opening(1);
    await world.pay();
    moveTo('2026-11-30', 450);
    const needs = { store: world.store, clock: world.clock, seals: world.seals, policy: world.policy };
    const [entry] = (await world.store.due(world.clock.now(), 10)).filter(({ id }) => id.includes('/digest/'));
    if (entry === undefined) throw new Error('no digest is due');
    await Promise.all([deliverDigest(needs)(entry), deliverDigest(needs)(entry)]);
    await world.pay();
    expect(digests()).toHaveLength(1);
    moveTo('2026-12-01', 450);
    await world.pay();
    expect(digests()).toHaveLength(2);
  });

  test('is left out where there is nothing to say, on weekends, on holidays, and when it would come hours late', async () => {
    world.setDesk({ holidays: [{ date: '2026-11-30', hours: [], name: null }] });
    moveTo('2026-11-26', 600);
    await schedule();
    moveTo('2026-11-27', 450);
    await world.pay();
    await opening(1);
    moveTo('2026-11-30', 600);
    await world.pay();
    expect(digests()).toEqual([]);
    // Nothing ran on the morning of the first.
    moveTo('2026-12-01', 900);
    await world.pay();
    expect(digests()).toEqual([]);
    moveTo('2026-12-02', 450);
    await world.pay();
    expect(digests()).toHaveLength(1);
  });

  test('that is due already stays due over a restart, and follows new hours of the policy', async () => {
    moveTo('2026-11-26', 600);
    await schedule();
    await opening(1);
    moveTo('2026-11-27', 455);
    await schedule();
    await world.pay();
    expect(digests()).toHaveLength(1);
    world.setDesk({ hours: { ...office, saturday: [{ from: 540, to: 720 }] } });
    await schedule();
    moveTo('2026-11-28', 540);
    await world.pay();
    expect(digests()).toHaveLength(2);
  });

  test('of a desk that never closes comes at six, and counts from the day before', () => {
    const always = Object.fromEntries(weekdays.map((weekday) => [weekday, [{ from: 0, to: 1440 }]])) as unknown as Policy['desk']['hours'];
    const hours = { organisation: world.policy.organisation, desk: { ...world.policy.desk, hours: always } };
    const at = (date: string, minutes: number): number => instantOf('Europe/Stockholm', date, minutes);
    expect(nextDigest(hours, at('2026-11-28', 0))).toBe(at('2026-11-28', 360));
    expect(nextDigest(hours, at('2026-11-28', 360))).toBe(at('2026-11-29', 360));
    expect(workingDayBefore(hours, at('2026-11-29', 360))).toBe(at('2026-11-28', 0));
    expect(workingDayBefore(world.policy, at('2026-11-30', 450))).toBe(at('2026-11-27', 0));
  });
});
