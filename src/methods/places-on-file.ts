import type { MethodKind } from '../../dialogs/methods.ts';
import type { Act } from '../conversation/port.ts';
import type { AccountState, PlaceOnFile } from '../directory/port.ts';
import { LatchkeyError } from '../errors.ts';
import type { Keys } from '../security/keys.ts';
import type { MethodPorts } from './ports.ts';
import { methodsByKind } from './registry.ts';

/** A number or address that the directory holds for an account, and that a method of the kind asked for may be registered with. Unconfirmed. */
export interface UsablePlace {
  /** Names it in the chat: a keyed hash, good for this account and kind. */
  readonly id: string;
  /** Whole, as the method keeps it. */
  readonly secret: string;
  readonly masked: string;
  /** Of the same one in both, to sign in with. */
  readonly source: PlaceOnFile['source'];
}

/** No person has more that are worth a button. */
const most = 4;

/**
 * What the directory holds that this kind takes, as if it had been typed: what would be refused then is not offered. Those registered there to sign in with
 * come first. Nothing at the front door, where nobody is known (I20), and nothing while the directory does not answer or does not let us: then it is typed.
 */
export async function placesOnFile(
  ports: Pick<MethodPorts, 'placesOnFile' | 'policy' | 'random' | 'keys'>,
  act: Pick<Act, 'accountId' | 'door'>,
  account: AccountState,
  kind: MethodKind,
): Promise<readonly UsablePlace[]> {
  const method = methodsByKind[kind];
  if (act.door !== 'teams' || !method.sends || ports.placesOnFile === undefined) return [];
  const wanted = method.isTelephony ? 'phone' : 'mail';
  const held = await ports.placesOnFile(act.accountId).catch(unlessDirectory);
  const ranked = (held?.places ?? [])
    .filter((place) => place.kind === wanted)
    .toSorted((one, other) => Number(one.source === 'profile') - Number(other.source === 'profile'));
  const usable = new Map<string, UsablePlace>();
  for (const { to, source } of ranked) {
    const taken = method.take(to, { account, policy: ports.policy, random: ports.random, keys: ports.keys, labels: [] });
    if (!taken.ok) continue;
    const id = idOf(ports.keys, act.accountId, kind, taken.secret);
    if (!usable.has(id)) usable.set(id, { id, secret: taken.secret, masked: taken.masked, source });
  }
  return [...usable.values()].slice(0, most);
}

function idOf(seals: Keys, accountId: string, kind: MethodKind, place: string): string {
  const { bytes } = seals.derived('place-on-file', `${accountId} ${kind} ${place.toLowerCase()}`, seals.names[0] ?? '');
  return bytes.toString('base64url').slice(0, 22);
}

/** A fault of the directory's means that nothing is known; any other is passed on. */
function unlessDirectory(fault: unknown): null {
  if (fault instanceof LatchkeyError && fault.code.startsWith('latchkey_directory_')) return null;
  throw fault;
}
