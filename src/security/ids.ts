import type { Random } from '../ports.ts';

/** Crockford's base32: no I, L, O, U, so that a person can read it out. */
export const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An id of 128 random bits, base64url, 22 signs. */
export const newId = (random: Random): string => random.bytes(16).toString('base64url');

/** A turn's reference as a person sees it: eight Crockford base32 signs (40 random bits). */
export function newReference(random: Random): string {
  let reference = '';
  for (const byte of random.bytes(8)) reference += crockford[byte & 31];
  return reference;
}

/** `count` random decimal digits without bias: bytes of 250 and more are drawn again (R2, R10). */
export function randomDigits(random: Random, count: number): string {
  let digits = '';
  while (digits.length < count) {
    for (const byte of random.bytes(count * 2)) {
      if (byte < 250 && digits.length < count) digits += String(byte % 10);
    }
  }
  return digits;
}
