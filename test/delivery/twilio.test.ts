import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Parcel } from '../../src/delivery/port.ts';
import { TwilioDelivery, type TwilioNeeds } from '../../src/delivery/twilio.ts';
import { LoopbackTransport, startTwilio } from './twilio-stand-in.ts';

const sms: Parcel = { kind: 'sms', id: 'a1', to: '+46701740605', text: '123456 is your code' };
const settings = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'token-of-the-test',
  from: '+46766861004',
  callFrom: '+46766861004',
};

describe('Twilio', () => {
  let server: Awaited<ReturnType<typeof startTwilio>>;
  beforeEach(async () => {
    server = await startTwilio();
  });
  afterEach(() => server.close());

  test('posts one message to the Messages resource, from the number, as the account', async () => {
    const delivered = await new TwilioDelivery(settings, { transport: new LoopbackTransport(server.port) }).deliver(sms);
    expect(delivered).toEqual({ ok: true, providerId: 'SM00000000000000000000000000000007' });
    expect(server.received).toEqual([
      {
        to: sms.to,
        text: sms.text,
        from: settings.from,
        service: null,
        statusCallback: null,
        path: `/2010-04-01/Accounts/${settings.accountSid}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${settings.accountSid}:${settings.authToken}`).toString('base64')}`,
      },
    ]);
  });

  test('it says where to tell what became of a message; without such a place it does not', async () => {
    const transport = new LoopbackTransport(server.port);
    const delivery = new TwilioDelivery(settings, {
      transport,
      statusUrl: ({ id, about }) => (about === undefined ? null : `https://it.example.org/twilio/message/${about.account}-${id}`),
    });
    await delivery.deliver({ ...sms, about: { account: 'anna', what: 'challenge' } });
    await delivery.deliver(sms);
    expect(server.received.map(({ statusCallback }) => statusCallback)).toEqual(['https://it.example.org/twilio/message/anna-a1', null]);
  });

  test("R42: what is our own fault or its own is told an operator, by its code; what is the number's is not", async () => {
    const heard: number[][] = [];
    const delivery = new TwilioDelivery(settings, {
      transport: new LoopbackTransport(server.port),
      onRefused: (...codes) => heard.push(codes),
    });
    for (const mood of [20003, 21408, 'too-many', 'broken', 21211, 21610, 'well'] as const) {
      server.mood = mood;
      await delivery.deliver(sms);
    }
    expect(heard).toEqual([
      [401, 20003],
      [400, 21408],
      [429, 20429],
      [503, 20503],
    ]);
  });

  test('a messaging service takes the place of the number', async () => {
    const service = { ...settings, from: 'MG00000000000000000000000000000003' };
    await new TwilioDelivery(service, { transport: new LoopbackTransport(server.port) }).deliver(sms);
    expect(server.received[0]).toMatchObject({ from: null, service: service.from });
  });

  test.each([
    [21211, { ok: false, reason: 'rejected', why: 'no-such-number' }],
    [21610, { ok: false, reason: 'rejected', why: 'unsubscribed' }],
    [21614, { ok: false, reason: 'rejected' }],
    [20003, { ok: false, reason: 'unavailable' }],
    [21408, { ok: false, reason: 'unavailable' }],
    ['too-many', { ok: false, reason: 'unavailable', retryAfterMs: 17_000 }],
    ['broken', { ok: false, reason: 'doubtful' }],
    ['hangs-up', { ok: false, reason: 'doubtful' }],
  ] as const)('an answer of %s is %j, and it is asked once', async (mood, expected) => {
    server.mood = mood;
    expect(await new TwilioDelivery(settings, { transport: new LoopbackTransport(server.port) }).deliver(sms)).toEqual(expected);
    expect(server.asked).toBe(1);
  });

  test('no answer in time is doubtful, and it is asked once', async () => {
    server.mood = 'silent';
    expect(await new TwilioDelivery(settings, { transport: new LoopbackTransport(server.port, 200) }).deliver(sms)).toEqual({
      ok: false,
      reason: 'doubtful',
    });
    expect(server.asked).toBe(1);
  });

  describe('a call', () => {
    const call = { kind: 'call', id: 'c3', to: '+46846500410', text: 'Hej', language: 'sv' } as const;
    const said = 'https://it.example.org/latchkey/twilio/call/k1.abc?in=sv';
    const ended = 'https://it.example.org/latchkey/twilio/call/k1.abc/ended';
    const making = (callFrom: string | null = settings.from, callUrls: TwilioNeeds['callUrls'] = () => ({ said, ended })) =>
      new TwilioDelivery({ ...settings, callFrom }, { transport: new LoopbackTransport(server.port), callUrls: callUrls ?? (() => null) });

    test('is posted once to the Calls resource, with the addresses of what it says and of its end', async () => {
      expect(await making().deliver(call)).toEqual({ ok: true, providerId: 'CA00000000000000000000000000000007' });
      expect(server.calls).toEqual([
        {
          path: `/2010-04-01/Accounts/${settings.accountSid}/Calls.json`,
          fields: {
            To: call.to,
            From: settings.from,
            Url: said,
            Method: 'POST',
            StatusCallback: ended,
            StatusCallbackMethod: 'POST',
            Timeout: '25',
          },
        },
      ]);
    });

    test('is not made without a number to call from, or without anybody to answer it', async () => {
      expect(await making(null).deliver(call)).toEqual({ ok: false, reason: 'unavailable' });
      expect(await making(settings.from, () => null).deliver(call)).toEqual({ ok: false, reason: 'unavailable' });
      expect(server.asked).toBe(0);
    });

    test.each([
      [21211, { ok: false, reason: 'rejected', why: 'no-such-number' }],
      [21217, { ok: false, reason: 'rejected', why: 'no-such-number' }],
      [21214, { ok: false, reason: 'rejected' }],
      [21212, { ok: false, reason: 'unavailable' }],
      [21215, { ok: false, reason: 'unavailable' }],
      ['too-many', { ok: false, reason: 'unavailable', retryAfterMs: 17_000 }],
      ['broken', { ok: false, reason: 'doubtful' }],
      ['hangs-up', { ok: false, reason: 'doubtful' }],
    ] as const)('an answer of %s is %j, and it is asked once', async (mood, expected) => {
      server.mood = mood;
      expect(await making().deliver(call)).toEqual(expected);
      expect(server.asked).toBe(1);
    });
  });
});
