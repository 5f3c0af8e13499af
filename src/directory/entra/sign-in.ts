import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EntraSettings } from '../../config/config.ts';
import type { Clock } from '../../ports.ts';
import { Forbidden, unreachable, type OnForbidden } from '../faults.ts';
import type { SignIn, SignInBinding } from '../port.ts';
import { clientProof } from './client-proof.ts';
import { authorityHost } from './credential.ts';
import { notOurselves } from './graph-faults.ts';
import { idTokens } from './id-token.ts';

/** I3: how long ago somebody may have signed in, and by how much Entra's clock may be ahead of ours, ms. */
const recently = 5 * 60_000;
const ahead = 60_000;
/** How long Entra has to take a code, ms. */
const callMs = 10_000;

const tokenAnswer = z.object({ id_token: z.string() });
const errorAnswer = z.object({ error: z.string() });

interface SignInPorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly onForbidden: OnForbidden;
}

/** Sign-in at Entra by OpenID Connect: the authorization code flow with PKCE, as our own application. */
export function entraSignIn(settings: EntraSettings, { fetch, clock, onForbidden }: SignInPorts): SignIn {
  const { tenantId, clientId } = settings;
  const base = `${authorityHost}/${tenantId}/oauth2/v2.0`;
  const prove = clientProof(settings, clock);
  const readIdToken = idTokens(settings, fetch, clock);

  /** The ID token for a code; null where Entra does not take the code. */
  async function redeem({ code, verifier, redirect }: SignInBinding & { readonly code: string }): Promise<string | null> {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      scope: 'openid',
      code,
      code_verifier: verifier,
      redirect_uri: redirect,
      ...(await prove(`${base}/token`)),
    });
    const { status, body } = await post(`${base}/token`, form);
    const token = tokenAnswer.safeParse(body).data?.id_token;
    if (status === 200 && token !== undefined) return token;
    const error = errorAnswer.safeParse(body).data?.error;
    if (error === 'invalid_grant') return null;
    throw error === undefined || status >= 500 || status === 429 ? unreachable(`Entra is busy (${status})`) : notOurselves(error);
  }

  async function post(url: string, body: URLSearchParams): Promise<{ readonly status: number; readonly body: unknown }> {
    const limit = new AbortController();
    const callOff = clock.after(callMs, () => limit.abort(new Error('no answer in time')));
    try {
      const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal: limit.signal });
      return { status: response.status, body: await response.json().catch(() => null) };
    } catch (fault) {
      throw unreachable('Entra gave no answer', fault);
    } finally {
      callOff();
    }
  }

  return {
    address({ nonce, verifier, redirect, state, userId }) {
      const asked = new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        response_mode: 'query',
        scope: 'openid',
        redirect_uri: redirect,
        state,
        nonce,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        prompt: 'login',
        login_hint: userId,
      });
      return `${base}/authorize?${asked.toString()}`;
    },

    async prove(id, came) {
      const token = await redeem(came);
      const who = token === null ? null : await readIdToken(token, came.nonce);
      if (who === null) return { ok: false, reason: 'again' };
      if (who.oid !== id.toLowerCase()) return { ok: false, reason: 'another-account' };
      if (who.at === null) {
        onForbidden('auth_time');
        throw new Forbidden('auth_time', 'add the optional claim auth_time to the ID tokens of the application');
      }
      const now = clock.now();
      return who.at >= now - recently && who.at <= now + ahead ? { ok: true } : { ok: false, reason: 'again' };
    },
  };
}
