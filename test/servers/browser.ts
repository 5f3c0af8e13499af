import { type Browser, chromium } from 'playwright-core';
import { describeWith } from './require.ts';

const chromiumPath = '/usr/bin/chromium';

/** Starts Debian's Chromium, quiet towards the world outside. Close it by `close`, which ends its processes. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A suite that needs a real browser; without one it is skipped by name, or fails where everything is required. */
export const describeInBrowser = (name: string, suite: () => void): void => describeWith(chromiumPath, 'chromium', name, suite);
