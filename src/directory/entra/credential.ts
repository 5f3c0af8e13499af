import { readFile } from 'node:fs/promises';
import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import type { EntraSettings } from '../../config/config.ts';
import { LatchkeyError } from '../../errors.ts';
import { unreachable } from '../faults.ts';
import type { GraphPorts } from './graph.ts';
import { notOurselves } from './graph-faults.ts';

/** Fixed: no setting changes which host is trusted. */
export const authorityHost = 'https://login.microsoftonline.com';

const scope = 'https://graph.microsoft.com/.default';
/** The audience of a token that stands in for a secret (workload identity federation). */
const exchange = 'api://AzureADTokenExchange/.default';

/** Our application's access token for Graph, kept until it is nearly over. */
export function graphToken(settings: EntraSettings, fetch: typeof globalThis.fetch): GraphPorts['token'] {
  const credential = credentialOf(settings, fetch);
  return async (signal) => {
    try {
      const token = await credential.getToken(scope, { abortSignal: signal });
      if (token !== null) return token.token;
    } catch (fault) {
      if (fault instanceof LatchkeyError) throw fault;
      // Entra answered, and said no. The library has no other mark of that; its text names our application and its tenant, no secret.
      if (fault instanceof Error && /AADSTS\d/u.test(fault.message)) throw notOurselves(fault);
      throw unreachable('Entra gave us no token', fault);
    }
    throw notOurselves();
  };
}

function credentialOf({ tenantId, clientId, credential }: EntraSettings, fetch: typeof globalThis.fetch): TokenCredential {
  const options = { authorityHost, disableInstanceDiscovery: true, httpClient: httpClientOver(fetch), retryOptions: { maxRetries: 1 } };
  switch (credential.is) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, credential.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(tenantId, clientId, { certificate: credential.pem }, options);
    case 'federated':
    case 'managed-identity':
      return new ClientAssertionCredential(tenantId, clientId, assertionOf(credential), options);
  }
}

/** What stands in for a secret: a token that others gave this machine, read anew each time. */
export function assertionOf(
  credential: Extract<EntraSettings['credential'], { is: 'federated' | 'managed-identity' }>,
): () => Promise<string> {
  if (credential.is === 'federated') return async () => (await readFile(credential.tokenFile, 'utf8')).trim();
  const identity = credential.identity === 'system' ? new ManagedIdentityCredential() : new ManagedIdentityCredential(credential.identity);
  return async () => (await identity.getToken(exchange)).token;
}

/** Lets Microsoft's library ask by the product's own fetch. */
const httpClientOver = (fetch: typeof globalThis.fetch): HttpClient => ({
  async sendRequest(request) {
    const response = await fetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      redirect: 'error',
      ...(typeof request.body === 'string' && { body: request.body }),
      ...(request.abortSignal instanceof AbortSignal && { signal: request.abortSignal }),
    });
    return {
      request,
      status: response.status,
      headers: createHttpHeaders(Object.fromEntries(response.headers)),
      bodyAsText: await response.text(),
    };
  },
});
