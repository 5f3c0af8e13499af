import type { MethodKind } from '../../dialogs/methods.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { maskAddress } from './email.ts';
import { sealSecret, type MethodsDocument } from './method-record.ts';
import { maskNumber } from './text-message.ts';
import { noTries } from './tries.ts';

/** A method a demo person has had for long. */
export interface PlantedMethod {
  readonly kind: MethodKind;
  /** E.164 number, address, or base32 seed. */
  readonly secret: string;
}

/**
 * Gives a demo person of local mode the methods their story begins with; an account that has a document already keeps it. Production has
 * no way here: methods come by registering.
 * @param organisation what the app is called
 */
export async function plantMethods(
  parts: { readonly store: Store; readonly keys: Keys },
  accountId: string,
  planted: readonly PlantedMethod[],
  organisation: string,
  at: number,
): Promise<void> {
  const label = {
    'authenticator-app': () => organisation,
    'text-message': maskNumber,
    email: maskAddress,
  } satisfies Record<MethodKind, (secret: string) => string>;
  const document: MethodsDocument = {
    methods: planted.map(({ kind, secret }, n) => {
      const id = `planted-${n + 1}`;
      return {
        id,
        kind,
        label: label[kind](secret),
        sealed: sealSecret(parts.keys, accountId, id, secret),
        addedAt: at,
        countsFrom: at,
        addedSession: '',
        lastUsedAt: null,
        tries: noTries,
        lastStep: null,
        suspended: null,
      };
    }),
    first: { session: '', at },
    removals: [],
  };
  const key = keys.methods(accountId);
  // A conflict says that it was planted before, or that the person has been at it since.
  await parts.store.commit({ expect: { [key]: 0 }, put: { [key]: document } });
}
