import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EntraSettings } from './config.ts';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

/** How our application proves who it is: exactly one of these. */
const ways = ['ENTRA_CLIENT_SECRET', 'ENTRA_CERTIFICATE_FILE', 'ENTRA_TOKEN_FILE', 'ENTRA_MANAGED_IDENTITY'] as const;

/** How Entra ID is reached, and as whom; null when something is wrong with it, which is noted. */
export function readEntra(settings: Settings, policy: Policy | null): EntraSettings | null {
  const tenantId = settings.needed(
    'ENTRA_TENANT_ID',
    "Write the id of the tenant whose accounts are served: a GUID, not the tenant's name.",
    guid,
  );
  const clientId = settings.needed(
    'ENTRA_CLIENT_ID',
    'Write the application (client) id of the app registration that src/directory/README.md describes.',
    guid,
  );
  const credential = readCredential(settings);
  if (policy !== null && tenantId !== null && !policy.organisation.tenants.includes(tenantId.toLowerCase())) {
    settings.refuse(
      'ENTRA_TENANT_ID',
      'is not among organisation.tenants of the policy file, so none of its people would be served',
      'Add it there, or correct it here.',
    );
  }
  return tenantId === null || clientId === null || credential === null ? null : { tenantId, clientId, credential };
}

function readCredential(settings: Settings): EntraSettings['credential'] | null {
  const given = ways.filter((name) => settings.has(name));
  const [way] = given;
  if (way === undefined || given.length > 1) {
    settings.refuse(
      way === undefined ? ways[0] : given.join(', '),
      way === undefined
        ? 'is missing, and so is every other way to prove who the application is'
        : 'are several ways to prove one application',
      `Set exactly one of ${ways.join(', ')}; a managed identity or a certificate rather than a secret.`,
    );
    return null;
  }
  const value = settings.text(way) ?? '';
  switch (way) {
    case 'ENTRA_CLIENT_SECRET':
      return { is: 'secret', secret: value };
    case 'ENTRA_CERTIFICATE_FILE':
      return readCertificate(settings, value);
    case 'ENTRA_TOKEN_FILE':
      return readTokenFile(settings, value);
    case 'ENTRA_MANAGED_IDENTITY':
      if (value === 'system' || guid.test(value)) return { is: 'managed-identity', identity: value };
      settings.refuse(way, 'names no managed identity', 'Write system, or the client id of a user-assigned managed identity.');
      return null;
  }
}

/** A PEM file with the private key and its certificate. */
function readCertificate(settings: Settings, path: string): EntraSettings['credential'] | null {
  try {
    const pem = readFileSync(path, 'utf8');
    if (new X509Certificate(pem).checkPrivateKey(createPrivateKey(pem))) return { is: 'certificate', pem };
  } catch {
    // Said below.
  }
  settings.refuse(
    'ENTRA_CERTIFICATE_FILE',
    'is no file with a certificate and its private key that can be read',
    'Name a PEM file that holds both, the key without a password, readable by the server alone.',
  );
  return null;
}

function readTokenFile(settings: Settings, path: string): EntraSettings['credential'] | null {
  try {
    if (readFileSync(path, 'utf8').trim() !== '') return { is: 'federated', tokenFile: path };
  } catch {
    // Said below.
  }
  settings.refuse(
    'ENTRA_TOKEN_FILE',
    'is no file with a token that can be read',
    'Name the file in which your platform keeps the federated token.',
  );
  return null;
}
