import { languages } from '../config/policy.ts';
import type { Keys } from '../security/keys.ts';
import type { PlainRequest, Route } from '../server/route.ts';
import type { CallAnswers } from './call.ts';
import { callSteps } from './call-script.ts';
import { callPath, readSending } from './sending-names.ts';
import { twiml } from './twiml.ts';
import { twilioRoute, type TwilioDoor } from './twilio-webhook.ts';

/** How Twilio says that nobody was there, or that the call is over (twilio.com/docs/voice/api/call-resource). */
const overStatuses = ['completed', 'busy', 'no-answer', 'canceled'];

/**
 * Twilio's webhooks of a call: it was picked up, or keys were pressed in a step, and at last it ended. Each is Twilio's own request, signed,
 * under the name the call was made with.
 */
export const callRoutes = (door: TwilioDoor, seals: Keys, answers: CallAnswers): readonly Route[] => [
  twilioRoute(door, `${callPath}:sending`, async (form, { params, query }) => {
    const name = params['sending'] ?? '';
    const sending = readSending(seals, name);
    const language = languages.find((each) => each === query['in']);
    if (sending === null || language === undefined) return { status: 404 };
    const step = stepOf(query);
    const keyed = { sending, language, call: form.get('CallSid') ?? '', step, keys: step === null ? '' : (form.get('Digits') ?? '') };
    const body = twiml(await answers.keyed(keyed), (next) => `${door.publicUrl}${callPath}${name}?in=${language}&step=${next}`);
    return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body };
  }),
  twilioRoute(door, `${callPath}:sending/ended`, async (form, { params }) => {
    const sending = readSending(seals, params['sending'] ?? '');
    const status = form.get('CallStatus') ?? '';
    if (sending !== null && status === 'failed') await answers.ended(sending, 'unreached');
    if (sending !== null && overStatuses.includes(status)) await answers.ended(sending, 'over');
    return { status: 204 };
  }),
];

const stepOf = ({ step }: PlainRequest['query']) => callSteps.find((each) => each === step) ?? null;
