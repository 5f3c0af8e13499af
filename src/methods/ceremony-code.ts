import type { PageId } from '../../dialogs/views.ts';
import type { Keys } from '../security/keys.ts';

/** How long the digits of a page are good for, minutes: they are read on one screen and typed on another. */
export const digitsMinutes = 5;

/**
 * The six digits a page ends with once its ceremony was right (I21). They are made of the page's id whenever they are shown, under a key of
 * ours, and stored nowhere but as the keyed hash that every code has.
 */
export function digitsOfPage(keys: Keys, page: PageId): string {
  // 2^48 is so much larger than a million that no digit is favoured (R10).
  const value = keys.derived('ceremony-digits', page).bytes.readUIntBE(0, 6);
  return String(value % 1_000_000).padStart(6, '0');
}

/**
 * What a ceremony must sign, one for each name of a sealing key, the present first (R10): 32 bytes that nobody can know ahead, for one
 * challenge on one page, and other ones after each answer to it, so that each answer is weighed once.
 * @param ceremony how many answers the page has weighed
 */
export const noncesOf = (
  keys: Keys,
  of: { readonly challenge: string; readonly page: PageId; readonly ceremony: number },
): readonly Buffer[] =>
  keys.names.map((name) => keys.derived('ceremony-nonce', JSON.stringify([of.challenge, of.page, of.ceremony]), name).bytes);
