import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/environment.ts';
import { sealKeyFile } from '../../src/config/seal-keys.ts';
import type { Config } from '../../src/config/config.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const demo = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');
const key = Buffer.alloc(32, 7).toString('base64url');

const local = (more: Record<string, string> = {}): Record<string, string> => ({ DATA_DIR: folder, ...more });

/** All a production server needs. */
const production = (more: Record<string, string | undefined> = {}): Record<string, string | undefined> => ({
  MicrosoftAppId: '11111111-2222-4333-8444-555555555555',
  MicrosoftAppPassword: 'the-client-secret',
  MicrosoftAppTenantId: '5d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10',
  PUBLIC_URL: 'https://latchkey.example.org/',
  DATA_DIR: folder,
  SMTP_URL: 'smtps://user:the-mail-password@mail.example.org',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'the-auth-token',
  TWILIO_FROM: '+46701740605',
  SEAL_KEYS: `k1:${key}`,
  DIRECTORY: 'active-directory',
  LDAP_URL: 'ldaps://dc1.example.org, ldap://dc2.example.org:3268/',
  LDAP_BIND_DN: 'CN=latchkey,OU=Service,DC=example,DC=org',
  LDAP_BIND_PASSWORD: 'the-ldap-password',
  LDAP_BASE: 'OU=People,DC=example,DC=org',
  ...more,
});
const teamsPolicy = demo.replace('serviceUrl: here', 'serviceUrl: https://smba.trafficmanager.net/teams/');

function faultsOf(environment: Record<string, string | undefined>, policyText?: string) {
  const read = readConfig(environment, policyText === undefined ? {} : { policyText });
  return read.ok ? [] : read.faults;
}
const wheres = (environment: Record<string, string | undefined>, policyText?: string): string[] =>
  faultsOf(environment, policyText).map(({ where }) => where);

function configOf(environment: Record<string, string>): Config {
  const read = readConfig(environment);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.config;
}

