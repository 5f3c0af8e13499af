import type { MethodsDocument, MethodRecord } from './method-record.ts';
import { openSecret } from './method-record.ts';
import { placeHashes } from './place-hash.ts';
import { placesOf } from './places.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';

/** How many removals a document remembers: an act is run again within moments or not at all. */
const removalsKept = 20;

/** The hashes under which a method's number may be claimed; none where nothing is sent to it. */
export const claimsOf = (ports: Pick<MethodPorts, 'keys'>, accountId: string, method: MethodRecord): readonly string[] =>
  methodsByKind[method.kind].sends ? placeHashes(ports.keys, openSecret(ports.keys, accountId, method)) : [];

/** The removals with one more, so that its act, run again, gives the claims back that it did not come to. */
export const withRemoval = ({ removals }: MethodsDocument, act: string, claims: readonly string[]): MethodsDocument['removals'] =>
  [...removals, { act, claims: [...claims] }].slice(-removalsKept);

/** The claims that no method of the account stands on any more. */
export function unheld(
  ports: Pick<MethodPorts, 'keys'>,
  accountId: string,
  { methods }: MethodsDocument,
  claims: readonly string[],
): readonly string[] {
  const held = new Set(placesOf(ports.keys, accountId, methods).flatMap(({ to }) => placeHashes(ports.keys, to)));
  return claims.filter((claim) => !held.has(claim));
}
