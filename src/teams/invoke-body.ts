import type { Json } from '../ports.ts';
import { jsonResponse, type PlainResponse } from '../server/route.ts';

/** Answers to `adaptiveCard/action` (Microsoft, "Universal Actions for Adaptive Cards"). */

/** A card that takes the place of the pressed one. */
export const cardBody = (card: Json): PlainResponse =>
  jsonResponse(200, { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card });

/** A sentence for the one who pressed; the card stays. An empty one says nothing. */
export const messageBody = (text: string): PlainResponse =>
  jsonResponse(200, { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text });

/** What was sent is none of ours. */
export const errorBody = (status: 400 | 501, code: string): PlainResponse =>
  jsonResponse(status, {
    statusCode: status,
    type: 'application/vnd.microsoft.error',
    value: { code, message: status === 400 ? 'The action has no data.' : 'There is no such action.' },
  });
