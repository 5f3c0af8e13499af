import twilio from 'twilio';
import type { Language } from '../config/policy.ts';
import type { Spoken } from './call.ts';
import { keysOf } from './call-script.ts';

/** How long a call waits for the first key, and from one key to the next, seconds: the digits are read from a screen. */
const waitSeconds = 8;

const spokenAs = { en: 'en-GB', sv: 'sv-SE' } as const satisfies Record<Language, string>;

/**
 * What is said, as TwiML (twilio.com/docs/voice/twiml). No key ends the keying, for star is one of them; no key at all is told, too.
 * @param action where keys of the step that is waited in are told
 */
export function twiml({ language, says, listens }: Spoken, action: (step: NonNullable<Spoken['listens']>) => string): string {
  const response = new twilio.twiml.VoiceResponse();
  const speaks =
    listens === null
      ? response
      : response.gather({
          input: ['dtmf'],
          numDigits: keysOf(listens),
          timeout: waitSeconds,
          finishOnKey: '',
          actionOnEmptyResult: true,
          action: action(listens),
          method: 'POST',
        });
  for (const sentence of says) speaks.say({ language: spokenAs[language] }, sentence);
  if (listens === null) response.hangup();
  return response.toString();
}
