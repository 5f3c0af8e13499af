import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LatchkeyError } from '../errors.ts';

/**
 * Passwords that leaked somewhere, in the form in which Pwned Passwords gives them out: a range is the SHA-1 hashes that begin with the same
 * five hexadecimal signs, one `<the other 35>:<times seen>` a line. Whoever is asked for a range learns those five signs and no more
 * (k-anonymity).
 */
export interface BreachedPasswords {
  /** The lines of one range, whatever their order. @throws LatchkeyError `latchkey_directory_breached_list` (unavailable) */
  range(prefix: string): Promise<string>;
}

/** How long the range service may take: the person waits at the page. */
const serviceMs = 2000;

/** Whether a password leaked, by SHA-1 of its UTF-8 in NFC. Lines with a count of 0 are padding. */
export async function hasLeaked(list: BreachedPasswords, password: string): Promise<boolean> {
  const hash = createHash('sha1').update(password.normalize('NFC'), 'utf8').digest('hex').toUpperCase();
  const lines = await list.range(hash.slice(0, 5));
  const found = new RegExp(`^${hash.slice(5)}:(\\d+)`, 'imu').exec(lines);
  return found !== null && Number(found[1]) > 0;
}

/** Range files in a folder, `<five signs>.txt` or without an ending, as an administrator's downloader leaves them. */
export const rangeFiles = (folder: string): BreachedPasswords => ({
  async range(prefix) {
    try {
      return await readFile(join(folder, `${prefix}.txt`), 'utf8').catch(() => readFile(join(folder, prefix), 'utf8'));
    } catch (cause) {
      throw silent('a range file cannot be read', cause);
    }
  },
});

/**
 * A range service over HTTPS: `<address>/<five signs>`. Padding is asked for, so that nobody on the way can tell a range by its size. It is
 * asked once, follows no redirect, and is given two seconds.
 */
export const rangeService = (address: string, fetch: typeof globalThis.fetch): BreachedPasswords => ({
  async range(prefix) {
    try {
      const answer = await fetch(`${address.replace(/\/+$/u, '')}/${prefix}`, {
        headers: { 'add-padding': 'true', 'user-agent': 'Latchkey' },
        redirect: 'error',
        signal: AbortSignal.timeout(serviceMs),
      });
      if (!answer.ok) throw silent(`the range service answered ${answer.status}`);
      return await answer.text();
    } catch (cause) {
      throw cause instanceof LatchkeyError ? cause : silent('the range service does not answer', cause);
    }
  },
});

const silent = (message: string, cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_directory_breached_list', 'unavailable', message, cause);
