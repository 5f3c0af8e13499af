import { CodesOfChallenges } from '../methods/shown-code.ts';
import type { Keys } from '../security/keys.ts';
import type { Call } from './caller-of-case.ts';

const use = 'call-number';

/** By this name the number of a call is shown, in its agent's own chat alone: it is made when it is shown, and stored nowhere. */
export const shownCall = (call: string): string => `call/${call}`;

/** What is kept of it: a keyed hash (I7). */
export const callMac = (seals: Keys, call: string): string => seals.mac(use, `${call} ${new CodesOfChallenges(seals).of(shownCall(call))}`);

/** Six digits as people write them; null for anything else. */
export function readDigits(text: string): string | null {
  const digits = text.normalize('NFKC').replaceAll(/[\s-]/gu, '');
  return /^\d{6}$/u.test(digits) ? digits : null;
}

/** A call that nobody has, and whose number no digits are. */
export const nobodysCall = (seals: Keys): Pick<Call, 'id' | 'mac'> => ({ id: 'nobody', mac: `${seals.names[0] ?? ''}.${'A'.repeat(43)}` });

/** Whether these are the digits of a call, compared in constant time (R9). */
export const isCallNumber = (seals: Keys, { id, mac }: Pick<Call, 'id' | 'mac'>, digits: string): boolean =>
  seals.matches(use, `${id} ${digits}`, mac);
