import { existsSync } from 'node:fs';
import { describe, test } from '@jest/globals';

/**
 * A suite that needs a program of the machine. Where it is missing the suite is skipped by a name that says what to install, unless
 * REQUIRE_ALL=1, when it fails.
 */
export function describeWith(path: string, debianPackage: string, name: string, suite: () => void): void {
  if (existsSync(path)) {
    describe(name, suite);
    return;
  }
  const missing = `${path} is missing: apt-get install ${debianPackage}`;
  if (process.env['REQUIRE_ALL'] === '1') {
    test(`${name} (${missing})`, () => {
      throw new Error(missing);
    });
    return;
  }
  describe(name, () => {
    test.skip(missing, () => {});
  });
}
