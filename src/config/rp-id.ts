import { isIP } from 'node:net';
import type { Policy } from './policy.ts';
import type { Settings } from './settings.ts';

/**
 * The host that security keys answer to (WebAuthn's RP ID): that of the public address unless `RP_ID` names a domain it is under. A key
 * that was registered for one is worth nothing for another, so it is a setting of its own and outlives a change of address. Whether a
 * domain may be registered under at all (`com` may not) is the browser's to say: it holds the list.
 */
export function readRpId(settings: Settings, publicUrl: string, policy: Policy | null): string {
  // Square brackets are how an address of IPv6 stands in a URL.
  const host = (URL.parse(publicUrl)?.hostname ?? '').replace(/^\[|\]$/g, '');
  const given = settings.text('RP_ID')?.toLowerCase() ?? null;
  if (host === '') return given ?? '';
  if (isIP(host) !== 0) {
    if (given !== null) refuse(settings, `cannot be set while PUBLIC_URL is a network address`, 'Write a host name in PUBLIC_URL.');
    // Local mode goes on: there the page says that the browser will not.
    else if (publicUrl.startsWith('https:') && policy?.methods['security-key'].enabled === true) {
      settings.refuse(
        'PUBLIC_URL',
        'is a network address, for which no browser uses a security key, but the policy file enables security-key',
        'Write a host name, or disable the method.',
      );
    }
    return host;
  }
  if (given === null || given === host) return host;
  const isAbove = given.includes('.') && host.endsWith(`.${given}`);
  if (!isAbove || isIP(given) !== 0)
    refuse(
      settings,
      `is ${given}, which is neither ${host} nor a domain it is under`,
      `Write ${host} or a domain it ends in, without https:// and port; or leave it out.`,
    );
  return given;
}

const refuse = (settings: Settings, what: string, remedy: string): void => settings.refuse('RP_ID', what, remedy);
