import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Parcel } from '../../src/delivery/port.ts';
import { SmtpDelivery } from '../../src/delivery/smtp.ts';
import { startSmtp } from './smtp-stand-in.ts';
import { StillClock } from './still-time.ts';

const mail: Parcel = { kind: 'mail', id: 'b2', to: 'stina@example.org', subject: 'Hej', text: 'Hej.', html: '<p>Hej.</p>' };
const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map((close) => close()));
});

async function smtp(options: Parameters<typeof startSmtp>[0] = {}) {
  const server = await startSmtp(options);
  toClose.push(server.close);
  return server;
}

/** Patient, but where a server says nothing at all. */
const delivery = (url: string, stepMs = 20_000): SmtpDelivery =>
  new SmtpDelivery({ url, from: 'Latchkey <latchkey@example.org>', clock: new StillClock(), stepMs });
const impatientMs = 300;

describe('SMTP', () => {
  test.each([
    ['no-such-mailbox', 'rejected'],
    ['refuses-content', 'rejected'],
    ['try-later', 'unavailable'],
    ['refuses-sender', 'unavailable'],
    ['silent-after-data', 'doubtful'],
    ['hangs-up-after-data', 'doubtful'],
  ] as const)('a server that %s makes it %s', async (mood, reason) => {
    const server = await smtp();
    server.mood = mood;
    const stepMs = mood === 'silent-after-data' ? impatientMs : undefined;
    expect(await delivery(`smtp://127.0.0.1:${server.port}`, stepMs).deliver(mail)).toEqual({ ok: false, reason });
    expect(server.received).toEqual([]);
  });

  test('a server that never greets is unavailable', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    toClose.push(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => silent.close(resolve));
    });
    const { port } = silent.address() as AddressInfo;
    expect(await delivery(`smtp://127.0.0.1:${port}`, impatientMs).deliver(mail)).toEqual({ ok: false, reason: 'unavailable' });
  });

  test.each(['at-once', 'starttls'] as const)('a certificate nobody vouches for is refused (%s), whatever the URL asks', async (tls) => {
    const server = await smtp({ tls });
    const scheme = tls === 'at-once' ? 'smtps' : 'smtp';
    const url = `${scheme}://127.0.0.1:${server.port}/?tls.rejectUnauthorized=false&ignoreTLS=true`;
    expect(await delivery(url).deliver(mail)).toEqual({ ok: false, reason: 'unavailable' });
    expect(server.received).toEqual([]);
  });

  test('logs in with what the URL says; a wrong password is unavailable, not the address`s fault', async () => {
    const server = await smtp({ user: 'latch key' });
    const at = `127.0.0.1:${server.port}`;
    expect(await delivery(`smtp://latch%20key:wrong@${at}`).deliver(mail)).toEqual({ ok: false, reason: 'unavailable' });
    expect(await delivery(`smtp://latch%20key:right%20horse@${at}`).deliver(mail)).toMatchObject({ ok: true });
  });

  test('a mail has both forms, no automatic answers, and an id that a double shares; a line break brings no header of its own', async () => {
    const server = await smtp();
    await delivery(`smtp://127.0.0.1:${server.port}`).deliver({ ...mail, subject: 'Hej\r\nBcc: other@example.org' });
    const raw = server.received[0]?.raw ?? '';
    expect(raw).toMatch(/Content-Type: text\/plain/);
    expect(raw).toMatch(/Content-Type: text\/html/);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(raw).toMatch(/^Message-ID: <b2@example\.org>/m);
    expect(raw).not.toMatch(/^Bcc:/m);
  });

  test('an address that would be two brings nothing to either', async () => {
    const server = await smtp();
    const sent = await delivery(`smtp://127.0.0.1:${server.port}`).deliver({ ...mail, to: 'a@example.org>\r\nRCPT TO:<b@example.org' });
    expect(sent.ok).toBe(false);
    expect(server.received).toEqual([]);
  });

  test('a URL that is none is a configuration fault, said without the URL, which holds a password', () => {
    expect(() => delivery('mail.example.org:secret')).toThrow(
      expect.objectContaining({ code: 'latchkey_delivery_smtp_url', kind: 'configuration' }),
    );
    expect(() => delivery('https://user:secret@mail.example.org')).toThrow(/^(?!.*secret)/);
  });
});
