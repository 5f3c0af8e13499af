import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { SendingMethod, Taken } from './method.ts';
import type { Policy } from '../config/policy.ts';

/** A code by text message to a mobile telephone. */
export const textMessage: SendingMethod = {
  kind: 'text-message',
  sends: true,
  take: (answer, { policy }) => takeNumber(answer ?? '', policy),
  minutes: (limits) => limits.textMessageMinutes,
  parcel: (id, secret, { text }) => ({ kind: 'sms', id, to: secret, text }),
  accountsPerPlace: (policy) => policy.textMessage.accountsPerNumber,
};

/**
 * Reads a number as people write it; one without a country code is read in the first country of the policy. Which numbers a country has,
 * and which of them are mobile, are libphonenumber's metadata.
 */
function takeNumber(answer: string, policy: Policy): Taken {
  if (answer.length > 100) return { ok: false, reason: 'not-a-number' };
  const { countries } = policy.textMessage;
  const home = countries[0];
  const number = parsePhoneNumberFromString(answer.trim(), {
    ...(home !== undefined && isSupportedCountry(home) ? { defaultCountry: home } : {}),
    extract: false,
  });
  if (number === undefined || number.ext !== undefined) return { ok: false, reason: 'not-a-number' };
  // A foreign prefix is told apart from a mistyped number before the number itself is judged: the policy refuses it either way.
  const possible = number.getPossibleCountries();
  if (possible.length > 0 && !possible.some((country) => countries.includes(country))) return { ok: false, reason: 'not-allowed-country' };
  if (!number.isValid()) return { ok: false, reason: 'not-a-number' };
  if (number.country === undefined || !countries.includes(number.country)) return { ok: false, reason: 'not-allowed-country' };
  // Some plans, the North American one for instance, do not tell mobile from fixed.
  const type = number.getType();
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return { ok: false, reason: 'not-a-mobile' };
  return { ok: true, secret: number.number, masked: maskNumber(number.number) };
}

/** `...67`: enough to tell one's own numbers apart. */
export const maskNumber = (e164: string): string => `...${e164.slice(-2)}`;
