import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isMadeOfBannedWords, normalised, scoreOf } from '../../src/directory/banned-words.ts';

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 5, maxLength: 12 });

describe('R30: how a password is normalised before banned words are looked for', () => {
  test('done again it changes nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => normalised(normalised(text)) === normalised(text)));
  });

  test('case, composition, marks and the four signs make no difference', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('abcåäöéüols019-! ')) }), (text) => {
        expect(normalised(text.toUpperCase())).toBe(normalised(text));
        expect(normalised(text.normalize('NFD'))).toBe(normalised(text.normalize('NFC')));
        expect(normalised(text.replaceAll('o', '0').replaceAll('l', '1').replaceAll('s', '$').replaceAll('a', '@'))).toBe(normalised(text));
      }),
    );
  });

  test('it leaves no capital and no mark', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => !/[\p{M}01$@]/u.test(normalised(text))));
  });
});

describe('R30: the score', () => {
  test.each([
    // Microsoft's own examples: [contoso] [blank] 1 2, and [contoso] [blank] f 9 !
    ['C0ntos0Blank12', 4],
    ['ContoS0Bl@nkf9!', 5],
  ])('%s scores %i', (password, score) => {
    expect(scoreOf(password, ['contoso', 'blank'])).toBe(score);
  });

  test.each(['abcdeg', 'abcdefg', 'abcde', 'abdef', 'abcxdef', '@bcdef'])('%s is abcdef with one edit at most', (password) => {
    expect(scoreOf(password, ['abcdef'])).toBeLessThanOrEqual(password === 'abcdefg' ? 2 : 1);
  });

  test.each([
    ['the word itself, whatever is around it', (banned: string) => banned],
    ['a sign of it changed', (banned: string) => `${banned.slice(0, 2)}#${banned.slice(3)}`],
    ['a sign of it left out', (banned: string) => `${banned.slice(0, 2)}${banned.slice(3)}`],
    ['a sign put inside', (banned: string) => `${banned.slice(0, 2)}#${banned.slice(2)}`],
  ])('is one point for %s', (_how, edited) => {
    fc.assert(
      fc.property(word, fc.nat({ max: 2 }), (banned, around) => {
        const password = `${'!'.repeat(around)}${edited(banned)}`;
        expect(scoreOf(password, [banned])).toBeLessThanOrEqual(around + 1);
      }),
    );
  });

  test('without banned words each sign is a point, up to five', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...letters) }), (text) => Math.min(scoreOf(text, []), 5) === Math.min(text.length, 5)),
    );
  });

  test('more banned words never raise it, and more signs never lower it by being there', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), word, fc.string({ maxLength: 8 }), (banned, another, rest) => {
        const password = `${banned.join('')}${rest}`;
        expect(Math.min(5, scoreOf(password, [...banned, another]))).toBeLessThanOrEqual(Math.min(5, scoreOf(password, banned)));
        expect(scoreOf(`${password}#`, banned)).toBeGreaterThanOrEqual(Math.min(5, scoreOf(password, banned)));
      }),
    );
  });

  test('five is enough and four is not', () => {
    expect(isMadeOfBannedWords('ContoS0Bl@nk12', ['contoso', 'blank'])).toBe(true);
    expect(isMadeOfBannedWords('ContoS0Bl@nkf9!', ['contoso', 'blank'])).toBe(false);
    expect(isMadeOfBannedWords('Sommar-Lösenord', [])).toBe(true);
  });

  test('a thousand words and the longest password are weighed at once', () => {
    const words = Array.from({ length: 1000 }, (_, n) => `ord${String(n).padStart(13, 'x')}`);
    expect(isMadeOfBannedWords(words.slice(0, 5).join(''), words)).toBe(false);
    expect(isMadeOfBannedWords('x'.repeat(256), words)).toBe(false);
  });
});
