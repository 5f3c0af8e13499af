import type { Config } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/port.ts';
import { ActiveDirectory } from './active-directory/active-directory.ts';
import { graphToken } from './entra/credential.ts';
import { EntraDirectory } from './entra/entra.ts';
import { entraSignIn } from './entra/sign-in.ts';
import type { OnForbidden, OnSpared } from './faults.ts';
import { HybridDirectory } from './hybrid/hybrid.ts';
import { LocalDirectory } from './local.ts';
import type { Directory } from './port.ts';

/** The directory in use; `local` once more by its own name, where it is that one. */
interface ChosenDirectory {
  readonly directory: Directory;
  readonly local: LocalDirectory | null;
}

interface ChooseOptions {
  /** Stands in for it: for tests. */
  readonly instead?: Directory | undefined;
  /** Hears what the directory does not let our own account do. */
  readonly onForbidden?: OnForbidden;
  /** Hears what came of what the directory is asked for and can do without. */
  readonly onSpared?: OnSpared;
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * The directory that the configuration names.
 * @throws LatchkeyError `latchkey_directory_none` (configuration) where there is none
 */
export function chooseDirectory(
  { mode, ldap, entra, policy }: Pick<Config, 'mode' | 'ldap' | 'entra' | 'policy'>,
  store: Store,
  clock: Clock,
  { instead, onForbidden = () => {}, onSpared = () => {}, fetch = globalThis.fetch }: ChooseOptions = {},
): ChosenDirectory {
  const local = mode === 'local' ? new LocalDirectory({ store, clock, policy }) : null;
  const premises = ldap === null ? null : new ActiveDirectory({ settings: ldap, policy, clock, onForbidden });
  const cloud =
    entra === null
      ? null
      : new EntraDirectory({
          fetch,
          clock,
          token: graphToken(entra, fetch),
          policy,
          signIn: entraSignIn(entra, { fetch, clock, onForbidden }),
          onForbidden,
          onSpared,
        });
  const both = premises === null || cloud === null ? null : new HybridDirectory({ premises, cloud });
  const directory = instead ?? local ?? both ?? premises ?? cloud;
  if (directory === null) throw new LatchkeyError('latchkey_directory_none', 'configuration', 'no directory is configured');
  return { directory, local };
}
