import { chromiumPath } from './chromium.ts';
import { describeWith } from './require.ts';

/** A suite that needs a real browser; without one it is skipped by name, or fails where everything is required. */
export const describeInBrowser = (name: string, suite: () => void): void => describeWith(chromiumPath, 'chromium', name, suite);
