import { EntraDirectory } from '../../../src/directory/entra/entra.ts';
import { graphToken } from '../../../src/directory/entra/credential.ts';
import type { OnForbidden } from '../../../src/directory/faults.ts';
import type { Clock } from '../../../src/ports.ts';
import { systemClock } from '../../../src/security/system-ports.ts';
import { demoPolicy } from '../../delivery/demo-words.ts';
import type { GraphServer } from '../../servers/graph/graph.ts';

/** The adapter on the stand-in, as our application with its secret. */
export function entraOn(graph: GraphServer, clock: Clock = systemClock, onForbidden: OnForbidden = () => {}): EntraDirectory {
  const { fetch, tenant, clientId, secret } = graph;
  const token = graphToken({ tenantId: tenant.id, clientId, credential: { is: 'secret', secret } }, fetch);
  return new EntraDirectory({ fetch, clock, token, policy: demoPolicy(), onForbidden });
}

/** How much faster it goes by than the machine's. */
const hurry = 10;

/** A clock that hurries, so that limits of seconds are over in a moment; what was waited for is kept, ms. */
export function hurriedClock(): Clock & { readonly waits: number[] } {
  const start = Date.now();
  const waits: number[] = [];
  return {
    waits,
    now: () => start + (Date.now() - start) * hurry,
    after(ms, task) {
      waits.push(ms);
      const timer = setTimeout(task, ms / hurry);
      return () => clearTimeout(timer);
    },
  };
}
