import { timingSafeEqual } from 'node:crypto';
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { EntraSettings } from '../../config/config.ts';
import type { Clock } from '../../ports.ts';
import { unreachable } from '../faults.ts';
import { authorityHost } from './credential.ts';

/** By how much Entra's clock and ours may differ, s. */
const clocksDiffer = 60;

const claims = z.object({
  oid: z.guid(),
  tid: z.guid(),
  nonce: z.string(),
  /** Only there when the application's registration asks for it (optional claims). */
  auth_time: z.number().optional(),
});

/** Who signed in, and when, epoch ms; `at` is null where the token does not say. */
interface Identity {
  readonly oid: string;
  readonly at: number | null;
}

type ReadIdToken = (token: string, nonce: string) => Promise<Identity | null>;

/**
 * Reads ID tokens of one tenant for our application: signed with a key that Entra publishes, by this tenant, for us, in force, and of the
 * sign-in that carried our nonce (OpenID Connect Core 3.1.3.7). Null for every other.
 */
export function idTokens({ tenantId, clientId }: EntraSettings, fetch: typeof globalThis.fetch, clock: Clock): ReadIdToken {
  const keys = createRemoteJWKSet(new URL(`${authorityHost}/${tenantId}/discovery/v2.0/keys`), {
    timeoutDuration: 10_000,
    [customFetch]: (url, options) => fetch(url, options),
  });
  return async (token, nonce) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: `${authorityHost}/${tenantId}/v2.0`,
        audience: clientId,
        currentDate: new Date(clock.now()),
        clockTolerance: clocksDiffer,
        requiredClaims: ['exp', 'iat'],
      });
      const read = claims.safeParse(payload).data;
      if (read === undefined || read.tid.toLowerCase() !== tenantId.toLowerCase() || !isSame(read.nonce, nonce)) return null;
      return { oid: read.oid.toLowerCase(), at: read.auth_time === undefined ? null : read.auth_time * 1000 };
    } catch (fault) {
      if (isNoToken(fault)) return null;
      throw unreachable('Entra did not give us the keys of its tokens', fault);
    }
  };
}

/** Whether it is the token that is wrong, and not the way to the keys. */
const isNoToken = (fault: unknown): boolean =>
  fault instanceof errors.JWTClaimValidationFailed ||
  fault instanceof errors.JWTExpired ||
  fault instanceof errors.JWTInvalid ||
  fault instanceof errors.JWSInvalid ||
  fault instanceof errors.JWSSignatureVerificationFailed ||
  fault instanceof errors.JOSEAlgNotAllowed ||
  fault instanceof errors.JWKSNoMatchingKey;

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
