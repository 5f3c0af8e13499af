import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Policy } from '../config/policy.ts';
import type { CaseBrought } from '../delivery/dispatcher.ts';
import type { Clock } from '../ports.ts';
import { hostOf, isPublic, publicLookup } from './hook-address.ts';
import { readHookCall } from './hook-event.ts';
import { signed } from './hook-signature.ts';

export interface HookNeeds {
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'hooks'>;
  /** By the name the policy gives a hook. */
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  /** Local mode: hooks lead to this machine, and nowhere else. */
  readonly isLocal: boolean;
  /** Stands in for the system's look-up of names: for tests. */
  readonly lookup?: Parameters<typeof publicLookup>[0];
  /** How long a receiver has to answer, in ms: for tests. */
  readonly answerMs?: number;
}

/** A receiver has this long to answer, in ms. */
const usualAnswerMs = 10_000;

/**
 * Sends an event to its receiver: signed anew at each try, under the id that stays. Where it goes is read from the policy at each try, so
 * one that was taken out gets nothing more. Redirects are not followed, and no address that is not public is reached. Never throws.
 */
export const bringHook =
  (needs: HookNeeds) =>
  async (what: string): Promise<CaseBrought> => {
    const call = readHookCall(what);
    const hook = needs.policy.hooks.out.find(({ name }) => name === call.hook);
    const secrets = needs.secrets[call.hook] ?? [];
    if (hook === undefined || secrets.length === 0) return { ok: false, reason: 'rejected' };
    const url = new URL(hook.url);
    const host = hostOf(url);
    if (!needs.isLocal && (url.protocol !== 'https:' || (isIP(host) !== 0 && !isPublic(host)))) return { ok: false, reason: 'rejected' };
    try {
      return outcomeOf(await post(needs, url, { ...signed(secrets, call.id, needs.clock.now(), call.body) }, call.body));
    } catch {
      // Also where it may have arrived: the receiver knows the id, and takes it once.
      return { ok: false, reason: 'unavailable' };
    }
  };

interface Answered {
  readonly status: number;
  /** `Retry-After`, in ms. */
  readonly retryAfterMs: number;
}

function outcomeOf({ status, retryAfterMs }: Answered): CaseBrought {
  if (status >= 200 && status < 300) return { ok: true, providerId: null };
  // Standard Webhooks: 410 says that nobody wants it any more. Whatever else is no 2xx is tried again.
  return status === 410 ? { ok: false, reason: 'rejected' } : { ok: false, reason: 'unavailable', retryAfterMs };
}

/** `node:https` and not `fetch`: it connects to the very addresses that were judged, and follows nothing. */
function post(
  { isLocal, lookup, answerMs = usualAnswerMs }: HookNeeds,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answered> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Latchkey', ...headers },
        signal: AbortSignal.timeout(answerMs),
        agent: false,
        ...(isLocal ? {} : { lookup: publicLookup(lookup) }),
      },
      (response) => {
        const after = Number(response.headers['retry-after']);
        resolve({ status: response.statusCode ?? 0, retryAfterMs: Number.isFinite(after) ? after * 1000 : 0 });
        // What it says is nothing to us.
        response.destroy();
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
