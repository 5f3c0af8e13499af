import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { closedUntil, countSend, failed, paceUntil, readPace, sendsFullUntil, type Pace } from '../../src/methods/pace.ts';
import { isUsedUp, missed, mostWrongInARow, noTries, reused, triesLeft, waitsUntil, type Tries } from '../../src/methods/tries.ts';
import { resendAt, withCode, withoutCodes, type SentCodes } from '../../src/methods/sent-codes.ts';
import { day, hour, minute, start } from './room.ts';

const limits = { failuresPerDay: 5, closedHours: 24, sendsPerAccountPerDay: 10 };
const waits = [1, 5, 15, 60];
const none = readPace(null, start);
const gaps = fc.array(fc.integer({ min: 0, max: 30 * hour }), { maxLength: 60 });
const doors = fc.constantFrom('teams' as const, 'front-door' as const);

describe('I6: the tries of an authenticator', () => {
  test('every third wrong answer in a row is a failed verification, and each waits at least as long as the one before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (wrongs) => {
        let tries: Tries = noTries;
        let longest = 0;
        for (let n = 1; n <= wrongs; n += 1) {
          const counted = missed(tries, waits, start);
          expect(counted.failed).toBe(n % 3 === 0);
          ({ tries } = counted);
          expect(triesLeft(tries)).toBe(3 - (n % 3));
          const wait = (waitsUntil(tries, start) ?? start) - start;
          expect(wait).toBeGreaterThanOrEqual(longest);
          longest = wait;
        }
        expect(longest).toBe(wrongs < 3 ? 0 : (waits[Math.min(Math.floor(wrongs / 3), 4) - 1] ?? 0) * minute);
        expect(isUsedUp(tries)).toBe(wrongs >= mostWrongInARow);
      }),
    );
  });

  test('R1: the hundredth wrong answer in a row uses an authenticator up, whatever the waits', () => {
    let tries: Tries = noTries;
    for (let n = 0; n < 99; n += 1) ({ tries } = missed(tries, [1], start));
    expect(isUsedUp(tries)).toBe(false);
    expect(isUsedUp(missed(tries, [1], start).tries)).toBe(true);
  });

  test('I7: a right app code typed again is free twice, then a try', () => {
    let tries: Tries = noTries;
    const left = [];
    for (let n = 0; n < 4; n += 1) {
      ({ tries } = reused(tries, waits, start));
      left.push(triesLeft(tries));
    }
    expect(left).toEqual([3, 3, 2, 1]);
  });
});

describe('I6: the pace of an account', () => {
  test('a door is closed exactly when its own failures of 24 h reach the limit, and the other door is left alone', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 10 * hour }), doors), { maxLength: 40 }), (events) => {
        let pace: Pace = none;
        let now = start;
        let mine: number[] = [];
        for (const [gap, door] of events) {
          now += gap;
          pace = readPace(pace, now);
          if (closedUntil(pace, door, now) !== null) continue;
          pace = failed(pace, door, limits, now);
          if (door !== 'teams') continue;
          mine = [...mine, now].filter((at) => at > now - day);
          const closed = closedUntil(pace, 'teams', now);
          expect(closed).toBe(mine.length >= 5 ? now + day : null);
          if (closed !== null) mine = [];
        }
      }),
    );
  });

  test('no 24 hours ever hold more sends than the limit, and the time given is the first at which one more may go', () => {
    fc.assert(
      fc.property(gaps, (times) => {
        let pace: Pace = none;
        let now = start;
        const sent: number[] = [];
        for (const gap of times) {
          now += Math.floor(gap / 10);
          pace = readPace(pace, now);
          const until = sendsFullUntil(pace, limits, now);
          if (until !== null) {
            expect(until).toBeGreaterThan(now);
            expect(sendsFullUntil(pace, limits, until - 1)).not.toBeNull();
            expect(sendsFullUntil(pace, limits, until)).toBeNull();
            continue;
          }
          pace = countSend(pace, now);
          sent.push(now);
          expect(sent.filter((at) => at > now - day).length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test('a document is not forgotten while anything in it matters', () => {
    const closed = [1, 2, 3, 4, 5].reduce((pace) => failed(pace, 'teams', { ...limits, closedHours: 100 }, start), none);
    expect(paceUntil(closed, start)).toBe(start + 100 * hour);
    expect(paceUntil(countSend(none, start), start)).toBe(start + day);
  });
});

describe('I7: resending', () => {
  const code = (challenge: string, expiresAt: number) => ({ challenge, mark: 'KT', mac: 'mac', expiresAt });

  test('the next code may be asked for after 30, 60 and 120 s, and 120 s ever after', () => {
    let all: readonly SentCodes[] = [];
    let now = start;
    const waited = [];
    for (let n = 0; n < 5; n += 1) {
      all = withCode(all, 'one', code(`c${n}`, now + 5 * minute), now);
      const next = resendAt(all[0] as SentCodes);
      waited.push((next - now) / 1000);
      now = next;
    }
    expect(waited).toEqual([30, 60, 120, 120, 120]);
  });

  test('only codes that may still be typed are kept, and an accepted one ends them all', () => {
    let all = withCode([], 'one', code('c1', start + minute), start);
    all = withCode(all, 'two', code('d1', start + minute), start);
    all = withCode(all, 'one', code('c2', start + 10 * minute), start + 2 * minute);
    expect(all.find(({ of }) => of === 'one')?.hashes.map(({ challenge }) => challenge)).toEqual(['c2']);
    expect(withoutCodes(all, 'one').map(({ of }) => of)).toEqual(['two']);
  });
});
