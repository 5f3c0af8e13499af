import type { LdapSettings } from '../../../src/config/config.ts';
import { ActiveDirectory } from '../../../src/directory/active-directory/active-directory.ts';
import { systemClock } from '../../../src/security/system-ports.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import type { SambaDomain } from '../samba-domain.ts';

/**
 * The adapter on the test's domain, as our service account.
 * @param patienceMs how long a controller has for each answer; more than the product gives it, where nothing is about time
 */
export const adapterOf = (
  domain: SambaDomain,
  more: Partial<LdapSettings> = {},
  patienceMs: number | 'the product’s' = 20_000,
): ActiveDirectory =>
  new ActiveDirectory({
    settings: { ...domain.settings, ...more },
    policy: demoPolicy(),
    clock: systemClock,
    ...(patienceMs !== 'the product’s' && { patienceMs }),
  });
