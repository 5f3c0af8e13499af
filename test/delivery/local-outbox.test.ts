import { describe, expect, test } from '@jest/globals';
import { chooseDelivery } from '../../src/delivery/delivery.ts';
import { LocalOutbox } from '../../src/delivery/local-outbox.ts';
import { startSmtp } from './smtp-stand-in.ts';
import { StillClock } from './still-time.ts';
import { LoopbackTransport, startTwilio } from './twilio-stand-in.ts';

describe('local outbox', () => {
  test('lists what was delivered, newest last, a mail with its subject above its text', async () => {
    const clock = new StillClock();
    const outbox = new LocalOutbox(clock);
    await outbox.deliver({ kind: 'sms', id: 'a', to: '+46701740605', text: 'Hej' });
    clock.forward(1000);
    await outbox.deliver({ kind: 'mail', id: 'b', to: 'stina@example.org', subject: 'Ämne', text: 'Text', html: '<p>Text</p>' });
    expect(outbox.list()).toEqual([
      { at: '2026-03-14T09:22:00.000Z', kind: 'sms', to: '+46701740605', text: 'Hej' },
      { at: '2026-03-14T09:22:01.000Z', kind: 'mail', to: 'stina@example.org', text: 'Ämne\n\nText' },
    ]);
  });

  test('a call says what it says first, and where it is answered', async () => {
    const outbox = new LocalOutbox(new StillClock(), ({ id }) => (id === 'c' ? 'http://localhost/local/calls/c?in=sv' : null));
    const call = { kind: 'call', to: '+46846500410', text: 'Hej', language: 'sv' } as const;
    await outbox.deliver({ ...call, id: 'c' });
    await outbox.deliver({ ...call, id: 'd' });
    expect(outbox.list()).toEqual([
      { at: '2026-03-14T09:22:00.000Z', kind: 'call', to: '+46846500410', text: 'Hej', url: 'http://localhost/local/calls/c?in=sv' },
      { at: '2026-03-14T09:22:00.000Z', kind: 'call', to: '+46846500410', text: 'Hej' },
    ]);
  });

  test('keeps the newest two hundred', async () => {
    const outbox = new LocalOutbox(new StillClock());
    for (let n = 1; n <= 201; n += 1) await outbox.deliver({ kind: 'sms', id: String(n), to: '+46701740605', text: String(n) });
    expect(outbox.list()).toHaveLength(200);
    expect(outbox.list()[0]?.text).toBe('2');
  });
});

describe('choosing the delivery', () => {
  const twilio = {
    accountSid: 'AC00000000000000000000000000000001',
    authToken: 'token-of-the-test',
    from: '+46766861004',
    callFrom: '+46766861004',
  };
  const sms = { kind: 'sms', id: 'a', to: '+46701740605', text: 'Hej' } as const;
  const mail = { kind: 'mail', id: 'b', to: 'stina@example.org', subject: 'Hej', text: 'Hej' } as const;

  test('in local mode nothing leaves the machine, whatever is configured', async () => {
    const server = await startTwilio();
    try {
      const config = { mode: 'local', smtpUrl: 'smtp://mail.example.org', mailFrom: 'a@example.org', twilio } as const;
      const { delivery, local } = await chooseDelivery(config, new StillClock(), {
        twilio: { transport: new LoopbackTransport(server.port) },
      });
      await delivery.deliver(sms);
      await delivery.deliver(mail);
      expect(server.asked).toBe(0);
      expect(local?.list().map(({ kind }) => kind)).toEqual(['sms', 'mail']);
    } finally {
      await server.close();
    }
  });

  test('in production a text goes to Twilio and a mail to SMTP, and there is no local outbox', async () => {
    const [texts, mails] = await Promise.all([startTwilio(), startSmtp()]);
    try {
      const config = { mode: 'production', smtpUrl: `smtp://127.0.0.1:${mails.port}`, mailFrom: 'a@example.org', twilio } as const;
      const { delivery, local } = await chooseDelivery(config, new StillClock(), {
        twilio: { transport: new LoopbackTransport(texts.port) },
      });
      expect(await delivery.deliver(sms)).toMatchObject({ ok: true });
      expect(await delivery.deliver(mail)).toMatchObject({ ok: true });
      expect([texts.received.length, mails.received.length, local]).toEqual([1, 1, null]);
    } finally {
      await Promise.all([texts.close(), mails.close()]);
    }
  });

  test('a kind that nobody carries is not sent', async () => {
    const config = { mode: 'production', smtpUrl: null, mailFrom: 'a@example.org', twilio: null } as const;
    const { delivery } = await chooseDelivery(config, new StillClock());
    expect(await delivery.deliver(sms)).toEqual({ ok: false, reason: 'unavailable' });
    expect(await delivery.deliver(mail)).toEqual({ ok: false, reason: 'unavailable' });
  });
});
