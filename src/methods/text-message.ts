import type { SendingMethod } from './method.ts';
import { readPhoneNumber } from './phone-number.ts';

/** A code by text message to a mobile telephone. */
export const textMessage: SendingMethod = {
  kind: 'text-message',
  sends: true,
  isTelephony: true,
  take: (answer, { policy }) => readPhoneNumber(answer ?? '', 'text', policy.telephony),
  minutes: (limits) => limits.textMessageMinutes,
  parcel: (id, secret, { text }) => ({ kind: 'sms', id, to: secret, text }),
  accountsPerPlace: (policy) => policy.telephony.accountsPerNumber,
};
