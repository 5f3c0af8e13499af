import { z } from 'zod';
import { LatchkeyError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';
import { Breaker } from '../breaker.ts';
import { doubtful, unreachable, type OnForbidden, type OnSpared } from '../faults.ts';
import { forbidden, notOurselves, readRefusal, refused, type Grant, type GraphRefusal } from './graph-faults.ts';

/** Fixed: no setting changes which host is trusted. */
const root = 'https://graph.microsoft.com/v1.0';

/** How long one call may take, and one with its retries, ms. */
const callMs = 10_000;
const totalMs = 60_000;
/** How often a call is made at most, and how long is waited where Graph does not say, ms. */
const mostAttempts = 4;
const firstWaitMs = 500;
/** No list that we ask for is longer. */
const mostPages = 100;

export interface GraphPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Our application's access token for Graph. @throws LatchkeyError when there is none to be had */
  readonly token: (signal: AbortSignal) => Promise<string>;
  readonly onForbidden: OnForbidden;
  /** Hears what came of each hint. */
  readonly onSpared?: OnSpared;
}

interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: string;
  readonly body?: unknown;
  /** What to grant where Graph says 403. */
  readonly grant: Grant;
}

/** What came of one attempt. `silent`: no answer; `sent` says whether the request may have reached Graph. */
type Attempt =
  | { readonly is: 'answered'; readonly status: number; readonly retryAfter: string | null; readonly body: unknown }
  | { readonly is: 'silent'; readonly sent: boolean; readonly cause: unknown };

/** `body`: what Graph answered, unread. */
export type Written = { readonly ok: true; readonly body: unknown } | ({ readonly ok: false } & GraphRefusal);

/**
 * Microsoft Graph v1.0, as little of it as a directory needs. Reads are repeated when Graph is busy or silent; a write only when Graph says
 * that it did not take it (429) or the request never left. `Retry-After` is obeyed, across calls too.
 */
export class Graph {
  readonly #ports: GraphPorts;
  readonly #breaker = new Breaker();

  constructor(ports: GraphPorts) {
    this.#ports = ports;
  }

  /** One object; null when there is none (404). @param path beginning with a slash, every part of it encoded */
  async read<T>(path: string, query: Readonly<Record<string, string>>, grant: Grant, shape: z.ZodType<T>): Promise<T | null> {
    const said = await this.#ask({ method: 'GET', url: addressOf(path, query), grant });
    if (said.status === 404) return null;
    return parsed(shape, taken(said));
  }

  /** Every item of a list, over all its pages; null when there is no such list (404). */
  async list<T>(path: string, query: Readonly<Record<string, string>>, grant: Grant, item: z.ZodType<T>): Promise<readonly T[] | null> {
    const page = z.object({ value: z.array(item), '@odata.nextLink': z.string().optional() });
    const items: T[] = [];
    let url = addressOf(path, query);
    for (let pages = 0; pages < mostPages; pages += 1) {
      const said = await this.#ask({ method: 'GET', url, grant });
      if (said.status === 404 && pages === 0) return null;
      const { value, '@odata.nextLink': next } = parsed(page, taken(said));
      items.push(...value);
      if (next === undefined) return items;
      if (!isOurs(next)) throw new LatchkeyError('latchkey_directory_refused', 'refused', 'Graph sent a list on to another host');
      url = next;
    }
    throw new LatchkeyError('latchkey_directory_refused', 'refused', 'a list of Graph has no end');
  }

  /** One object that is worth one attempt and no more; null for anything but an answer. @throws nothing */
  async hint<T>(path: string, query: Readonly<Record<string, string>>, grant: Grant, shape: z.ZodType<T>): Promise<T | null> {
    const { onSpared = () => {} } = this.#ports;
    try {
      const said = await this.#attempt({ method: 'GET', url: addressOf(path, query), grant }, callMs / 2);
      const read = said.is === 'answered' && said.status < 300 ? (shape.safeParse(said.body).data ?? null) : null;
      onSpared(grant, read !== null ? 'read' : said.is === 'answered' && said.status === 403 ? 'forbidden' : 'failed');
      return read;
    } catch {
      onSpared(grant, 'failed');
      return null;
    }
  }

