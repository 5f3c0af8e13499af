import { z } from 'zod';

/** What a connector's answer means for what was sent. */
export type Verdict =
  | { readonly kind: 'ok'; readonly activityId: string | null }
  /** It was not taken, and may be sent again after `afterMs` at the soonest. */
  | { readonly kind: 'again'; readonly afterMs: number }
  /** Our token was not taken. */
  | { readonly kind: 'token' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unavailable' }
  /** It may have been taken. */
  | { readonly kind: 'doubtful' };

const sent = z.object({ id: z.string().min(1) });

/** Why a person cannot be written to any more: blocked, uninstalled, removed. */
const goneForGood = /MessageWritesBlocked|ConversationBlockedByUser|BotNotInConversationRoster/u;

/** Reads a connector's status, `Retry-After` and body (Teams' "status code responses" and R45). */
export function readAnswer(status: number, retryAfter: string | null, body: string, now: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'ok', activityId: readId(body) };
  if (status === 429 || status === 412) return { kind: 'again', afterMs: waitOf(retryAfter, now) };
  if (status === 401) return { kind: 'token' };
  if (status === 404 || (status === 403 && goneForGood.test(body))) return { kind: 'gone' };
  if (status === 408 || status >= 500) return { kind: 'doubtful' };
  return { kind: 'unavailable' };
}

/** What undici says when it could not even connect: nothing was sent. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Reads what `fetch` threw. A connection that broke, or an answer that did not come in time, leaves it open what happened. */
export function readFailure(error: unknown): Verdict {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && neverSent.has(code) ? { kind: 'again', afterMs: 0 } : { kind: 'doubtful' };
}

function readId(body: string): string | null {
  try {
    return sent.safeParse(JSON.parse(body)).data?.id ?? null;
  } catch {
    return null;
  }
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3); 0 for anything else. */
function waitOf(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,6}$/u.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
