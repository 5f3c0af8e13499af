import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readPolicy } from '../../src/config/policy-file.ts';

const demo = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');

/** The demo policy with the front door's block in these words. */
const withDoor = (block: string): ReturnType<typeof readPolicy> =>
  readPolicy(demo.replace(/^frontDoor:\n(?: .*\n)*/mu, block === '' ? '' : `frontDoor: ${block}\n`));

const bounds = [
  ['codesPerDay', 1, 100_000],
  ['userIdsPerAddress', 5, 1000],
  ['codesPerAddress', 5, 1000],
  ['answerAfterMs', 0, 5000],
] as const;

test.each(bounds)('frontDoor.%s is a whole number from %i to %i, and the remedy says so', (key, least, most) => {
  for (const value of [least, most]) {
    const read = withDoor(`{ enabled: true, ${key}: ${value} }`);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    expect(read.policy.frontDoor[key]).toBe(value);
  }
  for (const value of [least - 1, most + 1, least + 0.5, 'many', '']) {
    const read = withDoor(`{ enabled: true, ${key}: ${JSON.stringify(value)} }`);
    if (read.ok) throw new Error(`${key}: ${value} was taken`);
    expect(read.faults).toEqual([
      expect.objectContaining({
        key: `frontDoor.${key}`,
        what: `cannot be ${JSON.stringify(value)}`,
        remedy: `Write a whole number from ${least} to ${most}.`,
      }),
    ]);
  }
});

test('frontDoor.enabled is yes or no, and no where nothing is said', () => {
  for (const block of ['', '{}', '{ answerAfterMs: 500 }']) {
    const read = withDoor(block);
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    expect(read.policy.frontDoor).toMatchObject({ enabled: false });
  }
  const read = withDoor('{ enabled: sometimes }');
  if (read.ok) throw new Error('it was taken');
  expect(read.faults).toEqual([expect.objectContaining({ key: 'frontDoor.enabled', remedy: expect.stringContaining('true') })]);
});

test('a key that is not the front door’s is refused', () => {
  const read = withDoor('{ enabled: true, open: true }');
  if (read.ok) throw new Error('it was taken');
  expect(read.faults).toEqual([expect.objectContaining({ key: 'frontDoor.open', what: 'there is no such key' })]);
});
