import { isLoopbackHost } from '../server/loopback.ts';

/** Where Microsoft's connectors answer, worldwide and for governments (Teams documentation, "Send proactive messages"). */
const connectorHosts: ReadonlySet<string> = new Set([
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
]);
const connectorDomains: readonly string[] = ['.botframework.com', '.botframework.us', '.botframework.azure.us'];

/** Says whether the bot may speak to a service URL: whoever it names gets the bot's own token. */
export type TrustsServiceUrl = (serviceUrl: string) => boolean;

/**
 * In production Microsoft's hosts alone, over https at its own port; in local mode loopback alone.
 * @param alsoHosts `host:port` of a connector of the caller's own, trusted over http too; no setting leads here
 */
export function trustOf(mode: 'local' | 'production', alsoHosts: readonly string[] = []): TrustsServiceUrl {
  return (serviceUrl) => {
    if (!URL.canParse(serviceUrl)) return false;
    const url = new URL(serviceUrl);
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
    if (!['https:', 'http:'].includes(url.protocol)) return false;
    if (alsoHosts.includes(url.host)) return true;
    if (mode === 'local') return isLoopbackHost(url.hostname);
    if (url.protocol !== 'https:' || url.port !== '') return false;
    return connectorHosts.has(url.hostname) || connectorDomains.some((domain) => url.hostname.endsWith(domain));
  };
}
