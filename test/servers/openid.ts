import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** Bot Framework's keys and tokens, as a test makes them. */
export interface OpenIdServer {
  /** Where the keys are described. */
  readonly metadataUrl: string;
  /** The public keys as they are served. */
  readonly keys: readonly JWK[];
  /** How often the keys were asked for. */
  readonly asked: () => number;
  /** A token that is good but for what is changed: claims by name, `undefined` to leave one out. */
  token(changes?: TokenChanges): Promise<string>;
  /** Answers 503 from now on. */
  fail(): void;
  close(): Promise<void>;
}

export interface TokenChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** `good`: served, endorsed for Teams. `other`: endorsed for another channel. `bare`: without endorsements. `unknown`: not served. */
  readonly key?: 'good' | 'other' | 'bare' | 'unknown';
  /** Says it is signed by the good key, whichever signed it. */
  readonly pretends?: boolean;
}

/** @param good the claims of a good token: audience and service URL */
export async function startOpenId(good: { readonly audience: string; readonly serviceUrl: string }): Promise<OpenIdServer> {
  const endorsements = { good: ['msteams', 'webchat'], other: ['skype'], bare: undefined, unknown: undefined } as const;
  const signers = new Map<string, CryptoKey>();
  const keys: JWK[] = [];
  for (const [kid, endorsed] of Object.entries(endorsements)) {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    signers.set(kid, privateKey);
    const served = { ...(await exportJWK(publicKey)), use: 'sig', kid, ...(endorsed === undefined ? {} : { endorsements: endorsed }) };
    if (kid !== 'unknown') keys.push(served);
  }

  let isFailing = false;
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const body =
      request.url === '/keys' ? { keys } : { issuer: issuer, jwks_uri: `${base()}/keys`, id_token_signing_alg_values_supported: ['RS256'] };
    response.writeHead(isFailing ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = (): string => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  };

  return {
    metadataUrl: `${base()}/metadata`,
    keys,
    asked: () => asked,
    async token({ claims = {}, key = 'good', pretends = false } = {}) {
      const now = Math.floor(Date.now() / 1000);
      const all = { iss: issuer, aud: good.audience, serviceurl: good.serviceUrl, nbf: now - 60, exp: now + 3600, ...claims };
      const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      const signer = signers.get(key);
      if (signer === undefined) throw new Error(`no key ${key}`);
      return new SignJWT(kept).setProtectedHeader({ alg: 'RS256', kid: pretends ? 'good' : key, typ: 'JWT' }).sign(signer);
    },
    fail: () => {
      isFailing = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const issuer = 'https://api.botframework.com';
