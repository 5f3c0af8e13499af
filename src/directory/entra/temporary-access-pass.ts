import { z } from 'zod';
import { doubtful } from '../faults.ts';
import type { AccountId, TemporaryPass } from '../port.ts';
import type { Graph } from './graph.ts';
import { refused, type GraphRefusal } from './graph-faults.ts';

/** How long a pass lets its owner in, in minutes: the least that a tenant allows whose policy for passes was never touched. */
const lifetimeInMinutes = 60;

const minuteMs = 60_000;

/** What Graph answers (temporaryAccessPassAuthenticationMethod, v1.0), as far as it is read. */
const passShape = z.object({
  temporaryAccessPass: z.string().min(1),
  startDateTime: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  lifetimeInMinutes: z.int().positive(),
  isUsableOnce: z.literal(true),
});

/**
 * A Temporary Access Pass for one sign-in, good from now on for an hour. One that the account has is gone then: Entra keeps one for each.
 * @throws LatchkeyError `latchkey_directory_doubtful` when Graph made one and did not say which
 */
export async function temporaryAccessPass(graph: Graph, id: AccountId): Promise<TemporaryPass> {
  const path = `/users/${id}/authentication/temporaryAccessPassMethods`;
  const made = await graph.write('POST', path, { lifetimeInMinutes, isUsableOnce: true }, 'UserAuthMethod-TAP.ReadWrite.All');
  if (!made.ok) {
    const reason = refusedPass(made);
    if (reason === null) throw refused(made);
    return { ok: false, reason };
  }
  const read = passShape.safeParse(made.body);
  if (!read.success) throw doubtful('Graph made a pass, and what it answered is not what it publishes');
  const { temporaryAccessPass: pass, startDateTime, lifetimeInMinutes: minutes } = read.data;
  return { ok: true, pass, is: 'access-pass', until: startDateTime + minutes * minuteMs };
}

/** What a no to a pass means. The tenant's policy for authentication methods says who may have one, and for how long. Null: a no to something else. */
function refusedPass({ status, code, message }: GraphRefusal): 'not-found' | 'not-allowed' | null {
  if (status === 404) return 'not-found';
  return status === 400 && /policy|lifetime/iu.test(`${code} ${message}`) ? 'not-allowed' : null;
}
