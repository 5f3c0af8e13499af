import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { codeMatches, hashCode, newCode, newMark, readCode } from '../../src/methods/codes.ts';
import { Keys } from '../../src/security/keys.ts';
import { seeded } from './room.ts';

const seals = new Keys([{ name: 'k1', bytes: Buffer.alloc(32, 1) }], seeded('seals'));
const binding = { challenge: 'c', account: 'a', purpose: 'reset', conversation: 's' };

describe('I7: codes and marks', () => {
  test('R2: a code is six digits, every digit equally likely in every place', () => {
    const random = seeded('codes');
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    for (let n = 0; n < 6000; n += 1) {
      const code = newCode(random);
      expect(code).toMatch(/^\d{6}$/);
      for (let place = 0; place < 6; place += 1) {
        const row = counts[place] ?? [];
        const digit = Number(code[place]);
        row[digit] = (row[digit] ?? 0) + 1;
      }
    }
    for (const row of counts) for (const count of row) expect(Math.abs(count - 600)).toBeLessThan(120);
  });

  test('R2, R10: a byte that would favour some digits is drawn again', () => {
    const drawn = [
      Buffer.from([250, 251, 252, 253, 254, 255, 250, 251, 252, 253, 254, 249]),
      Buffer.from([0, 11, 22, 33, 44, 55, 66, 77, 88, 99, 1, 2]),
    ];
    expect(newCode({ bytes: () => drawn.shift() ?? Buffer.alloc(12) })).toBe('901234');
  });

  test('what a person types as six digits is read, whatever stands between and however wide they are', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '7', '9'), minLength: 6, maxLength: 6 });
    const between = fc.array(fc.constantFrom('', ' ', '\u00a0', '-', '\u200b', '\u3000'), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(digits, between, fc.boolean(), (code, gaps, wide) => {
        const typed = gaps
          .map((gap, n) => gap + (wide ? (code[n] ?? '').replace(/\d/, (d) => String.fromCodePoint(0xff10 + Number(d))) : (code[n] ?? '')))
          .join('');
        expect(readCode(typed)).toBe(code);
      }),
    );
  });

  test('nothing else is a code', () => {
    for (const typed of [
      '',
      '12345',
      '1234567',
      'abcdef',
      '12345x',
      '+123456',
      '1.23456',
      '١٢٣٤٥٦',
      '👍👍👍👍👍👍',
      ' '.repeat(100) + '123456',
    ]) {
      expect(readCode(typed)).toBeNull();
    }
  });

  test('R7, R11: what is kept is a keyed hash, worth nothing for another challenge, account, purpose or conversation', () => {
    const mac = hashCode(seals, binding, '012345');
    expect(mac).not.toContain('012345');
    expect(codeMatches(seals, binding, '012345', mac)).toBe(true);
    expect(codeMatches(seals, binding, '12345', mac)).toBe(false);
    expect(codeMatches(seals, binding, '012346', mac)).toBe(false);
    for (const other of [{ challenge: 'd' }, { account: 'b' }, { purpose: 'unlock' }, { conversation: 't' }]) {
      expect(codeMatches(seals, { ...binding, ...other }, '012345', mac)).toBe(false);
    }
    const otherKey = new Keys([{ name: 'k1', bytes: Buffer.alloc(32, 2) }], seeded('other'));
    expect(codeMatches(otherKey, binding, '012345', mac)).toBe(false);
  });

  test('a mark is two letters that are not taken for others, and unlike the one before', () => {
    const random = seeded('marks');
    let before = 'AA';
    for (let n = 0; n < 500; n += 1) {
      const mark = newMark(random, [before]);
      expect(mark).toMatch(/^[ACEFHKMPRTXY]{2}$/);
      expect(mark).not.toBe(before);
      before = mark;
    }
  });
});