  /**
   * Changes something. What Graph says no to is a value.
   * @throws LatchkeyError `latchkey_directory_doubtful` when it may have happened
   */
  async write(method: 'PATCH' | 'POST', path: string, body: unknown, grant: Grant): Promise<Written> {
    const said = await this.#ask({ method, url: addressOf(path, {}), body, grant });
    return said.status < 300 ? { ok: true, body: said.body } : { ok: false, ...readRefusal(said.status, said.body) };
  }

  /** Asks until there is an answer that means something. */
  async #ask(call: Call): Promise<Extract<Attempt, { is: 'answered' }>> {
    const { clock } = this.#ports;
    const end = clock.now() + totalMs;
    for (let attempt = 1; ; attempt += 1) {
      if (this.#breaker.isOpen(clock.now())) throw unreachable('Graph was asked to be left alone for a moment');
      const said = await this.#attempt(call, Math.min(callMs, end - clock.now()));
      if (said.is === 'answered' && said.status !== 429 && said.status < 500) {
        this.#breaker.succeeded();
        if (said.status === 401) throw notOurselves(readRefusal(said.status, said.body).code);
        if (said.status === 403) {
          this.#ports.onForbidden(call.grant);
          throw forbidden(call.grant, readRefusal(said.status, said.body));
        }
        return said;
      }
      const asked = said.is === 'answered' ? readRetryAfter(said.retryAfter, clock.now()) : null;
      if (call.method !== 'GET' && mayHaveHappened(said)) {
        this.#breaker.failed(clock.now(), asked ?? 0);
        throw doubtful('Graph did not say whether it did it', said.is === 'silent' ? said.cause : undefined);
      }
      const wait = asked ?? firstWaitMs * 2 ** (attempt - 1);
      if (attempt === mostAttempts || clock.now() + wait >= end) {
        this.#breaker.failed(clock.now(), asked ?? 0);
        throw unreachable(said.is === 'silent' ? 'Graph gave no answer' : `Graph is busy (${said.status})`);
      }
      await new Promise<void>((resolve) => void clock.after(wait, resolve));
    }
  }

  async #attempt({ method, url, body }: Call, ms: number): Promise<Attempt> {
    const { fetch, clock, token } = this.#ports;
    const limit = new AbortController();
    const callOff = clock.after(Math.max(1, ms), () => limit.abort(new Error('no answer in time')));
    try {
      const authorization = `Bearer ${await token(limit.signal)}`;
      const headers = { authorization, accept: 'application/json', 'x-ms-throttle-priority': 'high' };
      const sent =
        body === undefined ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
      // A redirect would carry our token and a password elsewhere.
      const response = await fetch(url, { method, ...sent, redirect: 'error', signal: limit.signal });
      const text = await response.text();
      return { is: 'answered', status: response.status, retryAfter: response.headers.get('retry-after'), body: jsonOf(text) };
    } catch (cause) {
      if (cause instanceof LatchkeyError) throw cause;
      return { is: 'silent', sent: !neverLeft(cause), cause };
    } finally {
      callOff();
    }
  }
}

/** `text` as a literal of an OData filter: quotes doubled, nothing else means anything in it (OData 4.01 part 2, 5.1.1.14.2). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function addressOf(path: string, query: Readonly<Record<string, string>>): string {
  const asked = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${root}${path}${asked.length === 0 ? '' : `?${asked.join('&')}`}`;
}

/** Whether an address is Graph's own: our token goes nowhere else. */
function isOurs(address: string): boolean {
  const url = URL.parse(address);
  const { origin, pathname } = new URL(root);
  return url !== null && url.origin === origin && url.username === '' && url.pathname.startsWith(`${pathname}/`);
}

/** The body of an answer that is neither 404 nor a no. */
function taken(said: Extract<Attempt, { is: 'answered' }>): unknown {
  if (said.status >= 300) throw refused(readRefusal(said.status, said.body));
  return said.body;
}

function parsed<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const where = read.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw unreachable(`what Graph answered is not what it publishes: ${where}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3), as ms from now; null for neither. */
function readRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,6}$/u.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

const mayHaveHappened = (said: Attempt): boolean => (said.is === 'silent' ? said.sent : said.status !== 429);

const beforeSending = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Whether a failed fetch never sent its request: no name, no connection, no trusted certificate. */
function neverLeft(cause: unknown): boolean {
  const { code } = (cause instanceof Error ? (cause.cause ?? {}) : {}) as { readonly code?: unknown };
  return typeof code === 'string' && (beforeSending.includes(code) || /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/u.test(code));
}
