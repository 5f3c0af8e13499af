import type { Keys } from '../security/keys.ts';
import { openSecret, type MethodRecord } from './method-record.ts';
import { takesTexts } from './phone-number.ts';
import type { Place } from './ports.ts';
import { methodsByKind } from './registry.ts';

/** The numbers and addresses of these methods, whole. */
const placesOf = (seals: Keys, accountId: string, methods: readonly MethodRecord[]): readonly Place[] =>
  methods.flatMap((method): Place[] => {
    if (!methodsByKind[method.kind].sends) return [];
    return [{ kind: method.kind === 'email' ? 'mail' : 'sms', to: openSecret(seals, accountId, method) }];
  });

/** Those a notice goes to (I19), never by a call: a dead number is nobody's now, and may be somebody else's tomorrow; what was reported may be a thief's; a fixed line takes no text. */
export const noticePlaces = (seals: Keys, accountId: string, methods: readonly MethodRecord[]): readonly Place[] =>
  placesOf(
    seals,
    accountId,
    methods.filter(({ suspended }) => suspended !== 'unreachable' && suspended !== 'reported'),
  ).filter(({ kind, to }) => kind === 'mail' || takesTexts(to));
