import { placeOfMethod } from './claimed-place.ts';
import type { MethodsDocument, MethodRecord } from './method-record.ts';
import { placeHashes } from './place-hash.ts';
import type { MethodPorts } from './ports.ts';

/** How many removals a document remembers: an act is run again within moments or not at all. */
const removalsKept = 20;

/** The hashes under which a method's number or credential may be claimed; none where it has none. */
export const claimsOf = (ports: Pick<MethodPorts, 'keys'>, accountId: string, method: MethodRecord): readonly string[] => {
  const place = placeOfMethod(ports.keys, accountId, method);
  return place === null ? [] : placeHashes(ports.keys, place);
};

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
  const held = new Set(methods.flatMap((method) => claimsOf(ports, accountId, method)));
  return claims.filter((claim) => !held.has(claim));
}
