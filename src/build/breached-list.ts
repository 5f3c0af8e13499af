import type { Config } from '../config/config.ts';
import { rangeFiles, rangeService, type BreachedPasswords } from '../directory/breached-passwords.ts';

/** The list of leaked passwords that is configured: a folder, or a service; null for none. */
export function breachedList(
  { breachedDir, policy }: Pick<Config, 'breachedDir' | 'policy'>,
  fetch: typeof globalThis.fetch,
): BreachedPasswords | null {
  if (breachedDir !== null) return rangeFiles(breachedDir);
  const { breachedService } = policy.password;
  return breachedService === 'none' ? null : rangeService(breachedService, fetch);
}
