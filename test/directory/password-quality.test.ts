import { describe, expect, test } from '@jest/globals';
import { brokenRule, passwordRules } from '../../src/directory/password-quality.ts';

const person = { name: 'Åsa Öberg-Ek', userId: 'asa.oberg@fjallbyn.example' };
const limits = { minimumLength: 12, maximumLength: 64 };
const company = ['Fjällbyn AB', 'fjallbyn.example', 'it.storakoncernen.se'];

describe('R30: the rules of a new password', () => {
  test.each([
    ['elva-tecken', 'length'],
    ['å'.repeat(65), 'length'],
    ['asa-i-skogen-med-hunden', 'not-your-name'],
    ['Stugan-hos-OBERG-99', 'not-your-name'],
    ['stugan hos 0berg i dimma', 'not-your-name'],
    ['Fjällbyn i kvällssolen', 'not-the-company'],
    ['kaffe i FJ@llbyn på morgonen', 'not-the-company'],
    ['molnen över StoraKoncernen', 'not-the-company'],
    ['Sommar-Vinter!', 'banned-words'],
    ['P@ssw0rdWelc0me', 'banned-words'],
    ['Password1234', 'not-common'],
    ['Sommar2024!!', 'not-common'],
    ['qwertyuiop123', 'not-common'],
    ['aaaaaaaaaaaaaaaa', 'not-common'],
  ])('%s is refused by %s', async (password, rule) => {
    expect(await brokenRule(password, person, limits, company)).toBe(rule);
  });

  test.each(['kaffe vid sjön i dimma', '正しい馬バッテリーホチキス雨', 'ek och björk i blåsten', '🦊🐻🌲🔥🌙⛵🎻🧊🍋🪁🧭🎈'])(
    '%s is taken: no kind of sign is demanded',
    async (password) => {
      expect(await brokenRule(password, person, limits, company)).toBeNull();
    },
  );

  test("the policy's own words count as one sign each", async () => {
    const password = 'Kanelbulle-Tigern';
    expect(await brokenRule(password, person, limits, company)).toBeNull();
    expect(await brokenRule(password, person, { ...limits, bannedWords: ['kanelbulle', 'tigern'] }, company)).toBe('banned-words');
  });

  test('where a password is the only factor it has fifteen signs at least, and the page says so', async () => {
    const alone = { ...limits, onlyFactor: true };
    expect(await brokenRule('gran vid sjön!', person, alone, company)).toBe('length');
    expect(await brokenRule('gran vid sjön!', person, limits, company)).toBeNull();
    expect(passwordRules(alone)[0]).toEqual({ id: 'length', params: { minimum: 15, maximum: 64 } });
    expect(passwordRules({ ...alone, minimumLength: 20 })[0]).toEqual({ id: 'length', params: { minimum: 20, maximum: 64 } });
  });

  test('a directory that takes plain signs only says so before anything is typed', async () => {
    const plain = { ...limits, asciiOnly: true };
    expect(passwordRules(plain).map(({ id }) => id)).toContain('ascii-only');
    expect(passwordRules(limits).map(({ id }) => id)).not.toContain('ascii-only');
    expect(await brokenRule('kaffe vid sjön i dimma', person, plain, company)).toBe('ascii-only');
    expect(await brokenRule('kaffe vid dammen i dis ~!{}', person, plain, company)).toBeNull();
  });

  test('length is counted as people count, and composition makes no difference', async () => {
    const twelve = 'björk å mårö';
    expect(await brokenRule(twelve.normalize('NFD'), person, { ...limits, maximumLength: 12 }, company)).toBeNull();
  });

  test('what takes long to weigh stands in nobody’s way', async () => {
    let turns = 0;
    let weighing = true;
    const turn = (): void => {
      turns += 1;
      if (weighing) setImmediate(turn);
    };
    const slow = brokenRule('!|1@4$5%0.'.repeat(6), person, limits, company).finally(() => {
      weighing = false;
    });
    setImmediate(turn);
    await slow;
    // In this thread it would be one turn, or two.
    expect(turns).toBeGreaterThan(50);
  });

  test('many at once are each weighed as alone', async () => {
    const typed = ['Password1234', 'kaffe vid sjön i dimma', 'qwertyuiop123', 'ek och björk i blåsten'];
    expect(await Promise.all(typed.map((each) => brokenRule(each, person, limits, company)))).toEqual([
      'not-common',
      null,
      'not-common',
      null,
    ]);
  });
});
