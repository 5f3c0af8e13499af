import { describeWith } from './require.ts';
import { sambaPath } from './samba.ts';

/** How long a domain may take to be made, in ms: some five seconds, and minutes where everything else runs too. */
export const domainMs = 240_000;

/** A suite that needs a real domain controller; without one it is skipped by name, or fails where everything is required. */
export const describeOnSamba = (name: string, suite: () => void): void =>
  describeWith(sambaPath, 'samba-ad-dc samba-ad-provision', name, suite);
