import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import type { GraphAnswer } from './answers.ts';

/** What the next ID token says otherwise; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

interface Began {
  readonly query: URLSearchParams;
  readonly oid: string;
  readonly claims: Claims;
  readonly stranger: boolean;
}

/** Entra's sign-in as the authorization code flow has it: codes are taken once, with the verifier they began with. */
export interface SignInSite {
  readonly keys: readonly JWK[];
  /**
   * Somebody signs in at the address that a page links to.
   * @param how.stranger the token is signed by a key that nobody publishes
   * @returns the address the browser comes back to
   */
  signIn(address: string, oid: string, how?: { readonly claims?: Claims; readonly stranger?: boolean }): string;
  /** Takes a code for an ID token. */
  redeem(form: URLSearchParams): Promise<GraphAnswer>;
}

const invalidGrant = (text: string): GraphAnswer => ({ status: 400, body: { error: 'invalid_grant', error_description: text } });

export async function signInSite(tenantId: string, clientId: string): Promise<SignInSite> {
  const ours = await generateKeyPair('RS256');
  const others = await generateKeyPair('RS256');
  const codes = new Map<string, Began>();
  return {
    keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'key-1', use: 'sig' }],
    signIn(address, oid, { claims = {}, stranger = false } = {}) {
      const url = new URL(address);
      if (`${url.origin}${url.pathname}` !== `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`)
        throw new Error(`no sign-in at ${url.origin}${url.pathname}`);
      const code = `0.${randomBytes(24).toString('base64url')}`;
      codes.set(code, { query: url.searchParams, oid, claims, stranger });
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code, state: url.searchParams.get('state') ?? '', session_state: 'x' }).toString();
      return back.href;
    },
    async redeem(form) {
      const code = form.get('code') ?? '';
      const began = codes.get(code);
      codes.delete(code);
      if (began === undefined) return invalidGrant('AADSTS54005: OAuth2 Authorization code was already redeemed.');
      const { query, oid, claims, stranger } = began;
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const fits =
        query.get('code_challenge') === challenge &&
        query.get('code_challenge_method') === 'S256' &&
        query.get('client_id') === form.get('client_id') &&
        query.get('redirect_uri') === form.get('redirect_uri');
      if (!fits) return invalidGrant('AADSTS501481: The Code_Verifier does not match the code_challenge.');
      const now = Math.floor(Date.now() / 1000);
      const good = {
        aud: clientId,
        iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
        iat: now,
        nbf: now,
        exp: now + 3600,
        auth_time: now,
        nonce: query.get('nonce'),
        oid,
        tid: tenantId,
        ver: '2.0',
      };
      const said = Object.fromEntries(Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined));
      const key = stranger ? others.privateKey : ours.privateKey;
      const token = await new SignJWT(said).setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'JWT' }).sign(key);
      return { status: 200, body: { token_type: 'Bearer', scope: 'openid', expires_in: 3599, access_token: 'opaque', id_token: token } };
    },
  };
}
