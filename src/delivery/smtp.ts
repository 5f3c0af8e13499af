import { isIPv4 } from 'node:net';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { LatchkeyError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Delivered, Delivery, Parcel } from './port.ts';

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://...` where the connection is upgraded by STARTTLS. */
  readonly url: string;
  /** Sender address. */
  readonly from: string;
  readonly clock: Clock;
  /** Longest silence of the server at any step, in ms. */
  readonly stepMs?: number;
  /** Longest time for a whole mail, in ms: well under the 30 s after which somebody else would take the row over. */
  readonly wholeMs?: number;
}

/** How far the conversation came: once the content is on its way, only the server's answer tells whether it arrived. */
interface Stage {
  content: boolean;
}

/**
 * Sends mail over SMTP, one connection a mail. Certificates are always checked; only a server on loopback is talked to without TLS.
 * Nothing in the address can turn that off: of the URL only host, port, user and password are read.
 */
export class SmtpDelivery implements Delivery {
  readonly #options: SmtpOptions;
  readonly #server: URL;

  /** @throws LatchkeyError `latchkey_delivery_smtp_url` when the URL is none of smtp: or smtps: */
  constructor(options: SmtpOptions) {
    if (!URL.canParse(options.url) || !['smtp:', 'smtps:'].includes(new URL(options.url).protocol)) {
      throw new LatchkeyError('latchkey_delivery_smtp_url', 'configuration', 'SMTP_URL must begin with smtp:// or smtps://');
    }
    this.#options = options;
    this.#server = new URL(options.url);
  }

  async deliver(parcel: Parcel): Promise<Delivered> {
    if (parcel.kind !== 'mail') return { ok: false, reason: 'rejected' };
    const stage: Stage = { content: false };
    try {
      const message = await this.#compose(parcel);
      return { ok: true, providerId: await this.#send(parcel.to, message, stage) };
    } catch (fault) {
      return judged(fault, stage);
    }
  }

  /** Connects and signs in, and sends nothing. @throws what the connection or the server said no with */
  async probe(): Promise<void> {
    await this.#signedIn((_connection, done) => done(null));
  }

  /** The mail as bytes. `Auto-Submitted` (RFC 3834) keeps holiday replies away; the Message-ID is the parcel's own, so a double is recognised. */
  #compose(parcel: Parcel & { kind: 'mail' }): Promise<Buffer> {
    const { from } = this.#options;
    const domain = from.slice(from.lastIndexOf('@') + 1).replace('>', '');
    const { to, subject, text, html } = parcel;
    const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };
    const messageId = `<${parcel.id.replaceAll(/[^\w.-]/g, '-')}@${domain}>`;
    return new MailComposer({ from, to: { name: '', address: to }, subject, text, html, headers, messageId }).compile().build();
  }

  /** @returns the server's id of the mail, or null */
  #send(to: string, message: Buffer, stage: Stage): Promise<string | null> {
    const envelope = { from: addressOf(this.#options.from), to: [to], size: message.length };
    return this.#signedIn((connection, done, failed) =>
      connection.send(envelope, contentOf(message, stage), (fault, info) => (fault ? failed(fault) : done(info?.serverMessageId ?? null))),
    );
  }

  /** Uses one connection, once the server has taken us. */
  #signedIn<T>(use: (connection: SMTPConnection, done: (value: T) => void, failed: (fault: Error) => void) => void): Promise<T> {
    const { clock, stepMs = 5_000, wholeMs = 20_000 } = this.#options;
    const { hostname, port, protocol, username, password } = this.#server;
    const host = hostname.replaceAll(/^\[|\]$/g, '');
    const secure = protocol === 'smtps:';
    const connection = new SMTPConnection({
      host,
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: !secure && !isLoopback(host),
      connectionTimeout: stepMs,
      greetingTimeout: stepMs,
      socketTimeout: stepMs,
      dnsTimeout: stepMs,
    });
    let callOff = (): void => {};
    return new Promise<T>((resolve, reject) => {
      connection.once('error', reject);
      connection.once('end', () => reject(Object.assign(new Error('the mail server ended the connection'), { code: 'ECONNRESET' })));
      callOff = clock.after(wholeMs, () => reject(Object.assign(new Error('the mail server took too long'), { code: 'ETIMEDOUT' })));
      const signedIn = (): void => use(connection, resolve, reject);
      connection.connect((fault) => {
        if (fault) reject(fault);
        else if (username === '') signedIn();
        else {
          const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
          connection.login({ credentials }, (refused) => (refused ? reject(refused) : signedIn()));
        }
      });
    }).finally(() => {
      callOff();
      connection.removeAllListeners();
      connection.on('error', () => {});
      connection.close();
    });
  }
}

/** The content, which notes when it is first asked for: that is after the server has taken DATA. */
function contentOf(message: Buffer, stage: Stage): Readable {
  return new Readable({
    read() {
      stage.content = true;
      this.push(message);
      this.push(null);
    },
  });
}

/** What a fault means (RFC 5321, 4.2.1: 4yz later may do, 5yz never). A refused sender or login is ours to mend, not the address's fault. */
function judged(fault: unknown, stage: Stage): Delivered {
  const { code, responseCode, command } = fault as { code?: string; responseCode?: number; command?: string };
  if (responseCode === undefined && stage.content) return { ok: false, reason: 'doubtful' };
  const never = responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || stage.content);
  const noAddress = code === 'EENVELOPE' && command === 'API';
  return { ok: false, reason: never || noAddress ? 'rejected' : 'unavailable' };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** `Latchkey <it@example.org>` -> `it@example.org`. */
const addressOf = (from: string): string => /<([^>]*)>/.exec(from)?.[1] ?? from;
