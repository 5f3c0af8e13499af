import type { OutboxDispatcher } from '../delivery/dispatcher.ts';
import { callAddress, callEndAddress, callPath, statusAddress } from '../delivery/sending-names.ts';
import type { TwilioNeeds } from '../delivery/twilio.ts';
import { codeNotArrived } from '../methods/not-arrived.ts';
import type { Log } from '../server/log.ts';
import type { Route } from '../server/route.ts';
import { answersOf } from './call-room.ts';
import type { Parts } from './parts.ts';

/** What the way to Twilio is told of this server, and whom it tells. */
export const twilioNeeds = ({ config, seals }: Pick<Parts, 'config' | 'seals'>, log: Log): TwilioNeeds => ({
  statusUrl: ({ id, about }) => (about === undefined ? null : statusAddress(config.publicUrl, seals, { ...about, id })),
  callUrls({ id, about, language }) {
    if (about === undefined) return null;
    const base = `${config.publicUrl}${callPath}`;
    const sending = { ...about, id };
    return { said: callAddress(base, seals, sending, language), ended: callEndAddress(base, seals, sending) };
  },
  onRefused: (status, code) => log.warn('twilio-refused', { status, count: code }),
});

/** Where Twilio tells what became of what it took. Without Twilio there are no such routes, and its client is not loaded. */
export async function twilioRoutes(parts: Parts, dispatcher: OutboxDispatcher, log: Log): Promise<readonly Route[]> {
  const { config, store, clock, seals, sentences, directory, wake } = parts;
  if (config.twilio === null) return [];
  const { callRoutes } = await import('../delivery/twilio-call.ts');
  const { messageStatusRoute } = await import('../delivery/twilio-status.ts');
  const door = {
    publicUrl: config.publicUrl,
    authToken: config.twilio.authToken,
    onForged: (path: string) => log.warn('forged-webhook', { route: path }),
  };
  const needs = { store, clock, keys: seals, sentences, policy: config.policy, directory, wake };
  return [
    ...callRoutes(door, seals, answersOf(parts)),
    messageStatusRoute(door, seals, async ({ sending, code, isNumberDead }) => {
      const { what, account, id } = sending;
      log.warn('not-arrived', { kind: what, account, ...(code !== null && { count: code }) });
      if (what === 'notice') await dispatcher.notArrived(account, id);
      else await codeNotArrived(needs, { accountId: account, challenge: id, code, isNumberDead });
    }),
  ];
}
