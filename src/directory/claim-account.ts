import type { MethodKind } from '../../dialogs/methods.ts';
import type { Handler } from '../conversation/port.ts';
import { resetGates } from '../methods/proofs.ts';
import type { Clock, Json } from '../ports.ts';
import { count } from '../security/counter.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import { audited, isSilent, type DirectoryNeeds } from './handlers.ts';

const hourMs = 3_600_000;

/** What was typed stands with the cases of that day. */
const keptMs = 24 * hourMs;

/**
 * The kinds that can be asked of somebody nobody knows, in the order in which they are offered. Security questions are not among them: which ones are asked
 * would tell who is asked.
 */
const atDoor: readonly MethodKind[] = ['security-key', 'authenticator-app', 'text-message', 'phone-call', 'email', 'recovery-codes'];

/** What the handler works with. */
type ClaimNeeds = DirectoryNeeds & { readonly clock: Clock };

/**
 * Takes a user ID at the front door. Whether there is such an account, nothing of the result says: one that does not exist gets an id too, made of what was
 * typed and the same each time, under which everything is counted, kept and refused as for any other (I20).
 */
export const claimAccount = (needs: ClaimNeeds): Handler<'claimAccount'> => ({
  async run({ userId }, act) {
    const { policy, seals, directory } = needs;
    const typed = userId.normalize('NFKC').trim().toLowerCase();
    const { now } = act;
    // A wrong user ID counts against the network address it came from, and never against an account (I6).
    const most = policy.frontDoor.userIdsPerAddress;
    const refused = await count(
      needs,
      { what: 'door-claims', whom: act.client ?? '', id: `${act.stack} ${act.id}`, most, ms: hourMs },
      now,
    );
    if (refused !== null) return { type: 'claim.refused', until: refused };
    const found = await find(directory, typed);
    const claim = found === 'silent' || found === null ? nobodysId(seals, typed) : found;
    const key = keys.claim(claim);
    await audited(
      needs,
      { ...act, accountId: claim },
      { act: 'directory.claim', verdict: 'allowed', reason: found === 'silent' ? 'I20 unavailable' : 'I20', proofs: [] },
      { put: { [key]: { typed: seals.seal(key, typed) } }, until: { [key]: now + keptMs } },
    );
    // Whoever cannot be looked up may ask for help all the same, by what was typed.
    if (found === 'silent') return { type: 'claim.unavailable', claim };
    return {
      type: 'account.claimed',
      claim,
      kinds: atDoor.filter((kind) => policy.methods[kind].enabled),
      gates: resetGates(policy),
      unlock: policy.reset.unlockAlone,
    };
  },
});

/** The id of the account a user ID names now; null for none, `silent` where the directory does not answer. */
async function find(directory: ClaimNeeds['directory'], typed: string): Promise<string | null> {
  try {
    return (await directory.findByUserId(typed))?.id ?? null;
  } catch (fault) {
    if (isSilent(fault)) return 'silent';
    throw fault;
  }
}

/** What was typed when an account was last claimed; null where it was not. */
export function typedUserId(seals: Keys, accountId: string, value: Json | null): string | null {
  if (typeof value !== 'object' || value === null || !('typed' in value) || typeof value['typed'] !== 'string') return null;
  return seals.open(keys.claim(accountId), value['typed']);
}

/** The id of an account that does not exist, as long and of the same form as those that do: directories look for it as for any other. */
function nobodysId(seals: Keys, typed: string): string {
  const bytes = Buffer.from(seals.derived('nobody', typed).bytes.subarray(0, 16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
