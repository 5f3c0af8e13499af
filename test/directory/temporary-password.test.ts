import { expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { systemRandom } from '../../src/security/system-ports.ts';
import { temporaryPassword } from '../../src/directory/temporary-password.ts';

const anyDoes = async (): Promise<null> => null;

test('R10: a temporary password is sixteen signs of the system generator in groups, of every kind, and no two are alike', async () => {
  const drawn = await Promise.all(Array.from({ length: 500 }, () => temporaryPassword(systemRandom, 12, anyDoes)));
  expect(new Set(drawn).size).toBe(500);
  for (const each of drawn) {
    expect(each).toMatch(/^[A-Za-z2-9]{4}(-[A-Za-z2-9]{4}){3}$/u);
    expect(each).toMatch(/[A-Z]/u);
    expect(each).toMatch(/[a-z]/u);
    expect(each).toMatch(/[2-9]/u);
    expect(each).not.toMatch(/[IOl01]/u);
  }
});

test('R10: every sign is as likely as any other: bytes that would favour some are drawn again', async () => {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 2_000; draw += 1) {
    for (const sign of (await temporaryPassword(systemRandom, 12, anyDoes)).replaceAll('-', ''))
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  // 32 000 signs over 57: some 561 of each. The fold of 256 onto 57 would give the first 28 a quarter more than the others.
  const ofEach = Array.from(signs, (sign) => counts.get(sign) ?? 0);
  const [early, late] = [ofEach.slice(0, 28), ofEach.slice(28)];
  const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;
  expect(mean(early) / mean(late)).toBeLessThan(1.1);
  expect(mean(early) / mean(late)).toBeGreaterThan(0.9);
});
const signs = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

test('it is as long as the directory wants it', async () => {
  for (const least of [8, 19, 20, 24, 30])
    expect((await temporaryPassword(systemRandom, least, anyDoes)).length).toBeGreaterThanOrEqual(least);
});

test('one that breaks a rule is drawn anew; rules that let none through are a fault', async () => {
  const refused: string[] = [];
  const drawn = await temporaryPassword({ bytes: randomBytes }, 12, async (each) => {
    if (refused.length === 3) return null;
    refused.push(each);
    return 'not-your-name';
  });
  expect(refused).not.toContain(drawn);
  await expect(temporaryPassword(systemRandom, 12, async () => 'not-common')).rejects.toMatchObject({
    code: 'latchkey_directory_no_pass',
  });
});
