import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import type { Connector } from './connector.ts';
import { readReference } from './reference.ts';

const text = z.string().nullish();
/** A member of a conversation, as Teams' connector gives one; the object id stands in either of two fields. */
const member = z.object({ aadObjectId: text, objectId: text, userPrincipalName: text, userRole: text, tenantId: text });

/** Whom Teams is asked about. */
interface Asked {
  readonly tenant: string;
  readonly aadObjectId: string;
  readonly reference: Json;
}

/**
 * The user ID (user principal name) of a person, from the roster of the conversation they speak in. Null for guests, and where the roster names
 * somebody else.
 * @throws LatchkeyError `latchkey_teams_roster` (unavailable) when Teams does not say
 */
export async function userIdInRoster(connector: Connector, { tenant, aadObjectId, reference }: Asked): Promise<string | null> {
  const to = readReference(reference);
  if (to === null || to.user === null) return null;
  const read = await connector.read(to, `members/${encodeURIComponent(to.user)}`);
  if (read.kind === 'gone') return null;
  const found = read.kind === 'ok' ? parsed(read.text) : null;
  if (found === null) throw new LatchkeyError('latchkey_teams_roster', 'unavailable', 'Teams does not say who a person is');
  const same = (one: string | null | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();
  const isMember = (found.userRole ?? 'user').toLowerCase() === 'user' && same(found.tenantId ?? tenant, tenant);
  return isMember && same(found.aadObjectId ?? found.objectId, aadObjectId) ? (found.userPrincipalName ?? null) : null;
}

function parsed(body: string): z.infer<typeof member> | null {
  try {
    return member.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    return null;
  }
}
