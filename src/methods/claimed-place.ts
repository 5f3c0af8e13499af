import type { MethodKind } from '../../dialogs/methods.ts';
import type { Keys } from '../security/keys.ts';
import { openSecret, type MethodRecord } from './method-record.ts';
import { isCeremony } from './method.ts';
import { methodsByKind } from './registry.ts';

/** What of a secret may serve few accounts only: its number or address, or its key's credential; null where there is none. */
export function claimedPlace(kind: MethodKind, secret: string): string | null {
  const method = methodsByKind[kind];
  if (method.sends) return secret;
  return isCeremony(method) ? method.place(secret) : null;
}

/** The same of a registered method; opens nothing where there is none. */
export function placeOfMethod(seals: Keys, accountId: string, method: MethodRecord): string | null {
  const of = methodsByKind[method.kind];
  return of.sends || isCeremony(of) ? claimedPlace(method.kind, openSecret(seals, accountId, method)) : null;
}
