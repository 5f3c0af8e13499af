import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readme, withDiagrams } from './diagrams.ts';

test('the diagrams in dialogs/README.md are those of the machines (node test/dialogs/diagrams.ts --write)', () => {
  const text = readFileSync(readme, 'utf8');
  expect(text).toBe(withDiagrams(text));
});
