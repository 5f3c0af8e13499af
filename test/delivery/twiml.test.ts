import { expect, test } from '@jest/globals';
import { twiml } from '../../src/delivery/twiml.ts';

const action = (step: string): string => `https://it.example.org/latchkey/twilio/call/k1.abc?in=sv&step=${step}`;

test('a question for digits is spoken in its language while six keys are waited for, none of which ends the waiting', () => {
  expect(twiml({ language: 'sv', says: ['Hej!', 'Tryck & vänta.'], listens: 'ask' }, action)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response>' +
      '<Gather input="dtmf" numDigits="6" timeout="8" finishOnKey="" actionOnEmptyResult="true" ' +
      'action="https://it.example.org/latchkey/twilio/call/k1.abc?in=sv&amp;step=ask" method="POST">' +
      '<Say language="sv-SE">Hej!</Say><Say language="sv-SE">Tryck &amp; vänta.</Say></Gather></Response>',
  );
});

test('the question that nine confirms waits for one key', () => {
  expect(twiml({ language: 'en', says: ['Press nine.'], listens: 'confirm-again' }, action)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response>' +
      '<Gather input="dtmf" numDigits="1" timeout="8" finishOnKey="" actionOnEmptyResult="true" ' +
      'action="https://it.example.org/latchkey/twilio/call/k1.abc?in=sv&amp;step=confirm-again" method="POST">' +
      '<Say language="en-GB">Press nine.</Say></Gather></Response>',
  );
});

test('what ends a call is said, and it hangs up', () => {
  expect(twiml({ language: 'en', says: ['Goodbye.'], listens: null }, action)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="en-GB">Goodbye.</Say><Hangup/></Response>',
  );
});
