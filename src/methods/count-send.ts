import type { Act } from '../conversation/port.ts';
import type { Refused } from './may-challenge.ts';
import type { SendingMethod } from './method.ts';
import { servedCountry } from './phone-number.ts';
import { countPlaceSend, giveBackPlaceSend } from './place-pace.ts';
import type { MethodPorts } from './ports.ts';
import { spendTelephony } from './telephony-budget.ts';

/** Where a send was counted: the country of a telephone number, whose codes are watched; null where it costs nobody. */
export type Counted = { readonly country: string | null } | { readonly refused: Refused };

/**
 * Counts a send wherever it counts outside its account (R32): for the number or address, and for a number against the company's budget of
 * telephony. What the budget refuses is nobody's fault, and costs the number nothing.
 */
export async function countSendOutside(ports: MethodPorts, method: SendingMethod, place: string, act: Act): Promise<Counted> {
  const { id, now } = act;
  const country = method.isTelephony ? servedCountry(place, ports.policy.telephony) : null;
  // Registered under a policy that served it.
  if (method.isTelephony && country === null) return { refused: { type: 'challenge.failed', reason: 'undeliverable' } };
  const full = await countPlaceSend(ports, place, id, now);
  if (full !== null) return { refused: { type: 'challenge.refused', reason: 'pace', until: full } };
  if (country === null) return { country };
  const spent = await spendTelephony(ports, { country, id, now });
  if (spent.ok) return { country };
  await giveBackPlaceSend(ports, place, id);
  return { refused: { type: 'challenge.refused', reason: 'budget', until: spent.until } };
}
