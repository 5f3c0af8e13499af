import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Parcel } from '../../src/delivery/port.ts';
import { TwilioDelivery } from '../../src/delivery/twilio.ts';
import { LoopbackTransport, startTwilio } from './twilio-stand-in.ts';

const sms: Parcel = { kind: 'sms', id: 'a1', to: '+46701740605', text: '123456 is your code' };
const settings = { accountSid: 'AC00000000000000000000000000000001', authToken: 'token-of-the-test', from: '+46766861004' };

describe('Twilio', () => {
  let server: Awaited<ReturnType<typeof startTwilio>>;
  beforeEach(async () => {
    server = await startTwilio();
  });
  afterEach(() => server.close());

  test('posts one message to the Messages resource, from the number, as the account', async () => {
    const delivered = await new TwilioDelivery(settings, new LoopbackTransport(server.port)).deliver(sms);
    expect(delivered).toEqual({ ok: true, providerId: 'SM00000000000000000000000000000007' });
    expect(server.received).toEqual([
      {
        to: sms.to,
        text: sms.text,
        from: settings.from,
        service: null,
        path: `/2010-04-01/Accounts/${settings.accountSid}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${settings.accountSid}:${settings.authToken}`).toString('base64')}`,
      },
    ]);
  });

  test('a messaging service takes the place of the number', async () => {
    const service = { ...settings, from: 'MG00000000000000000000000000000003' };
    await new TwilioDelivery(service, new LoopbackTransport(server.port)).deliver(sms);
    expect(server.received[0]).toMatchObject({ from: null, service: service.from });
  });

  test.each([
    [21211, { ok: false, reason: 'rejected' }],
    [21610, { ok: false, reason: 'rejected' }],
    [21614, { ok: false, reason: 'rejected' }],
    [20003, { ok: false, reason: 'unavailable' }],
    ['too-many', { ok: false, reason: 'unavailable', retryAfterMs: 17_000 }],
    ['broken', { ok: false, reason: 'doubtful' }],
    ['hangs-up', { ok: false, reason: 'doubtful' }],
  ] as const)('an answer of %s is %j, and it is asked once', async (mood, expected) => {
    server.mood = mood;
    expect(await new TwilioDelivery(settings, new LoopbackTransport(server.port)).deliver(sms)).toEqual(expected);
    expect(server.asked).toBe(1);
  });

  test('no answer in time is doubtful, and it is asked once', async () => {
    server.mood = 'silent';
    expect(await new TwilioDelivery(settings, new LoopbackTransport(server.port, 200)).deliver(sms)).toEqual({
      ok: false,
      reason: 'doubtful',
    });
    expect(server.asked).toBe(1);
  });
});
