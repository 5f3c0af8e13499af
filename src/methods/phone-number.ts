import { isSupportedCountry, parsePhoneNumberFromString, type NumberType, type PhoneNumber } from 'libphonenumber-js/max';
import type { Policy } from '../config/policy.ts';
import type { Taken } from './method.ts';

type Telephony = Pick<Policy['telephony'], 'countries' | 'refusedNumbers'>;

/** What a number is to be used for. */
type NumberUse = 'text' | 'call';

/** Some plans, the North American one for instance, do not tell mobile from fixed. A call also reaches a fixed line and a company's own extension. */
const reached: Readonly<Record<NumberUse, readonly NumberType[]>> = {
  text: ['MOBILE', 'FIXED_LINE_OR_MOBILE'],
  call: ['MOBILE', 'FIXED_LINE_OR_MOBILE', 'FIXED_LINE', 'VOIP'],
};

/** Numbers that cost the caller or the called more, or belong to nobody in person: others earn on what is sent there (R34). */
const special: readonly NumberType[] = ['PREMIUM_RATE', 'SHARED_COST', 'TOLL_FREE', 'UAN', 'PAGER', 'VOICEMAIL', 'PERSONAL_NUMBER'];

/**
 * Reads a number as people write it; one without a country code is read in the first country of the policy. Which numbers a country has,
 * and of which kind they are, are libphonenumber's metadata.
 * @returns the number in E.164 and its masked form, or why it will not do
 */
export function readPhoneNumber(typed: string, use: NumberUse, { countries, refusedNumbers }: Telephony): Taken {
  if (typed.length > 100) return { ok: false, reason: 'not-a-number' };
  const home = countries[0];
  const number = parsePhoneNumberFromString(typed.trim(), {
    ...(home !== undefined && isSupportedCountry(home) ? { defaultCountry: home } : {}),
    extract: false,
  });
  if (number === undefined || number.ext !== undefined) return { ok: false, reason: 'not-a-number' };
  // A foreign prefix is told apart from a mistyped number before the number itself is judged: the policy refuses it either way.
  const possible = number.getPossibleCountries();
  if (possible.length > 0 && !possible.some((country) => countries.includes(country))) return { ok: false, reason: 'not-allowed-country' };
  if (!number.isValid()) return { ok: false, reason: 'not-a-number' };
  if (!isOfCountry(number, countries)) return { ok: false, reason: 'not-allowed-country' };
  if (refusedNumbers.includes(number.number)) return { ok: false, reason: 'refused-number' };
  const type = number.getType();
  if (special.includes(type)) return { ok: false, reason: 'special-number' };
  if (!reached[use].includes(type)) return { ok: false, reason: use === 'text' ? 'not-a-mobile' : 'not-a-number' };
  return { ok: true, secret: number.number, masked: maskNumber(number.number) };
}

/** Whether texts can reach a registered number; a fixed line may be registered to be called. @param number E.164 */
export const takesTexts = (number: string): boolean => {
  const type = parsePhoneNumberFromString(number)?.getType();
  return type !== undefined && reached.text.includes(type);
};

/**
 * Whether the policy as it stands now sends to a registered number: one registered under an earlier policy may not be served any more.
 * @param number E.164
 */
export function servedCountry(number: string, { countries, refusedNumbers }: Telephony): string | null {
  const parsed = parsePhoneNumberFromString(number);
  if (parsed === undefined || !isOfCountry(parsed, countries) || refusedNumbers.includes(number)) return null;
  return parsed.country ?? null;
}

const isOfCountry = (number: PhoneNumber, countries: readonly string[]): boolean =>
  number.country !== undefined && countries.includes(number.country);

/** `...67`: enough to tell one's own numbers apart. */
export const maskNumber = (e164: string): string => `...${e164.slice(-2)}`;
