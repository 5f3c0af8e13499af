import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import twilio from 'twilio';
import type { TwilioTransport } from '../../src/delivery/twilio.ts';
import { twilioSignature } from './twilio-signature.ts';

export type TwilioMood = 'well' | 'too-many' | 'broken' | 'silent' | 'hangs-up' | number;

const refusals: Readonly<Record<number, readonly [number, string]>> = {
  20003: [401, 'Authenticate'],
  21408: [400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"],
  21211: [400, "Invalid 'To' Phone Number: +46701740605"],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21614: [400, "'To' number is not a valid mobile number"],
  21212: [400, "Invalid 'From' Phone Number"],
  21214: [400, "'To' phone number cannot be reached"],
  21215: [400, 'Account not allowed to call +46846500410'],
  21217: [400, 'Phone number does not appear to be valid'],
};

/** A server on loopback that answers as Twilio's published API does: 201 with a message, or an error as `{code, message, more_info, status}`. */
export async function startTwilio() {
  const received: {
    to: string;
    text: string;
    from: string | null;
    service: string | null;
    statusCallback: string | null;
    path: string;
    authorization: string;
  }[] = [];
  const calls: { readonly path: string; readonly fields: Readonly<Record<string, string>> }[] = [];
  const state: { mood: TwilioMood; asked: number } = { mood: 'well', asked: 0 };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = new URLSearchParams(await text(request));
    const say = (status: number, body: object, headers: Record<string, string> = {}): void => {
      // Two calls: where restify was loaded in this process, its writeHead returns nothing.
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    const fault = (status: number, code: number, words: string): [number, object] => [
      status,
      { code, message: words, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
    ];
    state.asked += 1;
    const { mood } = state;
    if (mood === 'silent') return;
    if (mood === 'hangs-up') request.socket.destroy();
    else if (mood === 'broken') say(...fault(503, 20503, 'Service unavailable'));
    else if (mood === 'too-many') say(...fault(429, 20429, 'Too Many Requests'), { 'retry-after': '17' });
    else if (mood === 'well' && request.method === 'GET')
      say(200, { sid: 'AC00000000000000000000000000000001', status: 'active', type: 'Full' });
    else if (mood === 'well' && !fields.has('To')) say(...fault(400, 21604, "A 'To' phone number is required."));
    else if (mood === 'well' && request.url?.endsWith('/Calls.json') === true) {
      if (!fields.has('From')) say(...fault(400, 21201, "No 'From' number is specified"));
      else if (!fields.has('Url') && !fields.has('Twiml')) say(...fault(400, 21205, 'Url parameter is required.'));
      else {
        calls.push({ path: request.url, fields: Object.fromEntries(fields) });
        say(201, call(fields, calls.length));
      }
    } else if (mood === 'well' && !fields.has('Body')) say(...fault(400, 21602, 'Message body is required.'));
    else if (mood === 'well' && !fields.has('From') && !fields.has('MessagingServiceSid'))
      say(...fault(400, 21603, "A 'From' phone number is required."));
    else if (typeof mood === 'number') {
      const [status, words] = refusals[mood] ?? [400, 'Bad request'];
      say(...fault(status, mood, words));
    } else {
      received.push({
        to: fields.get('To') ?? '',
        text: fields.get('Body') ?? '',
        from: fields.get('From'),
        service: fields.get('MessagingServiceSid'),
        statusCallback: fields.get('StatusCallback'),
        path: request.url ?? '',
        authorization: request.headers.authorization ?? '',
      });
      say(201, message(fields, received.length));
    }
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    calls,
    port,
    get asked() {
      return state.asked;
    },
    set mood(mood: TwilioMood) {
      state.mood = mood;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Twilio's own transport, with the host turned to loopback. */
export class LoopbackTransport implements TwilioTransport {
  readonly request: TwilioTransport['request'];

  constructor(port: number, timeout = 20_000) {
    const client = new twilio.RequestClient({ timeout, keepAlive: false });
    this.request = (options) => {
      const { pathname, search } = new URL(options.uri);
      return client.request({ ...options, uri: `http://127.0.0.1:${port}${pathname}${search}` });
    };
  }
}

/** A call as the published Calls resource describes one that was just made. */
const call = (fields: URLSearchParams, n: number): object => {
  const sid = `CA${String(n + 6).padStart(32, '0')}`;
  return {
    account_sid: 'AC00000000000000000000000000000001',
    answered_by: null,
    api_version: '2010-04-01',
    date_created: null,
    direction: 'outbound-api',
    duration: null,
    end_time: null,
    from: fields.get('From'),
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid,
    start_time: null,
    status: 'queued',
    subresource_uris: {},
    to: fields.get('To'),
    uri: `/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/${sid}.json`,
  };
};

const sidOf = (n: number): string => `SM${String(n + 6).padStart(32, '0')}`;

const message = (fields: URLSearchParams, n: number): object => ({
  account_sid: 'AC00000000000000000000000000000001',
  api_version: '2010-04-01',
  body: fields.get('Body'),
  date_created: 'Sat, 14 Mar 2026 09:22:00 +0000',
  date_sent: null,
  date_updated: 'Sat, 14 Mar 2026 09:22:00 +0000',
  direction: 'outbound-api',
  error_code: null,
  error_message: null,
  from: fields.get('From'),
  messaging_service_sid: fields.get('MessagingServiceSid'),
  num_media: '0',
  num_segments: '1',
  price: null,
  price_unit: 'USD',
  sid: sidOf(n),
  // A messaging service chooses the sender later.
  status: fields.has('MessagingServiceSid') ? 'accepted' : 'queued',
  subresource_uris: {},
  to: fields.get('To'),
  uri: `/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/${sidOf(n)}.json`,
});

/**
 * Tells the product what became of a message, as Twilio does: signed over the address it was given, and sent there by way of the proxy.
 * @param over where the product listens
 * @returns the answer's status
 */
export async function tellStatus(
  over: { readonly publicUrl: string; readonly url: string; readonly authToken: string },
  statusCallback: string,
  status: string,
  errorCode?: number,
): Promise<number> {
  const fields = {
    AccountSid: 'AC00000000000000000000000000000001',
    ApiVersion: '2010-04-01',
    From: '+46766861004',
    MessageSid: sidOf(1),
    MessageStatus: status,
    SmsSid: sidOf(1),
    SmsStatus: status,
    To: '+46701740605',
    ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
  };
  const response = await fetch(statusCallback.replace(over.publicUrl, over.url), {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'x-twilio-signature': twilioSignature(over.authToken, statusCallback, fields) },
  });
  return response.status;
}
