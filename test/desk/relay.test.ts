import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mostSigns, relay } from '../../src/desk/relay.ts';
import { newRecoveryCode } from '../../src/methods/recovery-codes.ts';
import { realRandom } from '../delivery/still-time.ts';

const held = (text: string) => {
  const relayed = relay(text);
  return relayed.ok ? null : relayed.reason;
};

/** The Luhn digit of nine digits, by its definition: every other digit doubled, from the right. */
function luhnDigit(nine: string): number {
  const sum = Array.from(nine)
    .map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1))
    .reduce((all, each) => all + Math.floor(each / 10) + (each % 10), 0);
  return (10 - (sum % 10)) % 10;
}

const two = (n: number): string => String(n).padStart(2, '0');
const identityNumbers = fc
  .record({
    century: fc.constantFrom('', '19', '20'),
    year: fc.nat(99),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    coordination: fc.boolean(),
    serial: fc.nat(999),
    between: fc.constantFrom('', '-', '+', ' ', ' - ', '\u2013', '\u2212'),
  })
  .map(({ century, year, month, day, coordination, serial, between }) => {
    const date = `${two(year)}${two(month)}${two(coordination ? day + 60 : day)}`;
    const nine = `${date}${String(serial).padStart(3, '0')}`;
    return `${century}${date}${between}${nine.slice(6)}${luhnDigit(nine)}`;
  });
const around = fc.constantFrom(['', ''], ['Mitt nummer är ', '.'], ['(', ')'], ['nr:', ', hälsar Stina'], ['\n', '\n']);

describe('R37-R39: what is passed on between helpdesk and requester', () => {
  test('a plain text of any language goes through as it was written', () => {
    for (const text of [
      'Hej! Jag kommer inte in, och jag har bytt telefon.',
      'Which of your two phones do you still have, the 070-174 06 21 one?',
      'Ring 08-465 004 10 på vardagar 8 till 17, eller 0701740621.',
      'Felkod 0x8007052e, version 16.0.17328.20184, sedan 2026-03-14.',
      'finns sedan borta ärnas\nen rad till',
      'have that sent back then',
      'Mitt rum är 4217 och bordet 12.',
      'Sedan 26-03-14, på plan 1, 2, 3 och 4.',
      '日本語でもいいですか',
    ])
      expect(relay(text)).toEqual({ ok: true, text });
  });

  test('an identity number is held back, personal or coordination, however it is written', () => {
    expect(held('811218-9876')).toBe('secret');
    expect(held('Jag heter Stina, 670919-9530.')).toBe('secret');
    fc.assert(fc.property(identityNumbers, around, (number, [before, after]) => held(`${before}${number}${after}`) === 'secret'));
  });

  test('ten digits with another last digit are no identity number', () => {
    for (const last of '012345789') expect(held(`811218-987${last}`)).toBeNull();
  });

  test('six digits are held back, whatever they are: nobody learns here whether a code is right', () => {
    const six = fc.nat(999_999).map((n) => String(n).padStart(6, '0'));
    const written = fc.constantFrom(
      (code: string) => code,
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
      (code: string) =>
        Array.from(code)
          .map((digit) => String.fromCodePoint(0xff10 + Number(digit)))
          .join(''),
      (code: string) =>
        Array.from(code)
          .map((digit) => String.fromCodePoint(0x660 + Number(digit)))
          .join(''),
      (code: string) => `${code.slice(0, 3)}\u200B${code.slice(3)}`,
      (code: string) => `${code.slice(0, 2)} ${code.slice(2, 4)} ${code.slice(4)}`,
      (code: string) => Array.from(code).join(' '),
      (code: string) => Array.from(code).join('-'),
      (code: string) => Array.from(code).join(', '),
      (code: string) => Array.from(code).join('\n'),
      (code: string) =>
        Array.from(code)
          .map((digit) => `${digit}\uFE0F\u20E3`)
          .join(''),
    );
    fc.assert(fc.property(six, written, around, (code, as, [before, after]) => held(`${before}${as(code)}${after}`) === 'secret'));
  });

  test('a recovery code and a start code are held back', () => {
    for (let n = 0; n < 200; n += 1) {
      const code = newRecoveryCode(realRandom);
      const groups = code.match(/.{4}/gu) ?? [];
      for (const as of [code, groups.join('-'), groups.join(' '), groups.join('-').toLowerCase()])
        expect([as, held(`Min kod är ${as}`)]).toEqual([as, 'secret']);
      const start = [code.slice(0, 5), code.slice(5, 10)];
      for (const as of [start.join('-'), start.join(' ')]) expect([as, held(as)]).toEqual([as, 'secret']);
    }
  });

  test.each([
    'https://evil.example/x',
    'HTTP://EVIL.EXAMPLE',
    'gå till www.evil.example',
    '[Logga in](evil.example)',
    'evil.example/login',
    'mailto:a@evil.example',
    'teams://l/chat',
  ])('a link is held back: %s', (text) => {
    expect(held(text)).toBe('link');
  });

  test('no mention, no control sign and no mark of writing direction is left', () => {
    expect(relay('<at>Alla</at> kom hit\u202E\u0007')).toEqual({ ok: true, text: 'Alla kom hit' });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const relayed = relay(text);
        return (
          !relayed.ok ||
          (!/<\/?at\b|[^\P{Cc}\n]|\p{Cf}/iu.test(relayed.text) && Array.from(relayed.text).length <= mostSigns && relayed.text !== '')
        );
      }),
    );
  });

  test('nothing, and more than 2,000 signs, are said so', () => {
    expect(held(' \n\u200B ')).toBe('empty');
    expect(held('å'.repeat(2000))).toBeNull();
    expect(held('😀'.repeat(2001))).toBe('too-long');
  });

  test('what went through goes through again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const once = relay(text);
        return !once.ok || JSON.stringify(relay(once.text)) === JSON.stringify(once);
      }),
    );
  });
});
