import type { SendingMethod } from './method.ts';
import { readPhoneNumber } from './phone-number.ts';

/**
 * A call to any telephone of the person's own, fixed lines too: the chat shows six digits, and whoever is called keys them (I22). The digits
 * travel from the chat to the telephone, so that nothing a voicemail hears is worth anything.
 */
export const phoneCall: SendingMethod = {
  kind: 'phone-call',
  sends: true,
  isTelephony: true,
  take: (answer, { policy }) => readPhoneNumber(answer ?? '', 'call', policy.telephony),
  minutes: (limits) => limits.textMessageMinutes,
  parcel: (id, secret, { text, language }) => ({ kind: 'call', id, to: secret, text, language }),
  accountsPerPlace: (policy) => policy.telephony.accountsPerNumber,
};
