import { beforeEach, expect, test } from '@jest/globals';
import { DoorGate } from '../../src/direct-line/door-gate.ts';
import { DoorPressure } from '../../src/direct-line/door-pressure.ts';

let now = 0;
const clock = { now: () => now, after: () => () => undefined };
beforeEach(() => {
  now = 1_700_000_000_000;
});

/** How hard it is after so many have asked. */
function after(pressure: DoorPressure, times: number, from: (n: number) => string, conversation: string | null = null): number {
  let hardness = 0;
  for (let n = 0; n < times; n += 1) hardness = pressure.asked(from(n), conversation);
  return hardness;
}

test('an address that asks for much makes it harder for itself, and not for others', () => {
  const pressure = new DoorPressure(clock);
  expect(after(pressure, 120, () => 'one')).toBe(0);
  expect(pressure.asked('one', null)).toBe(1);
  expect(after(pressure, 5000, () => 'one')).toBe(2);
  expect(pressure.asked('other', null)).toBe(0);
});

test('many addresses make it harder for all who hold no conversation, and for nobody who holds one', () => {
  const pressure = new DoorPressure(clock);
  expect(after(pressure, 600, (n) => `address ${n}`)).toBe(0);
  expect(pressure.asked('honest', null)).toBe(1);
  expect(after(pressure, 2000, (n) => `another ${n}`)).toBe(2);
  expect(pressure.asked('honest', null)).toBe(2);
  expect(pressure.asked('honest', 'held')).toBe(0);
});

test('within a conversation it gets harder for whoever asks for more than anybody writes', () => {
  const pressure = new DoorPressure(clock);
  expect(after(pressure, 40, () => 'one', 'held')).toBe(0);
  expect(pressure.asked('one', 'held')).toBe(1);
  expect(after(pressure, 200, () => 'one', 'held')).toBe(2);
  expect(pressure.asked('one', 'another')).toBe(0);
});

test('it eases by itself', () => {
  const pressure = new DoorPressure(clock);
  expect(after(pressure, 2700, (n) => `address ${n}`)).toBe(2);
  now += 5 * 60_000;
  expect(pressure.asked('honest', null)).toBe(0);
});

test('what is let through is a burst, and so many a second after it; each source is counted apart', () => {
  const gate = new DoorGate(clock);
  const flow = { burst: 3, perSecond: 1 };
  expect([1, 2, 3, 4].map(() => gate.admits('one', flow))).toEqual([true, true, true, false]);
  expect(gate.admits('other', flow)).toBe(true);
  now += 2000;
  expect([1, 2, 3].map(() => gate.admits('one', flow))).toEqual([true, true, false]);
});

test('memory is bounded: of many sources the one not heard from for longest is forgotten', () => {
  const gate = new DoorGate(clock);
  const flow = { burst: 1, perSecond: 0 };
  expect(gate.admits('first', flow)).toBe(true);
  expect(gate.admits('first', flow)).toBe(false);
  for (let n = 0; n < 20_000; n += 1) gate.admits(`address ${n}`, flow);
  expect(gate.admits('first', flow)).toBe(true);
  expect(gate.admits('address 19999', flow)).toBe(false);
});
