import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { askedFor, changesAt, holds, inTime, stepStop, stopActs, type StopAct } from '../../src/desk/step-stop.ts';
import { readStops, secondAgentMs, stopMs, withStop, type Stop } from '../../src/desk/stop-record.ts';

const now = 1_800_000_000_000;
const nina = { id: 'nina', name: 'Nina Falk' };
const omar = { id: 'omar', name: 'Omar Dahl' };
const wish = (): Stop => askedFor('s1', { what: 'all', group: null }, nina, now);

function done(stop: Stop, act: StopAct, by = omar, at = now): Stop {
  const stepped = stepStop(stop, act, by, at);
  if (!stepped.ok) throw new Error(stepped.reason);
  return stepped.stop;
}
const inForce = (): Stop => done(wish(), 'confirm');

test('R38: what one agent asks for stops nothing, until a second one confirms it', () => {
  expect(holds(wish(), now)).toBe(false);
  expect(stepStop(wish(), 'confirm', nina, now)).toEqual({ ok: false, reason: 'same-agent' });
  expect(holds(inForce(), now)).toBe(true);
  expect(inForce().inForce).toEqual({ from: now, until: now + stopMs, by: [nina, omar] });
});

test('who is another agent is told by the account, never by the name', () => {
  expect(stepStop(wish(), 'confirm', { ...nina, name: 'Somebody Else' }, now)).toEqual({ ok: false, reason: 'same-agent' });
});

test('R38: lifting it before its time, and going on with it, take two agents too', () => {
  for (const act of ['ask-lift', 'ask-renew'] as const) {
    const asked = done(inForce(), act, omar);
    expect(holds(asked, now)).toBe(true);
    expect(stepStop(asked, 'confirm', omar, now)).toEqual({ ok: false, reason: 'same-agent' });
  }
  expect(done(done(inForce(), 'ask-lift', omar), 'confirm', nina)).toMatchObject({ ended: { how: 'lifted', by: [omar, nina] } });
  const later = now + 3 * 3_600_000;
  expect(done(done(inForce(), 'ask-renew', omar, later), 'confirm', nina, later).inForce).toEqual({
    from: now,
    until: later + stopMs,
    by: [omar, nina],
  });
});

test('it ends by itself after four hours, also where nobody writes that down', () => {
  expect(holds(inForce(), now + stopMs - 1)).toBe(true);
  expect(holds(inForce(), now + stopMs)).toBe(false);
  expect(inTime(inForce(), now + stopMs)).toMatchObject({ ended: { at: now + stopMs, how: 'time' } });
  // A wish to renew that nobody confirmed does not keep it.
  expect(inTime(done(inForce(), 'ask-renew', omar, now + stopMs - 1), now + stopMs)).toMatchObject({ ended: { how: 'time' } });
});

test('a wish waits for 15 minutes; then it is as if it had not been, and a stop that holds goes on', () => {
  const late = now + secondAgentMs;
  expect(inTime(wish(), late)).toMatchObject({ ended: { how: 'lapsed' } });
  expect(stepStop(wish(), 'confirm', omar, late)).toEqual({ ok: false, reason: 'over' });
  const lift = done(inForce(), 'ask-lift');
  expect(inTime(lift, late)).toMatchObject({ ended: null, wish: null });
  expect(stepStop(lift, 'confirm', nina, late)).toEqual({ ok: false, reason: 'over' });
});

test('only who asked takes it back', () => {
  expect(stepStop(wish(), 'withdraw', omar, now)).toEqual({ ok: false, reason: 'not-yours' });
  expect(done(wish(), 'withdraw', nina)).toMatchObject({ ended: { how: 'withdrawn' } });
  expect(done(done(inForce(), 'ask-lift', nina), 'withdraw', nina)).toMatchObject({ ended: null, wish: null });
});

test('R38: whatever is pressed by one agent alone, in whatever order and at whatever time, nothing is ever stopped or lifted', () => {
  const presses = fc.array(fc.tuple(fc.constantFrom(...stopActs), fc.integer({ min: 0, max: stopMs / 2 })), { maxLength: 12 });
  fc.assert(
    fc.property(presses, fc.boolean(), (each, isInForce) => {
      let stop = isInForce ? inForce() : wish();
      let at = now;
      for (const [act, wait] of each) {
        at += wait;
        const stepped = stepStop(stop, act, nina, at);
        if (stepped.ok) stop = stepped.stop;
        expect(holds(stop, at)).toBe(isInForce && at < now + stopMs);
      }
    }),
  );
});

test('it tells when time changes it next', () => {
  expect(changesAt(wish())).toBe(now + secondAgentMs);
  expect(changesAt(inForce())).toBe(now + stopMs);
  expect(changesAt(done(inForce(), 'ask-lift'))).toBe(now + secondAgentMs);
  expect(changesAt(done(wish(), 'withdraw', nina))).toBeNull();
});

test('what ended is remembered for a while; what has not is never forgotten', () => {
  const ended = Array.from({ length: 25 }, (_, index) => ({ ...done(wish(), 'withdraw', nina), id: `e${index}` }));
  const all = [inForce(), ...ended].reduce<readonly Stop[]>((stops, stop) => withStop(stops, stop).stops, []);
  expect(all).toHaveLength(21);
  expect(all.filter((stop) => holds(stop, now))).toHaveLength(1);
  expect(readStops({ stops: all })).toEqual(all);
});

test('R42: stored stops that cannot be read let nothing go on', () => {
  expect(() => readStops({ stops: [{ id: 's1' }] })).toThrow('another shape');
});
