import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import type { EntraSettings } from '../../config/config.ts';
import type { Clock } from '../../ports.ts';
import { assertionOf } from './credential.ts';

const asJwt = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** How long what is signed here is good for, s. */
const goodFor = 300;

/** What a request to the token endpoint says to prove our application, beside its id (RFC 6749, 2.3; RFC 7523). */
export function clientProof({ clientId, credential }: EntraSettings, clock: Clock): (endpoint: string) => Promise<Record<string, string>> {
  switch (credential.is) {
    case 'secret':
      return async () => ({ client_secret: credential.secret });
    case 'certificate':
      return async (endpoint) => ({
        client_assertion_type: asJwt,
        client_assertion: await signed(clientId, credential.pem, endpoint, clock),
      });
    case 'federated':
    case 'managed-identity': {
      const assertion = assertionOf(credential);
      return async () => ({ client_assertion_type: asJwt, client_assertion: await assertion() });
    }
  }
}

function signed(clientId: string, pem: string, audience: string, clock: Clock): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const thumbprint = Buffer.from(new X509Certificate(pem).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  return new SignJWT({})
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setNotBefore(now)
    .setExpirationTime(now + goodFor)
    .sign(createPrivateKey(pem));
}
