import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { languages } from '../../src/config/policy.ts';
import { readPolicy } from '../../src/config/policy-file.ts';
import { shippedQuestions } from '../../src/config/shipped-questions.ts';

const demo = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');
const defaults = readFileSync(new URL('../../src/config/default-policy.yaml', import.meta.url), 'utf8');
const withBlock = (lines: string): string =>
  demo.replace(/securityQuestions:\n {2}register: 3\n {2}reset: 3\n/u, `securityQuestions:\n${lines}`);

function faultsOf(text: string): readonly string[] {
  const read = readPolicy(text, 'policy.yaml');
  return read.ok ? [] : read.faults.map(({ key, what, remedy }) => `${key}: ${what}. ${remedy}`);
}

function questionsOf(text: string) {
  const read = readPolicy(text, 'policy.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.policy.securityQuestions;
}

describe('the questions that come with Latchkey', () => {
  test("Entra's thirty-five, in every language, 3 to 200 signs, none twice", () => {
    expect(shippedQuestions).toHaveLength(35);
    for (const language of languages) {
      const words = shippedQuestions.map((question) => question[language]);
      expect(new Set(words).size).toBe(35);
      for (const each of words) expect(each).toMatch(/^.{3,199}\?$/u);
    }
    expect(shippedQuestions.every(({ en, sv }) => en !== sv)).toBe(true);
  });

  test('R15: all of them stand in the default policy, where the method is off with the reason beside it', () => {
    for (const { id } of shippedQuestions) expect(defaults).toMatch(new RegExp(`[ ]${id},?`, 'u'));
    expect(defaults).toMatch(/NIST SP 800-63B-4[^\n]*\n[^\n]*\n[^\n]*\n? *security-questions: \{ enabled: false \}/u);
    expect(questionsOf(demo).questions).toEqual(shippedQuestions);
  });
});

describe("the administrator's list", () => {
  test('takes questions that come with Latchkey by their id, and own ones in every language', () => {
    const own = '{ id: first-boss, en: "Who was your first manager here?", sv: "Vem var din första chef här?" }';
    const { questions } = questionsOf(withBlock(`  questions: [first-pet, ${own}, first-job]\n  register: 3\n  reset: 3\n`));
    expect(questions.map(({ id }) => id)).toEqual(['first-pet', 'first-boss', 'first-job']);
    expect(questions[0]?.sv).toBe('Vad hette ditt första husdjur?');
    expect(questions[1]?.sv).toBe('Vem var din första chef här?');
  });

  test('every fault is told at once, each with its place and remedy', () => {
    const faults = faultsOf(
      withBlock(`  questions:
    - first-pet
    - no-such-question
    - { id: Own, en: "${'x'.repeat(201)}", sv: "Vad?" }
    - { id: half, en: "Only in English?" }
    - { id: first-pet, en: "What now?", sv: "Vad nu?" }
    - { id: again, en: "WHAT NOW?", sv: "Vad då?" }
  register: 3
  reset: 5
`),
    );
    expect(faults).toEqual([
      expect.stringMatching(/^securityQuestions\.questions.*no-such-question.*Write the id of a question that comes with Latchkey/u),
      expect.stringMatching(/id: cannot be "Own"\. Write an id of 1 to 64/u),
      expect.stringMatching(/en: cannot be .*Write a question of 3 to 200 signs/u),
      expect.stringMatching(/sv: is missing\. Write a question of 3 to 200 signs/u),
      expect.stringMatching(/id: another question of the list has this id/u),
      expect.stringMatching(/en: another question of the list says the same/u),
      expect.stringMatching(/^securityQuestions\.reset: a reset cannot ask 5 questions where 3 are answered/u),
    ]);
  });

  test.each([
    ['too few to choose from', '  questions: [first-pet, first-job]\n  register: 3\n  reset: 3\n', 'nobody could choose 3 of 2'],
    ['fewer than three', '  register: 2\n  reset: 3\n', 'Write a whole number from 3 to 5'],
    ['more than five', '  register: 6\n  reset: 3\n', 'Write a whole number from 3 to 5'],
    ['one id twice', '  questions: [first-pet, first-job, first-pet]\n  register: 3\n  reset: 3\n', 'twice'],
  ])('%s is refused', (_, block, said) => {
    expect(faultsOf(withBlock(block)).join('\n')).toContain(said);
  });

  test('I2, R15: questions alone, or with mail, are a policy by which nobody could ever reset a password', () => {
    const text = demo
      .replaceAll(/(authenticator-app|text-message|recovery-codes|phone-call|security-key): \{ enabled: true/gu, '$1: { enabled: false')
      .replace('gates: 2', 'gates: 1');
    expect(faultsOf(text).join('\n')).toContain('none counts by itself');
  });
});
