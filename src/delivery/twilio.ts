import twilio from 'twilio';
import type { TwilioSettings } from '../config/config.ts';
import { LatchkeyError } from '../errors.ts';
import type { Delivered, Delivery, Parcel } from './port.ts';

type Call = Extract<Parcel, { kind: 'call' }>;

/** Longest wait for an answer of Twilio, in ms. */
const timeoutMs = 5_000;

/** The number cannot be reached: not one, unsubscribed ("STOP"), not a mobile (twilio.com/docs/api/errors). */
const never: Readonly<Record<number, Extract<Delivered, { ok: false }>>> = {
  21211: { ok: false, reason: 'rejected', why: 'no-such-number' },
  21610: { ok: false, reason: 'rejected', why: 'unsubscribed' },
  21614: { ok: false, reason: 'rejected' },
  // Of calls: no number, and one that cannot be reached by telephone.
  21217: { ok: false, reason: 'rejected', why: 'no-such-number' },
  21214: { ok: false, reason: 'rejected' },
};

/** How long a telephone rings, seconds: five rings or six, and a voicemail comes later than most. */
const ringSeconds = 25;

/** Nothing was sent, because no connection came about. */
const notConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

type TwilioClient = InstanceType<typeof twilio.RequestClient>;

/** The part of Twilio's client that carries requests; tests give one that goes to loopback. */
export type TwilioTransport = Pick<TwilioClient, 'request'>;

/** What the way to Twilio needs beside its settings. */
export interface TwilioNeeds {
  readonly transport?: TwilioTransport;
  /** Where Twilio tells what became of a parcel; null where nobody is to be told. */
  readonly statusUrl?: (parcel: Parcel) => string | null;
  /** Where Twilio asks what a call says, and tells that it ended; null for a call that nobody would answer. */
  readonly callUrls?: (call: Call) => { readonly said: string; readonly ended: string } | null;
  /** Hears of a refusal that is not the number's: its HTTP status, and Twilio's error code. */
  readonly onRefused?: (status: number, code: number) => void;
}

/**
 * Sends text messages by Twilio's Messages resource, and calls by its Calls resource. It is never asked twice for one parcel: neither knows an
 * idempotency key, so an answer that did not come is doubtful.
 */
export class TwilioDelivery implements Delivery {
  readonly #settings: TwilioSettings;
  readonly #transport: TwilioTransport;
  readonly #needs: TwilioNeeds;

  constructor(settings: TwilioSettings, needs: TwilioNeeds = {}) {
    this.#settings = settings;
    this.#transport = needs.transport ?? new twilio.RequestClient({ timeout: timeoutMs });
    this.#needs = needs;
  }

  async deliver(parcel: Parcel): Promise<Delivered> {
    if (parcel.kind === 'mail') return { ok: false, reason: 'rejected' };
    const { accountSid, authToken } = this.#settings;
    const heard = new RetryAfter(this.#transport);
    const client = twilio(accountSid, authToken, { httpClient: heard as unknown as TwilioClient });
    try {
      const sid = await (parcel.kind === 'sms' ? this.#text(client, parcel) : this.#call(client, parcel));
      return sid === null ? { ok: false, reason: 'unavailable' } : { ok: true, providerId: sid };
    } catch (fault) {
      return this.#judged(fault, heard.ms);
    }
  }

  /** Signs in at Twilio, and sends nothing. @throws what Twilio or the way to it said no with */
  async probe(): Promise<void> {
    const { accountSid } = this.#settings;
    await this.#client().api.v2010.accounts(accountSid).fetch();
  }

  /** Rings a number and says something, whoever listens: to see that calls can be made. @throws what Twilio or the way to it said no with */
  async tryCall(to: string, says: string): Promise<void> {
    const { callFrom } = this.#settings;
    if (callFrom === null)
      throw new LatchkeyError('latchkey_delivery_no_caller', 'configuration', 'TWILIO_CALL_FROM names no number to call from');
    const said = new twilio.twiml.VoiceResponse();
    said.say(says);
    await this.#client().calls.create({ to, from: callFrom, twiml: said.toString(), timeout: ringSeconds });
  }

  #client(): twilio.Twilio {
    const { accountSid, authToken } = this.#settings;
    return twilio(accountSid, authToken, { httpClient: this.#transport as TwilioClient });
  }

  async #text(client: twilio.Twilio, parcel: Extract<Parcel, { kind: 'sms' }>): Promise<string> {
    const { from } = this.#settings;
    const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
    const statusCallback = this.#needs.statusUrl?.(parcel) ?? null;
    const told = statusCallback === null ? {} : { statusCallback };
    return (await client.messages.create({ to: parcel.to, body: parcel.text, ...sender, ...told })).sid;
  }

  /** @returns null where there is no number to call from, or nobody to answer it */
  async #call(client: twilio.Twilio, parcel: Call): Promise<string | null> {
    const { callFrom } = this.#settings;
    const urls = this.#needs.callUrls?.(parcel) ?? null;
    if (callFrom === null || urls === null) return null;
    const asked = { url: urls.said, method: 'POST', statusCallback: urls.ended, statusCallbackMethod: 'POST', timeout: ringSeconds };
    return (await client.calls.create({ to: parcel.to, from: callFrom, ...asked })).sid;
  }

  #judged(fault: unknown, retryAfterMs: number | undefined): Delivered {
    const { status, code } = fault as { status?: number; code?: number | string };
    if (status === undefined) return { ok: false, reason: notConnected.has(String(code)) ? 'unavailable' : 'doubtful' };
    const rejected = status >= 400 && status < 500 ? never[Number(code)] : undefined;
    if (rejected !== undefined) return rejected;
    this.#needs.onRefused?.(status, Number(code ?? 0));
    if (status >= 500 || status < 400) return { ok: false, reason: 'doubtful' };
    return { ok: false, reason: 'unavailable', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

/** Passes one request on and keeps what Twilio's exceptions leave out: the answer's Retry-After (RFC 9110, in seconds). */
class RetryAfter implements TwilioTransport {
  readonly request: TwilioTransport['request'];
  ms: number | undefined;

  constructor(transport: TwilioTransport) {
    this.request = async (options) => {
      const response = await transport.request(options);
      const seconds = Number((response.headers as Record<string, unknown> | undefined)?.['retry-after'] ?? Number.NaN);
      if (Number.isFinite(seconds) && seconds > 0) this.ms = seconds * 1000;
      return response;
    };
  }
}
