import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LocalOutbox } from '../../src/delivery/local-outbox.ts';
import type { Delivery, Parcel } from '../../src/delivery/port.ts';
import { SmtpDelivery } from '../../src/delivery/smtp.ts';
import { TwilioDelivery } from '../../src/delivery/twilio.ts';
import { startSmtp } from './smtp-stand-in.ts';
import { StillClock } from './still-time.ts';
import { LoopbackTransport, startTwilio } from './twilio-stand-in.ts';

const sms: Parcel = { kind: 'sms', id: 'a1', to: '+46701740605', text: 'Hej från åäö. 123' };
const call: Parcel = {
  kind: 'call',
  id: 'c3',
  to: '+46846500410',
  text: 'Hej! Det här är åäö.',
  language: 'sv',
  about: { account: 'anna', what: 'challenge' },
};
const mail: Parcel = {
  kind: 'mail',
  id: 'b2',
  to: 'stina@example.org',
  subject: 'Åtgärd behövs',
  text: 'Hej från åäö.',
  html: '<p>Hej från åäö.</p>',
};

interface Ready {
  readonly delivery: Delivery;
  /** What arrived on the other side. */
  arrived(): readonly { readonly to: string; readonly text: string }[];
  /** Makes the other side answer so; absent where there is no other side. */
  fail?(how: 'rejected' | 'unavailable' | 'doubtful'): void;
  /** A delivery whose other side does not listen. */
  readonly nobody?: Delivery;
  close(): Promise<void>;
}

const twilioSettings = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'token-of-the-test',
  from: '+46766861004',
  callFrom: '+46766861004',
};

/** A port that was free a moment ago: nobody listens there. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ways: readonly { readonly name: string; readonly carries: Parcel; make(): Promise<Ready> }[] = [
  ...[sms, mail, call].map((carries) => ({
    name: `local outbox, ${carries.kind}`,
    carries,
    make: async (): Promise<Ready> => {
      const delivery = new LocalOutbox(new StillClock());
      return { delivery, arrived: () => delivery.list(), close: async () => {} };
    },
  })),
  {
    name: 'SMTP',
    carries: mail,
    make: async () => {
      const server = await startSmtp();
      const options = { from: 'Latchkey <latchkey@example.org>', clock: new StillClock(), stepMs: 300 };
      const moods = { rejected: 'no-such-mailbox', unavailable: 'try-later', doubtful: 'silent-after-data' } as const;
      return {
        delivery: new SmtpDelivery({ url: `smtp://127.0.0.1:${server.port}`, ...options }),
        nobody: new SmtpDelivery({ url: `smtp://127.0.0.1:${await closedPort()}`, ...options }),
        arrived: () => server.received.map(({ to, raw }) => ({ to, text: decoded(raw) })),
        fail: (how) => void (server.mood = moods[how]),
        close: server.close,
      };
    },
  },
  {
    name: 'Twilio',
    carries: sms,
    make: async () => {
      const server = await startTwilio();
      const moods = { rejected: 21211, unavailable: 'too-many', doubtful: 'broken' } as const;
      return {
        delivery: new TwilioDelivery(twilioSettings, { transport: new LoopbackTransport(server.port) }),
        nobody: new TwilioDelivery(twilioSettings, { transport: new LoopbackTransport(await closedPort()) }),
        arrived: () => server.received,
        fail: (how) => void (server.mood = moods[how]),
        close: server.close,
      };
    },
  },
  {
    name: 'Twilio, a call',
    carries: call,
    make: async () => {
      const server = await startTwilio();
      const moods = { rejected: 21217, unavailable: 'too-many', doubtful: 'broken' } as const;
      const said = 'https://it.example.org/call?says=';
      const callUrls = ({ text }: Parcel) => ({ said: `${said}${encodeURIComponent(text)}`, ended: 'https://it.example.org/call/ended' });
      return {
        delivery: new TwilioDelivery(twilioSettings, { transport: new LoopbackTransport(server.port), callUrls }),
        nobody: new TwilioDelivery(twilioSettings, { transport: new LoopbackTransport(await closedPort()), callUrls }),
        // What a call says is asked for at its address.
        arrived: () =>
          server.calls.map(({ fields }) => ({
            to: fields['To'] ?? '',
            text: decodeURIComponent((fields['Url'] ?? '').slice(said.length)),
          })),
        fail: (how) => void (server.mood = moods[how]),
        close: server.close,
      };
    },
  },
];

/** Undoes quoted-printable as far as these tests need it. */
function decoded(raw: string): string {
  const joined = raw.replaceAll(/=\r?\n/g, '');
  return Buffer.from(
    joined.replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

describe.each(ways)('Delivery port: $name', ({ carries, make }) => {
  let ready: Ready;
  beforeAll(async () => {
    ready = await make();
  });
  afterAll(() => ready.close());

  test('brings a parcel to its address, text unharmed, and says so', async () => {
    const delivered = await ready.delivery.deliver(carries);
    expect(delivered.ok).toBe(true);
    const [only, ...more] = ready.arrived();
    expect(more).toEqual([]);
    expect(only?.to).toBe(carries.to);
    expect(only?.text).toContain(carries.text);
  });

  test('brings each of many at once, once, and says nothing to anybody of what it is about', async () => {
    const before = ready.arrived().length;
    const account = 'a0000000-0000-4000-8000-000000000001';
    const many = Array.from({ length: 20 }, (_, n): Parcel => ({
      ...carries,
      id: `many-${n}`,
      text: `Nummer ${n}!`,
      about: { account, what: 'notice' },
    }));
    const delivered = await Promise.all(many.map(async (parcel) => ready.delivery.deliver(parcel)));
    expect(delivered.every(({ ok }) => ok)).toBe(true);
    const arrived = ready.arrived().slice(before);
    for (const { text } of many) expect(arrived.filter((each) => each.text.includes(text))).toHaveLength(1);
    expect(JSON.stringify(arrived)).not.toContain(account);
  });

  test('tells rejected, unavailable and doubtful apart, never throws, and sends nothing twice', async () => {
    const before = ready.arrived().length;
    for (const how of ready.fail === undefined ? [] : (['rejected', 'unavailable', 'doubtful'] as const)) {
      ready.fail?.(how);
      expect(await ready.delivery.deliver(carries)).toMatchObject({ ok: false, reason: how });
    }
    expect(ready.arrived()).toHaveLength(before);
  });

  test('a side that does not listen is unavailable: nothing was sent', async () => {
    if (ready.nobody === undefined) return expect(ready.fail).toBeUndefined();
    expect(await ready.nobody.deliver(carries)).toEqual({ ok: false, reason: 'unavailable' });
  });
});
