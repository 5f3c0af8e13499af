import { describe, expect, test } from '@jest/globals';
import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { judgeAnswers } from '../../src/methods/judge-answers.ts';
import { answerSigns, normalAnswer, signsIn } from '../../src/methods/normal-answer.ts';
import { shippedQuestions } from '../../src/config/shipped-questions.ts';

const anything = string({ unit: 'binary', maxLength: 60 });

describe('an answer as it is compared', () => {
  test('normalised again it is the same, whatever was typed', () => {
    assert(
      property(anything, (typed) => {
        const once = normalAnswer(typed);
        expect(normalAnswer(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  test('capitals, white space around and between, and invisible signs make no difference', () => {
    const spaced = array(string({ unit: constantFrom(...Array.from('abcåäöéüñ0123456789')), minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 4,
    });
    assert(
      property(spaced, constantFrom(' ', '  ', '\t', '\u00A0', ' \u200B', '\u3000'), (words, gap) => {
        expect(normalAnswer(`${gap}${words.join(gap).toUpperCase()}${gap}`)).toBe(words.join(' '));
      }),
    );
  });

  test.each([
    ['Göteborg', 'GÖTEBORG'],
    ['Göteborg', 'Go\u0308teborg'],
    ['Volvo 240', 'volvo  240'],
    ["O'Hara", 'O’Hara'],
    ['Anna-Lena', 'anna\u2011lena'],
    ['Straße', 'STRASSE'],
    ['Ｆｉｄｏ', 'fido'],
  ])('%s and %s are one', (one, other) => {
    expect(normalAnswer(one)).toBe(normalAnswer(other));
  });

  test.each([
    ['Växjö', 'Vaxjo'],
    ['Åre', 'Are'],
    ['Linné', 'Linne'],
    ['rosa', 'rasa'],
  ])('%s and %s are two: a letter stays what it is', (one, other) => {
    expect(normalAnswer(one)).not.toBe(normalAnswer(other));
  });
});

describe('what may be answered', () => {
  const [first, second, third] = shippedQuestions.map(({ id }) => id);
  const ids = [first ?? '', second ?? '', third ?? ''];
  const known = ['anna.berg@fjallbyn.example', 'Anna Berg'];
  const judge = (...answers: readonly string[]) =>
    judgeAnswers(
      answers.map((answer, place) => ({ question: ids[place] ?? '', answer })),
      shippedQuestions,
      known,
    );
  const why = (answer: string) => judge(answer)?.[0]?.answer ?? null;

  test('3 to 40 signs, counted as they are compared', () => {
    const letters = string({ unit: constantFrom(...Array.from('abcdefghåäö')), maxLength: 60 });
    assert(
      property(letters, (answer) => {
        const length = signsIn(normalAnswer(answer));
        const fits = length >= answerSigns.least && length <= answerSigns.most;
        expect(['empty', 'short', 'long'].includes(why(answer) ?? '')).toBe(!fits);
      }),
    );
    expect([
      why(''),
      why('  '),
      why('ab'),
      why('a\u0308b'),
      why('x1'.repeat(20)),
      why(`${'x1'.repeat(20)}y`),
      why('x'.repeat(5000)),
    ]).toEqual(['empty', 'empty', 'short', 'short', null, 'long', 'long']);
  });

  test('no question twice, none that is not on the list, and no answer twice however it is typed', () => {
    const list = array(record({ question: constantFrom(...ids, 'gone', ''), answer: constantFrom('Kiruna', 'KIRUNA ', 'Malmö', 'Lund') }), {
      minLength: 1,
      maxLength: 5,
    });
    assert(
      property(list, (chosen) => {
        const faults = judgeAnswers(chosen, shippedQuestions, known);
        const questions = chosen.map(({ question }) => question);
        const answers = chosen.map(({ answer }) => normalAnswer(answer));
        const isFine =
          new Set(questions).size === questions.length &&
          questions.every((id) => ids.includes(id)) &&
          new Set(answers).size === answers.length;
        expect(faults === null).toBe(isFine);
      }),
    );
    expect(judge('Kiruna', 'Malmö', ' kiruna')).toEqual([
      { question: null, answer: null },
      { question: null, answer: null },
      { question: null, answer: 'twice' },
    ]);
  });

  test.each([
    ['partner', 'own-words'],
    ['Första STAD', 'own-words'],
    ['anna.berg@fjallbyn.example', 'known'],
    ['anna berg', 'known'],
    ['Berg', 'known'],
    ['password', 'common'],
    ['Vet ej', 'common'],
    ['I don’t know', 'common'],
    ['aaaa', 'common'],
    ['Kiruna', null],
    ['Stockholms stad', null],
  ])('R15: "%s" is %s', (answer, fault) => {
    expect(why(answer)).toBe(fault);
  });
});
