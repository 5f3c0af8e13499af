import type { Keys } from '../security/keys.ts';
import { openSecret, type MethodRecord } from './method-record.ts';
import type { Place } from './ports.ts';

/** The numbers and addresses of these methods, whole. */
export const placesOf = (seals: Keys, accountId: string, methods: readonly MethodRecord[]): readonly Place[] =>
  methods.flatMap((method): Place[] => {
    if (method.kind === 'authenticator-app') return [];
    return [{ kind: method.kind === 'text-message' ? 'sms' : 'mail', to: openSecret(seals, accountId, method) }];
  });
