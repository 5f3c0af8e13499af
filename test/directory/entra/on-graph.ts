import type { EntraSettings } from '../../../src/config/config.ts';
import { chooseDirectory } from '../../../src/directory/choose-directory.ts';
import type { OnForbidden } from '../../../src/directory/faults.ts';
import type { Directory } from '../../../src/directory/port.ts';
import type { Clock } from '../../../src/ports.ts';
import { systemClock } from '../../../src/security/system-ports.ts';
import type { Store } from '../../../src/store/port.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import type { GraphServer } from '../../servers/graph/graph.ts';

/** What production is told of the stand-in. */
export const settingsOf = ({ tenant, clientId, secret }: GraphServer): EntraSettings => ({
  tenantId: tenant.id,
  clientId,
  credential: { is: 'secret', secret },
});

interface Differs {
  readonly clock?: Clock;
  readonly onForbidden?: OnForbidden;
  readonly settings?: EntraSettings;
}

/** The adapter as production makes it, on the stand-in, as our application with its secret. */
export function entraOn(graph: GraphServer, { clock = systemClock, onForbidden = () => {}, settings }: Differs = {}): Directory {
  const entra = settings ?? settingsOf(graph);
  // No other directory is asked for, so nothing touches a store.
  const store = undefined as unknown as Store;
  const { directory } = chooseDirectory({ mode: 'production', ldap: null, entra, policy: demoPolicy() }, store, clock, {
    fetch: graph.fetch,
    onForbidden,
  });
  return directory;
}

/**
 * A clock that hurries, so that limits of seconds are over in a moment; what was waited for is kept, ms.
 * @param speed how much faster it goes by than the machine's
 */
export function hurriedClock(speed = 10): Clock & { readonly waits: number[]; hurry(speed: number): void } {
  let [hurry, since, start] = [speed, Date.now(), Date.now()];
  const waits: number[] = [];
  const now = (): number => start + (Date.now() - since) * hurry;
  return {
    waits,
    now,
    /** From now on at another speed: only where a limit is to run out is there any haste. */
    hurry(other) {
      [start, since, hurry] = [now(), Date.now(), other];
    },
    after(ms, task) {
      waits.push(ms);
      const timer = setTimeout(task, ms / hurry);
      return () => clearTimeout(timer);
    },
  };
}
