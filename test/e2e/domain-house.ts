import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import type { SambaDomain } from '../directory/samba-domain.ts';
import { sync } from '../directory/hybrid/on-both.ts';
import { startConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import type { GraphServer } from '../servers/graph/graph.ts';
import { startOpenId } from '../servers/openid.ts';
import { shiftedClock } from './clock.ts';
import type { DemoAccount, Scene } from './house.ts';
import { Person } from './person.ts';

const appId = '11111111-2222-4333-8444-555555555555';
const tenantId = '5d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10';

/** Somebody of the domain who speaks in Teams; what they register is noted here. */
export interface Colleague extends DemoAccount {
  /** Where their account stands in the domain. */
  readonly dn: string;
  number?: string;
  otpauth?: string;
}

/** The product as it runs in production on the test's domain, with Microsoft's servers played by the test's own. */
export interface DomainHouse extends Scene {
  /** A new person, in the domain and in Teams, in a chat of their own. */
  hire(person?: Parameters<SambaDomain['add']>[0]): Promise<{ readonly colleague: Colleague; readonly person: Person }>;
  close(): Promise<void>;
}

const policyText = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8')
  .replace('serviceUrl: here', 'serviceUrl: https://smba.trafficmanager.net/teams/')
  .replace('  for: everyone', '  for: { groups: [Self-service] }');

const ldapEnvironment = ({ settings, controller }: SambaDomain, urls: readonly string[]) => ({
  LDAP_URL: urls.join(','),
  LDAP_CA_FILE: controller.caFile,
  LDAP_BIND_DN: settings.bindDn,
  LDAP_BIND_PASSWORD: settings.bindPassword,
  LDAP_BASE: settings.base,
});

const entraEnvironment = ({ tenant, clientId, secret }: GraphServer) => ({
  ENTRA_TENANT_ID: tenant.id,
  ENTRA_CLIENT_ID: clientId,
  ENTRA_CLIENT_SECRET: secret,
});

/**
 * Started by environment variables and a policy file, as a server is.
 * @param urls where the domain is reached
 * @param cloud where there is one, everybody of the domain is synced there, and the two are one directory (`DIRECTORY=hybrid`)
 */
export async function openDomainHouse(
  domain: SambaDomain,
  urls: readonly string[],
  cloud: GraphServer | null = null,
): Promise<DomainHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-domain-'));
  const connector = await startConnector();
  const openId = await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl });
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const environment = {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: folder,
    SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    PUBLIC_URL: 'https://latchkey.example.com',
    SMTP_URL: 'smtp://127.0.0.1:9',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'unused',
    TWILIO_FROM: '+46701740600',
    MicrosoftAppId: appId,
    MicrosoftAppPassword: 'a password of the bot',
    MicrosoftAppTenantId: tenantId,
    DIRECTORY: cloud === null ? 'active-directory' : 'hybrid',
    ...ldapEnvironment(domain, urls),
    ...(cloud !== null && entraEnvironment(cloud)),
  };
  const read = readConfig(environment, { policyText });
  if (!read.ok) throw new Error(faultsAsText(read.faults));
  const { policy } = read.config;
  const desk = { ...policy.contacts.desk, serviceUrl: connector.serviceUrl };
  // All is as the environment and the policy file have it, but for the two addresses at which this machine plays the world.
  const config: Config = { ...read.config, publicUrl, policy: { ...policy, contacts: { ...policy.contacts, desk } } };
  const clock = shiftedClock();
  const logLines: string[] = [];
  const parcels: { readonly at: string; readonly parcel: Parcel }[] = [];
  const latchkey = await build(config, {
    clock,
    dueEveryMs: 20,
    // The connector is on this machine; everything else that is asked for is Microsoft's.
    ...(cloud !== null && {
      fetch: async (input, init) =>
        (new URL(input instanceof Request ? input.url : input).host === connector.host ? fetch : cloud.fetch)(input, init),
    }),
    logTo: { write: (line: string) => void logLines.push(line) },
    microsoft: {
      openIdMetadata: openId.metadataUrl,
      serviceHosts: [connector.host],
      token: { read: async () => "the bot's own token" },
    },
    delivery: {
      async deliver(parcel) {
        parcels.push({ at: new Date(clock.now()).toISOString(), parcel });
        return { ok: true, providerId: null };
      },
    },
  });
  await latchkey.start();
  const scene: Scene = {
    url: publicUrl,
    config,
    clock,
    connector,
    logLines,
    outbox: async () => parcels.map(({ at, parcel: { kind, to, text } }) => ({ at, kind, to, text })),
  };
  return {
    ...scene,
    async hire(wanted = {}) {
      const account = await domain.add(wanted);
      const id = cloud === null ? randomUUID() : sync(cloud, account).id;
      const colleague: Colleague = { id, dn: account.dn, userId: account.userId, name: 'Alma', story: 'hired', password: account.password };
      connector.roster.set(`29:${id}`, {
        status: 200,
        body: {
          id: `29:${id}`,
          aadObjectId: id,
          userPrincipalName: account.userId,
          tenantId,
          userRole: 'user',
        },
      });
      return { colleague, person: new Person(scene, colleague, { token: () => openId.token() }) };
    },
    async close() {
      await latchkey.stop();
      await openId.close();
      await connector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
