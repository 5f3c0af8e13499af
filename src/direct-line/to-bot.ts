import { z } from 'zod';
import { LatchkeyError } from '../errors.ts';
import type { Json } from '../ports.ts';
import type { Activity } from './activity.ts';

/** What the bot made of an activity: the HTTP status, and the body of an invoke's answer. */
export interface BotAnswer {
  readonly status: number;
  readonly body: Json;
}

/** Brings an activity to the bot and waits for its turn to end. @throws LatchkeyError `latchkey_directline_unreachable` */
export type ToBot = (activity: Activity) => Promise<BotAnswer>;

/** A turn may take 10 s and a busy lease 5 s more. */
const patienceMs = 20_000;

/** Posts activities to the bot's endpoint over HTTP, as any channel would; no token, so a bot that asks for one refuses. */
export const toBotOverHttp =
  (messagesUrl: string): ToBot =>
  async (activity) => {
    try {
      const response = await fetch(messagesUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(patienceMs),
      });
      return { status: response.status, body: readBody(await response.text()) };
    } catch (cause) {
      throw new LatchkeyError('latchkey_directline_unreachable', 'doubtful', 'the bot did not answer', cause);
    }
  };

function readBody(text: string): Json {
  if (text === '') return null;
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}
