import type { Keys } from '../security/keys.ts';
import type { Route } from '../server/route.ts';
import { readSending, statusPath, type Sending } from './sending-names.ts';
import { twilioRoute, type TwilioDoor } from './twilio-webhook.ts';

/** The number is unknown, or out of service: nothing will ever arrive there (twilio.com/docs/api/errors/30005). */
const unknownHandset = 30_005;

/** A message did not arrive, as the network says. */
interface NotArrived {
  readonly sending: Sending;
  /** Twilio's error code; null where it gives none. */
  readonly code: number | null;
  /** Nothing will ever arrive at this number. */
  readonly isNumberDead: boolean;
}

/**
 * Twilio's status callbacks of messages. They come in any order, and more than once; only the two that say "not delivered" mean something
 * to us. A sending we do not know gets the same answer as one we do.
 */
export const messageStatusRoute = (door: TwilioDoor, seals: Keys, onNotArrived: (told: NotArrived) => Promise<void>): Route =>
  twilioRoute(door, `${statusPath}:sending`, async (form, { params }) => {
    const sending = readSending(seals, params['sending'] ?? '');
    const status = form.get('MessageStatus');
    if (sending === null || (status !== 'undelivered' && status !== 'failed')) return { status: 204 };
    const code = /^\d{5}$/.test(form.get('ErrorCode') ?? '') ? Number(form.get('ErrorCode')) : null;
    await onNotArrived({ sending, code, isNumberDead: code === unknownHandset });
    return { status: 204 };
  });
