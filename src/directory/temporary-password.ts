import { LatchkeyError } from '../errors.ts';
import type { Random } from '../ports.ts';
import type { PasswordRule } from './port.ts';

/** Letters and digits that no typeface makes look alike. */
const signs = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
/** Bytes from here on would make some signs likelier than others. */
const fairUpTo = 256 - (256 % signs.length);
const groupSigns = 4;
/** Sixteen signs are some 93 bits. */
const leastGroups = 4;
const kinds = [/[A-Z]/u, /[a-z]/u, /[2-9]/u];
/** By chance it may hold a name, or lack a kind of sign; that it does so this often means that nothing passes. */
const mostDraws = 20;

/**
 * A random password to be typed once: groups of four signs with hyphens, of three kinds of signs and more, that breaks none of the rules.
 * @param leastLength how long the directory wants it
 * @param brokenRule the rule that one breaks, or null
 * @throws LatchkeyError `latchkey_directory_no_pass` (refused) where the rules let none through
 */
export async function temporaryPassword(
  random: Random,
  leastLength: number,
  brokenRule: (password: string) => Promise<PasswordRule['id'] | null>,
): Promise<string> {
  const groups = Math.max(leastGroups, Math.ceil((leastLength + 1) / (groupSigns + 1)));
  for (let draw = 0; draw < mostDraws; draw += 1) {
    const drawn = Array.from({ length: groups }, () => Array.from({ length: groupSigns }, () => sign(random)).join('')).join('-');
    if (kinds.every((kind) => kind.test(drawn)) && (await brokenRule(drawn)) === null) return drawn;
  }
  throw new LatchkeyError('latchkey_directory_no_pass', 'refused', 'no random password passes the rules for passwords');
}

function sign(random: Random): string {
  for (;;) {
    const [byte = 255] = random.bytes(1);
    if (byte < fairUpTo) return signs.charAt(byte % signs.length);
  }
}