describe('local mode', () => {
  test('starts with nothing set: loopback, the demo company, the embedded store', () => {
    expect(configOf(local())).toMatchObject({
      mode: 'local',
      host: '127.0.0.1',
      port: 3978,
      publicUrl: 'http://localhost:3978',
      redisUrl: null,
      bot: null,
      smtpUrl: null,
      twilio: null,
      logLevel: 'info',
      policy: { organisation: { name: 'Fjällbyn AB' } },
    });
    expect(readConfig({ DATA_DIR: folder, PORT: '4000' })).toMatchObject({
      config: { publicUrl: 'http://localhost:4000', policy: { contacts: { desk: { serviceUrl: 'http://localhost:4000/direct-line' } } } },
    });
  });

  test('the configuration is frozen', () => {
    const config = configOf(local());
    expect(Object.isFrozen(config) && Object.isFrozen(config.policy.contacts.desk) && Object.isFrozen(config.sealKeys)).toBe(true);
  });

  test('makes a seal key of its own, for its owner only, and keeps it', () => {
    const [first] = configOf(local()).sealKeys;
    const path = join(folder, sealKeyFile);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(first?.bytes).toHaveLength(32);
    expect(configOf(local()).sealKeys).toEqual([first]);
  });

  test('a seal key that others can read is refused', () => {
    configOf(local());
    chmodSync(join(folder, sealKeyFile), 0o644);
    expect(faultsOf(local())).toEqual([expect.objectContaining({ where: 'DATA_DIR', remedy: expect.stringContaining('chmod 600') })]);
  });

  test('a broken seal key is refused, not replaced', () => {
    writeFileSync(join(folder, sealKeyFile), 'local:short', { mode: 0o600 });
    expect(wheres(local())).toEqual(['DATA_DIR']);
    expect(readFileSync(join(folder, sealKeyFile), 'utf8')).toBe('local:short');
  });

  test('nothing is written while something is wrong', () => {
    expect(wheres(local({ PORT: 'x' }))).toEqual(['PORT']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['HOST', '0.0.0.0'],
    ['HOST', '192.168.1.4'],
    ['PUBLIC_URL', 'https://latchkey.example.org'],
    ['PUBLIC_URL', 'http://127.0.0.1.example.org'],
    ['REDIS_URL', 'redis://redis.example.org:6379'],
    ['SMTP_URL', 'smtp://mail.example.org'],
    ['LDAP_URL', 'ldaps://dc.example.org'],
  ])('refuses %s=%s, which is not on loopback', (name, value) => {
    expect(faultsOf(local({ [name]: value }))).toEqual([
      expect.objectContaining({
        where: name,
        what: expect.stringContaining('not on loopback'),
        remedy: expect.stringContaining('MicrosoftAppId'),
      }),
    ]);
  });

  test.each([
    ['HOST', '127.0.0.1'],
    ['HOST', 'localhost'],
    ['HOST', '::1'],
    ['PUBLIC_URL', 'http://localhost:9000/'],
    ['REDIS_URL', 'redis://127.0.0.1:6380/2'],
    ['REDIS_URL', 'redis://[::1]:6380'],
    ['SMTP_URL', 'smtp://localhost:2525'],
  ])('takes %s=%s', (name, value) => {
    expect(wheres(local({ [name]: value }))).toEqual([]);
  });

  test('reaches no provider and no other directory', () => {
    expect(wheres(local({ TWILIO_AUTH_TOKEN: 'x', DIRECTORY: 'entra' }))).toEqual(['TWILIO_*', 'DIRECTORY']);
    expect(faultsOf(local({ DIRECTORY: 'active-directory' }))[0]?.what).toContain('no Bot Framework credentials');
    expect(faultsOf(local({ DIRECTORY: 'openldap' }))[0]?.what).toContain('none of its values');
  });

  test('a policy file of its own is read, and its faults come with file and line', () => {
    const path = join(folder, 'mine.yaml');
    writeFileSync(path, demo.replace('gates: 2', 'gates: 0'));
    const line = demo.split('\n').findIndex((each) => each.includes('gates: 2')) + 1;
    expect(wheres(local({ POLICY_FILE: path, LOG_LEVEL: 'loud' }))).toEqual([`${path}:${line} reset.gates`, 'LOG_LEVEL']);
    expect(wheres(local({ POLICY_FILE: join(folder, 'none.yaml') }))).toEqual(['POLICY_FILE']);
  });

  test.each(['0', '65536', '-1', '3978.5', '0x10', 'http'])('PORT=%s is refused', (port) => {
    expect(wheres(local({ PORT: port }))).toEqual(['PORT']);
  });

  test('an empty variable is no variable', () => {
    expect(configOf(local({ PORT: ' ', REDIS_URL: '', MicrosoftAppId: '' }))).toMatchObject({ mode: 'local', port: 3978, redisUrl: null });
  });
});

describe('production', () => {
  test('says everything that is missing at once, each with its remedy', () => {
    const faults = faultsOf({ MicrosoftAppId: '11111111-2222-4333-8444-555555555555' });
    expect(faults.map(({ where }) => where)).toEqual([
      'POLICY_FILE',
      'MicrosoftAppPassword',
      'MicrosoftAppTenantId',
      'PUBLIC_URL',
      'SEAL_KEYS',
      'DATA_DIR',
      'SMTP_URL',
      'DIRECTORY',
    ]);
    expect(faults.every(({ what, remedy }) => what !== '' && remedy.endsWith('.'))).toBe(true);
  });

  test('starts when it is whole', () => {
    const read = readConfig(production(), { policyText: teamsPolicy });
    expect(read).toMatchObject({
      ok: true,
      config: {
        mode: 'production',
        ldap: {
          urls: ['ldaps://dc1.example.org', 'ldap://dc2.example.org:3268/'],
          bindDn: 'CN=latchkey,OU=Service,DC=example,DC=org',
          bindPassword: 'the-ldap-password',
          base: 'OU=People,DC=example,DC=org',
          ca: null,
          userId: 'userPrincipalName',
        },
      },
    });
  });

  test('a directory without its settings says all of them at once', () => {
    const without = production({ LDAP_URL: undefined, LDAP_BIND_DN: undefined, LDAP_BIND_PASSWORD: undefined, LDAP_BASE: undefined });
    expect(wheres(without, teamsPolicy)).toEqual(['LDAP_URL', 'LDAP_BIND_DN', 'LDAP_BIND_PASSWORD', 'LDAP_BASE']);
  });

  test('the authority of the controllers is read from its file', () => {
    const path = join(folder, 'ca.pem');
    const [authority = ''] = rootCertificates;
    writeFileSync(path, `The authority of the controllers:\n${authority}\n`);
    const read = readConfig(production({ LDAP_CA_FILE: path }), { policyText: teamsPolicy });
    expect(read.ok && read.config.ldap?.ca).toBe(authority);
    for (const text of ['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
      writeFileSync(path, text);
      expect(wheres(production({ LDAP_CA_FILE: path }), teamsPolicy)).toEqual(['LDAP_CA_FILE']);
    }
    expect(wheres(production({ LDAP_CA_FILE: join(folder, 'none.pem') }), teamsPolicy)).toEqual(['LDAP_CA_FILE']);
  });

  test('Entra ID in the place of Active Directory: its own settings, and no others', () => {
    const tenant = '5d0a4c1e-6f3b-4b8e-9a57-2c6d7e8f9a10';
    const settings = {
      ENTRA_TENANT_ID: tenant,
      ENTRA_CLIENT_ID: '22222222-2222-4333-8444-555555555555',
      ENTRA_CLIENT_SECRET: 'the-entra-secret',
    };
    const read = readConfig(production({ DIRECTORY: 'entra', ...settings }), { policyText: teamsPolicy });
    expect(read.ok && read.config).toMatchObject({ ldap: null, entra: { tenantId: tenant, credential: { is: 'secret' } } });
    const hybrid = readConfig(production({ DIRECTORY: 'hybrid', ...settings }), { policyText: teamsPolicy });
    expect(hybrid.ok && hybrid.config).toMatchObject({ ldap: { userId: 'userPrincipalName' }, entra: { tenantId: tenant } });
    expect(wheres(production({ DIRECTORY: 'hybrid', LDAP_BASE: '' }), teamsPolicy)).toEqual([
      'LDAP_BASE',
      'ENTRA_TENANT_ID',
      'ENTRA_CLIENT_ID',
      'ENTRA_CLIENT_SECRET',
    ]);
    expect(wheres(production({ DIRECTORY: 'entra' }), teamsPolicy)).toEqual(['ENTRA_TENANT_ID', 'ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET']);
    const foreign = { ...settings, ENTRA_TENANT_ID: '99999999-2222-4333-8444-555555555555', ENTRA_TOKEN_FILE: '/none' };
    const faults = faultsOf(production({ DIRECTORY: 'entra', ...foreign }), teamsPolicy);
    expect(faults.map(({ where }) => where)).toEqual(['ENTRA_CLIENT_SECRET, ENTRA_TOKEN_FILE', 'ENTRA_TENANT_ID']);
    expect(JSON.stringify(faults)).not.toContain('the-entra-secret');
  });

  test('the local directory is refused', () => {
    expect(faultsOf(production({ DIRECTORY: 'local' }), teamsPolicy)).toEqual([
      expect.objectContaining({ where: 'DIRECTORY', what: expect.stringContaining('demo company only') }),
    ]);
  });

  test('the default policy is refused while it holds placeholders', () => {
    const faults = faultsOf(production({ POLICY_FILE: new URL('../../src/config/default-policy.yaml', import.meta.url).pathname }));
    expect(faults.filter(({ what }) => what.includes('placeholder')).length).toBeGreaterThan(5);
  });

  const refused: readonly (readonly [string, string | undefined])[] = [
    ['PUBLIC_URL', 'http://latchkey.example.org'],
    ['PUBLIC_URL', 'latchkey.example.org'],
    ['PUBLIC_URL', 'https://latchkey.example.org/?a=b'],
    ['MicrosoftAppId', 'my-bot'],
    ['MicrosoftAppType', 'Single'],
    ['MicrosoftAppTenantId', '99999999-2222-4333-8444-555555555555'],
    ['MicrosoftAppPassword', undefined],
    ['TWILIO_AUTH_TOKEN', undefined],
    ['TWILIO_FROM', '0701740605'],
    ['SMTP_URL', 'mail.example.org'],
    ['REDIS_URL', 'https://redis.example.org'],
    ['MAIL_FROM', 'nobody'],
    ['SEAL_KEYS', key],
    ['SEAL_KEYS', 'k1:c2hvcnQ'],
    ['SEAL_KEYS', `k1:${key},`],
    ['SEAL_KEYS', `k1:${key},k1:${key}`],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
    ['NODE_EXTRA_CA_CERTS', '/etc/ca.pem'],
    ['TWILIO_REGION', 'ie1'],
    ['TWILIO_EDGE', 'dublin'],
    ['DIRECTORY', undefined],
    ['DIRECTORY', 'openldap'],
    ['LDAP_URL', 'dc1.example.org'],
    ['LDAP_URL', 'http://dc1.example.org'],
    ['LDAP_URL', 'ldaps://dc1.example.org ldaps://user:password@dc2.example.org'],
    ['LDAP_URL', 'ldaps://dc1.example.org/DC=example,DC=org??sub'],
    ['LDAP_URL', ' , '],
    ['LDAP_BIND_DN', 'latchkey'],
    ['LDAP_BIND_DN', 'EXAMPLE\\latchkey'],
    ['LDAP_BASE', 'example.org'],
    ['LDAP_BASE', 'OU=People'],
    ['LDAP_USER_ID', 'sAMAccountName'],
    ['NODE_DEBUG', 'http,ldapts'],
    ['NODE_DEBUG', '*'],
    ['AZURE_AUTHORITY_HOST', 'https://login.example.org'],
    ['AZURE_REGIONAL_AUTHORITY_NAME', 'westeurope'],
    ['AZURE_POD_IDENTITY_AUTHORITY_HOST', 'http://10.0.0.1'],
  ];
  test.each(refused)('%s=%s is refused, and nothing else', (name, value) => {
    expect(wheres(production({ [name]: value }), teamsPolicy)).toEqual([name]);
  });

  test('text messages need Twilio only where the policy has them', () => {
    const without = production({ TWILIO_ACCOUNT_SID: undefined, TWILIO_AUTH_TOKEN: undefined, TWILIO_FROM: undefined });
    expect(wheres(without, teamsPolicy)).toEqual(['TWILIO_ACCOUNT_SID']);
    const noTexts = teamsPolicy.replace('text-message: { enabled: true', 'text-message: { enabled: false');
    expect(wheres(without, noTexts)).toEqual(['TWILIO_ACCOUNT_SID']);
    expect(wheres(without, noTexts.replace('phone-call: { enabled: true', 'phone-call: { enabled: false'))).toEqual([]);
  });

  test('calls need a number to call from: a messaging service has none', () => {
    const service = { TWILIO_FROM: 'MG00000000000000000000000000000003' };
    expect(wheres(production(service), teamsPolicy)).toEqual(['TWILIO_CALL_FROM']);
    expect(wheres(production({ ...service, TWILIO_CALL_FROM: '46766861004' }), teamsPolicy)).toEqual(['TWILIO_CALL_FROM']);
    expect(wheres(production({ ...service, TWILIO_CALL_FROM: '+46766861004' }), teamsPolicy)).toEqual([]);
    expect(wheres(production(service), teamsPolicy.replace('phone-call: { enabled: true', 'phone-call: { enabled: false'))).toEqual([]);
  });

  test('the chat of local mode is no helpdesk channel', () => {
    expect(wheres(production(), demo)).toEqual(['POLICY_FILE']);
  });

  test('no fault repeats a secret', () => {
    const said = JSON.stringify([
      faultsOf(
        production({ SEAL_KEYS: `k1:${key}x`, SMTP_URL: 'smtpx://user:the-mail-password@mail.example.org', TWILIO_FROM: 'x' }),
        teamsPolicy,
      ),
      faultsOf(production({ LDAP_URL: 'ldaps://a:the-url-password@dc1.example.org', LDAP_BASE: 'x' }), teamsPolicy),
      faultsOf(production({ MicrosoftAppTenantId: undefined, REDIS_URL: 'redis:the-redis-password' }), teamsPolicy),
    ]);
    for (const secret of [
      key,
      'the-mail-password',
      'the-auth-token',
      'the-client-secret',
      'the-redis-password',
      'the-ldap-password',
      'the-url-password',
    ])
      expect(said).not.toContain(secret);
  });
});

describe('R30: the list of leaked passwords', () => {
  const withService = demo.replace('contacts:\n', 'password:\n  breachedService: https://ranges.example.org/range\n\ncontacts:\n');

  test('is a folder of range files', () => {
    writeFileSync(join(folder, '00000.txt'), '');
    expect(configOf(local({ BREACHED_PASSWORDS_DIR: folder })).breachedDir).toBe(folder);
    expect(configOf(local()).breachedDir).toBeNull();
  });

  test('a folder without range files is refused, and so are a folder and a service at once', () => {
    expect(wheres(local({ BREACHED_PASSWORDS_DIR: folder }))).toEqual(['BREACHED_PASSWORDS_DIR']);
    writeFileSync(join(folder, '00000.txt'), '');
    expect(wheres(local({ BREACHED_PASSWORDS_DIR: folder }), withService)).toContain('BREACHED_PASSWORDS_DIR');
  });

  test('local mode asks no service: it would speak to another machine', () => {
    expect(wheres(local(), withService)).toEqual(['POLICY_FILE']);
    expect(
      wheres(production(), withService.replace('serviceUrl: here', 'serviceUrl: https://smba.trafficmanager.net/teams/')),
    ).not.toContain('POLICY_FILE');
  });
});

describe('R16: RP_ID', () => {
  test('is the host of the public address, and a domain above it where it says so', () => {
    expect(configOf(local()).rpId).toBe('localhost');
    expect(configOf(local({ PUBLIC_URL: 'http://127.0.0.1:9000' })).rpId).toBe('127.0.0.1');
    for (const id of ['latchkey.example.org', 'example.org', 'Example.org'])
      expect(wheres(production({ RP_ID: id }))).not.toContain('RP_ID');
  });

  test.each(['example.net', 'org', 'key.example.org', 'hkey.example.org', 'https://latchkey.example.org', 'latchkey.example.org:443'])(
    'is refused as %s, with what to do',
    (id) => {
      const fault = faultsOf(production({ RP_ID: id })).find(({ where }) => where === 'RP_ID');
      expect(fault?.remedy).toContain('Write latchkey.example.org');
    },
  );

  test('cannot be set where the public address is a number, and in production such an address is refused with security keys', () => {
    expect(wheres(local({ PUBLIC_URL: 'http://127.0.0.1:9000', RP_ID: 'localhost' }))).toEqual(['RP_ID']);
    expect(wheres(production({ PUBLIC_URL: 'https://192.0.2.7/' }), teamsPolicy)).toContain('PUBLIC_URL');
  });
});
