import type { MethodKind } from '../../dialogs/methods.ts';
import { keys } from '../store/keys.ts';
import { newSeed } from './authenticator-app.ts';
import { maskAddress } from './email.ts';
import { sealSecret, type MethodRecord, type MethodsDocument } from './method-record.ts';
import { heldMethods } from './leaver.ts';
import { claimPlace } from './place-claims.ts';
import type { MethodPorts } from './ports.ts';
import { maskNumber } from './phone-number.ts';
import { noTries } from './tries.ts';

/** A method a demo person has had for long. */
export interface PlantedMethod {
  readonly kind: Exclude<MethodKind, 'recovery-codes' | 'security-questions'>;
  /** The number (E.164) or address; an app gets a seed of its own. */
  readonly to?: string;
}

/**
 * Gives a demo person of local mode the methods their story begins with; an account that has a document already keeps it. Production has
 * no way here: methods come by registering.
 * @param at since when they had them, epoch ms
 */
export async function plantMethods(
  ports: Pick<MethodPorts, 'store' | 'clock' | 'keys' | 'random' | 'policy'>,
  accountId: string,
  planted: readonly PlantedMethod[],
  at: number,
): Promise<void> {
  for (const { kind, to } of planted) {
    if ((kind === 'text-message' || kind === 'phone-call') && to !== undefined)
      await claimPlace(ports, to, accountId, Number.MAX_SAFE_INTEGER);
  }
  const methods = planted.map(({ kind, to = '' }, n): MethodRecord => {
    const id = `planted-${n + 1}`;
    const secret = kind === 'authenticator-app' ? newSeed(ports.random) : to;
    return {
      id,
      kind,
      label: labelOf(kind, secret, ports.policy.organisation.name),
      sealed: sealSecret(ports.keys, accountId, id, secret),
      addedAt: at,
      countsFrom: at,
      addedSession: '',
      lastUsedAt: null,
      tries: noTries,
      lastStep: null,
      suspended: null,
    };
  });
  const document: MethodsDocument = { methods, first: { session: '', at }, removals: [] };
  const key = keys.methods(accountId);
  // A conflict says that it was planted before, or that the person has been at it since.
  await ports.store.commit({ expect: { [key]: 0 }, put: { [key]: document }, ...heldMethods(accountId) });
}

function labelOf(kind: PlantedMethod['kind'], secret: string, organisation: string): string {
  if (kind === 'authenticator-app') return organisation;
  return kind === 'text-message' || kind === 'phone-call' ? maskNumber(secret) : maskAddress(secret);
}
