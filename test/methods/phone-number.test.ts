import { describe, expect, test } from '@jest/globals';
import { readPhoneNumber, servedCountry } from '../../src/methods/phone-number.ts';

const telephony = { countries: ['SE', 'NO'], refusedNumbers: ['+46846500410'] };

describe('R34: what a call may go to', () => {
  test.each([
    ['070-174 06 05', '+46701740605'],
    ['08-465 004 11', '+46846500411'],
    ['+47 22 34 56 78', '+4722345678'],
  ])('%s', (typed, secret) => {
    expect(readPhoneNumber(typed, 'call', telephony)).toMatchObject({ ok: true, secret });
  });

  test.each([
    ['08-465 004 10', 'refused-number'],
    ['0900-1234567', 'special-number'],
    ['0771-456 456', 'special-number'],
    ['010-456 10 00', 'special-number'],
    ['+45 32 12 34 56', 'not-allowed-country'],
    ['112', 'not-a-number'],
  ])('%s is refused: %s', (typed, reason) => {
    expect(readPhoneNumber(typed, 'call', telephony)).toEqual({ ok: false, reason });
  });
});

describe('R34: whom the policy serves now', () => {
  test.each([
    ['+46701740605', 'SE'],
    ['+4741234567', 'NO'],
    ['+4532123456', null],
    ['+46846500410', null],
    ['not a number', null],
  ])('%s: %s', (number, country) => {
    expect(servedCountry(number, telephony)).toBe(country);
  });
});
