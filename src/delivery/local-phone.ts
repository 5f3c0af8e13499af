import { z } from 'zod';
import { languages } from '../config/policy.ts';
import type { Keys } from '../security/keys.ts';
import { jsonResponse, type Route } from '../server/route.ts';
import type { CallAnswers } from './call.ts';
import { callSteps, keysOf } from './call-script.ts';
import { readSending } from './sending-names.ts';

/** Where the telephone of local mode's page answers the calls of the outbox. */
export const localCallPath = '/local/calls/';

const pressed = z.strictObject({
  call: z.string().min(1).max(64),
  step: z.enum(callSteps).nullable(),
  keys: z.string().regex(/^[\d*#]{0,12}$/),
});

/**
 * The telephone of local mode: a call of the outbox is picked up (`step` null), keyed and hung up over HTTP, and what it says comes as text;
 * `call` is the telephone's own name for that call.
 * Local mode's fences hold as for every route; production has none of this.
 */
export const localPhoneRoutes = (seals: Keys, answers: CallAnswers): readonly Route[] => [
  {
    method: 'POST',
    path: `${localCallPath}:sending`,
    async handle({ params, query, body }) {
      const sending = readSending(seals, params['sending'] ?? '');
      const language = languages.find((each) => each === query['in']);
      if (sending === null || language === undefined) return jsonResponse(404, { code: 'not-found' });
      const keyed = pressed.safeParse(body);
      if (!keyed.success) return jsonResponse(400, { code: 'bad-request' });
      const { says, listens } = await answers.keyed({ sending, language, ...keyed.data });
      return jsonResponse(200, { language, says: [...says], listens, keys: listens === null ? 0 : keysOf(listens) });
    },
  },
  {
    method: 'POST',
    path: `${localCallPath}:sending/ended`,
    async handle({ params }) {
      const sending = readSending(seals, params['sending'] ?? '');
      if (sending === null) return jsonResponse(404, { code: 'not-found' });
      await answers.ended(sending, 'over');
      return { status: 204 };
    },
  },
];
