import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LdapSettings } from './config.ts';
import type { Settings } from './settings.ts';

/** `DC=example,DC=org` at the end; what stands before it may be anything. */
const distinguishedName = /^(?:[a-z]+=.+,)?DC=[^,=]+(?:,DC=[^,=]+)*$/iu;
const serviceAccount = /^(?:[a-z]+=.+,DC=[^,=]+|[^\s@\\/]+@[^\s@]+)$/iu;

/** The addresses in LDAP_URL; one that is none is noted. */
export function ldapUrls(settings: Settings): readonly string[] {
  const text = settings.text('LDAP_URL');
  if (text === null) return [];
  const urls = text.split(/[\s,]+/u).filter(Boolean);
  if (urls.length === 0 || !urls.every(isControllerUrl)) {
    settings.refuse(
      'LDAP_URL',
      'is not a list of domain controllers',
      'Write ldaps://dc1.example.org,ldaps://dc2.example.org: host and port alone. ldap:// is upgraded by StartTLS.',
    );
    return [];
  }
  return urls;
}

function isControllerUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^ldaps?:\/\/(?:[^/@?#:[\]]+|\[[0-9a-f:.]+\])(?::\d+)?\/?$/iu.test(text) && url.hostname !== '';
}

/** How Active Directory is reached; null when something is wrong with it, which is noted. */
export function readLdap(settings: Settings): LdapSettings | null {
  const urls = ldapUrls(settings);
  if (!settings.has('LDAP_URL'))
    settings.refuse('LDAP_URL', 'is missing', 'Write ldaps://dc1.example.org, or several with commas between.');
  const bindDn = settings.needed(
    'LDAP_BIND_DN',
    'Write the service account: its distinguished name (CN=latchkey,OU=Service,DC=example,DC=org) or latchkey@example.org.',
    serviceAccount,
  );
  const bindPassword = settings.needed('LDAP_BIND_PASSWORD', 'Write the password of the service account.');
  const base = settings.needed(
    'LDAP_BASE',
    'Write the distinguished name under which the accounts stand: OU=People,DC=example,DC=org.',
    distinguishedName,
  );
  const ca = readCa(settings);
  const userId = settings.oneOf('LDAP_USER_ID', ['userPrincipalName', 'mail'] as const, 'userPrincipalName');
  if (urls.length === 0 || bindDn === null || bindPassword === null || base === null || ca === 'wrong') return null;
  return { urls, bindDn, bindPassword, base, ca: ca?.pem ?? null, userId };
}

function readCa(settings: Settings): { readonly pem: string } | null | 'wrong' {
  const path = settings.text('LDAP_CA_FILE');
  if (path === null) return null;
  try {
    const pem = readFileSync(path, 'utf8');
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu) ?? [];
    if (certificates.map((each) => new X509Certificate(each)).length > 0) return { pem: certificates.join('\n') };
  } catch {
    // Said below.
  }
  settings.refuse(
    'LDAP_CA_FILE',
    'is not a file of certificates that can be read',
    'Name a PEM file of the authority that signs your domain controllers.',
  );
  return 'wrong';
}
