import type { Config } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/port.ts';
import { ActiveDirectory } from './active-directory/active-directory.ts';
import { LocalDirectory } from './local.ts';
import type { OnForbidden } from './active-directory/controllers.ts';
import type { Directory } from './port.ts';

/** The directory in use; `local` once more by its own name, where it is that one. */
interface ChosenDirectory {
  readonly directory: Directory;
  readonly local: LocalDirectory | null;
}

/**
 * The directory that the configuration names.
 * @param options.instead stands in for it: for tests
 * @param options.onForbidden hears what the directory does not let our own account do
 * @throws LatchkeyError `latchkey_directory_none` (configuration) where there is none
 */
export function chooseDirectory(
  { mode, ldap, policy }: Pick<Config, 'mode' | 'ldap' | 'policy'>,
  store: Store,
  clock: Clock,
  { instead, onForbidden }: { readonly instead?: Directory | undefined; readonly onForbidden?: OnForbidden } = {},
): ChosenDirectory {
  const local = mode === 'local' ? new LocalDirectory({ store, clock, policy }) : null;
  const directory =
    instead ??
    local ??
    (ldap === null ? null : new ActiveDirectory({ settings: ldap, policy, clock, ...(onForbidden && { onForbidden }) }));
  if (directory === null) throw new LatchkeyError('latchkey_directory_none', 'configuration', 'no directory is configured');
  return { directory, local };
}
