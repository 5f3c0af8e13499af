import { describeWith } from './require.ts';
import { sambaPath } from './samba.ts';

/** A suite that needs a real domain controller; without one it is skipped by name, or fails where everything is required. */
export const describeOnSamba = (name: string, suite: () => void): void =>
  describeWith(sambaPath, 'samba-ad-dc samba-ad-provision', name, suite);
