import type { ProofId, ProofPlaceView } from '../../dialogs/views.ts';
import type { Act, Handler } from '../conversation/port.ts';
import type { AccountState } from '../directory/port.ts';
import { isPrivileged } from '../directory/privileged.ts';
import { keys } from '../store/keys.ts';
import { readMethodsDocument, sessionOf, type MethodsDocument } from './method-record.ts';
import { hasNothingRegistered } from './proofs.ts';
import { readProof } from './proof-record.ts';
import { placesOnFile, type UsablePlace } from './places-on-file.ts';
import type { MethodPorts } from './ports.ts';
import { rowsOfTurn } from './turn-rows.ts';

type Ports = Pick<MethodPorts, 'placesOnFile' | 'policy' | 'random' | 'keys'>;

/** A place whose code may take the present password's place (I3). */
export interface ProvingPlace extends UsablePlace {
  readonly kind: ProofPlaceView['kind'];
}

/** A fixed line is at a desk or in a home: whoever picks it up has answered. */
const kinds = ['text-message', 'email'] as const;

/**
 * The numbers and addresses of which a code may stand for the present password (I3), as the directory holds them at this moment: by the policy, in Teams
 * alone (I11), where codes of the kind are sent at all, and never for an account with extra protection (I10), whose methods carry more than
 * its own password. What the account's own sign-in opens is none: the work mailbox is refused as an alternate address is. None while the
 * directory does not answer. Whether nothing is registered is asked of the store, by the caller.
 */
export async function firstProofPlaces(
  ports: Ports,
  act: Pick<Act, 'accountId' | 'door'>,
  account: AccountState | null,
): Promise<readonly ProvingPlace[]> {
  const { policy } = ports;
  const { directoryPlaces } = policy.firstProof;
  if (directoryPlaces === 'none' || account === null || !account.enabled || isPrivileged(policy, account)) return [];
  const places: ProvingPlace[] = [];
  for (const kind of kinds.filter((each) => policy.methods[each].enabled)) {
    const held = await placesOnFile(ports, act, account, kind);
    places.push(...held.filter(({ source }) => directoryPlaces === 'any' || source === 'sign-in').map((place) => ({ ...place, kind })));
  }
  return places;
}

/** What may take the present password's place for this person now, masked. */
export const readFirstProof = (ports: MethodPorts): Handler<'readFirstProof'> => ({
  async run(_params, act) {
    const account = await act.account().catch(() => null);
    const places = (await isUnregistered(ports, act)) ? await firstProofPlaces(ports, act, account) : [];
    return {
      type: 'first-proof.read',
      places: places.map(({ id, kind, masked }) => ({ id, kind, label: masked })),
      // Where the directory does not say, the page will.
      hasPassword: account?.hasPassword ?? true,
    };
  },
});

/** Whether somebody who has nothing registered may begin by such a code (I3): who cannot be verified is told so. */
export async function mayBeginByPlace(ports: Ports & Pick<MethodPorts, 'store'>, act: Act): Promise<boolean> {
  if (ports.policy.firstProof.directoryPlaces === 'none' || !(await isUnregistered(ports, act))) return false;
  return (await firstProofPlaces(ports, act, await act.account())).length > 0;
}

async function isUnregistered({ store }: Pick<MethodPorts, 'store'>, act: Act): Promise<boolean> {
  const key = keys.methods(act.accountId);
  const document: MethodsDocument = readMethodsDocument((await rowsOfTurn(store, act, [key]))(key)?.value ?? null);
  return hasNothingRegistered(document, sessionOf(act), act.now);
}

/**
 * Those of an act's proofs' places that the directory still holds, and the policy still takes: before each act they are asked for anew. What a
 * proof is of never changes, so the proofs are read ahead.
 */
export async function provedPlaces(
  ports: Ports & Pick<MethodPorts, 'store'>,
  act: Pick<Act, 'accountId' | 'door' | 'now'>,
  account: AccountState | null,
  proofIds: readonly ProofId[],
): Promise<readonly ProvingPlace[]> {
  const [key, ...alsoRead] = proofIds.map((id) => keys.proof(act.accountId, id));
  if (key === undefined) return [];
  const { rows } = await ports.store.open({ key, owner: null, alsoRead, now: act.now });
  const proved = [...rows.values()].flatMap((row) => {
    const proof = readProof(row?.value ?? null);
    return proof?.kind === 'place-on-file' ? [proof.place] : [];
  });
  if (proved.length === 0) return [];
  return (await firstProofPlaces(ports, act, account)).filter(({ id }) => proved.includes(id));
}
