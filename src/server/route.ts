import type { Json } from '../ports.ts';

/** One request as a handler sees it: nothing in it belongs to the library that carries it. */
export interface PlainRequest {
  /** This request's own id; error bodies and log lines carry it. */
  readonly id: string;
  readonly method: string;
  /** The path alone, as it was sent. */
  readonly path: string;
  /** What stands in the path's places (`:token`), decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The query; of a name that comes twice, the last. */
  readonly query: Readonly<Record<string, string>>;
  /** The query as it came, with its question mark; empty for none. */
  readonly search: string;
  /** Lower-case names; a header sent twice is joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: Readonly<Record<string, string>>;
  /** The JSON that was sent; undefined where the body is none. */
  readonly body: unknown;
  /** The fields of a form that was sent (`application/x-www-form-urlencoded`); null where the body is none. */
  readonly form: URLSearchParams | null;
  /** The body as it came. */
  readonly raw: string;
  /** The network address the request came from: behind proxies of ours the one they wrote down. */
  readonly client: string;
}

/** What goes back. Headers given here win over the server's defaults. */
export interface PlainResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

/** One endpoint: how every room but `server` adds to it. `path` knows places (`/pages/:token`) and a wildcard at its end (`/assets/*`). */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  handle(request: PlainRequest): Promise<PlainResponse> | PlainResponse;
}

/** An answer in JSON. */
export const jsonResponse = (status: number, body: Json): PlainResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});
