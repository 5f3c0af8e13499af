import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { keys } from '../store/keys.ts';
import type { Row, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import { parseDocument } from './parse-document.ts';

/** Who keys answer to: they sign for the RP ID alone, and the browser tells the origin. */
export interface RelyingParty {
  /** `RP_ID`: a host. */
  readonly id: string;
  /** Of the public address. */
  readonly origin: string;
  /** The organisation, as the browser's window names it. */
  readonly name: string;
}

const rowSchema = z.strictObject({ id: z.string().min(1) });

const remembered = (row: Row | null): string | null => (row === null ? null : parseDocument('relying party', rowSchema, row.value).id);

/**
 * Whether keys registered before answer to this RP ID: asked at every start.
 * @throws LatchkeyError `latchkey_methods_rp_id` of kind `configuration` when they answer to another
 */
export async function refuseOtherRpId(store: Store, clock: Clock, rpId: string): Promise<void> {
  const key = keys.relyingParty;
  const { rows } = await store.open({ key, owner: null, now: clock.now() });
  refuseOther(remembered(rows.get(key) ?? null), rpId);
}

/** Remembers the RP ID of the first key; another one later is refused. @throws LatchkeyError `latchkey_methods_rp_id` */
export async function rememberRpId(store: Store, clock: Clock, rpId: string): Promise<void> {
  const key = keys.relyingParty;
  await update(store, clock, key, (row) => {
    const before = remembered(row);
    refuseOther(before, rpId);
    return { commit: before === null ? { put: { [key]: { id: rpId } } } : null, result: undefined };
  });
}

function refuseOther(before: string | null, rpId: string): void {
  if (before === null || before === rpId) return;
  throw new LatchkeyError(
    'latchkey_methods_rp_id',
    'configuration',
    `RP_ID: is ${rpId}, but security keys were registered for ${before}, and none of them would work\n` +
      `  Set RP_ID to ${before}, under an address it covers. If the keys are to be given up, start with that once more, let people remove them, and begin with a new store.`,
  );
}
