import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { SignJWT, exportSPKI, importJWK } from 'jose';
import { credentialsOf, StrictAuth } from '../../src/teams/authentication.ts';
import { trustOf } from '../../src/teams/service-url.ts';
import { systemClock } from '../../src/security/system-ports.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { startOpenId, type OpenIdServer, type TokenChanges } from '../servers/openid.ts';
import { appId, closeAll, configFor, message, opened, openHouse, type House } from './house.ts';

let connector: FakeConnector;
let openId: OpenIdServer;
let house: House;
const said: unknown[] = [];

beforeAll(async () => {
  connector = opened(await startConnector());
  openId = opened(await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl }));
  house = await openHouse('production', {
    openIdMetadata: openId.metadataUrl,
    serviceHosts: [connector.host],
    token: { read: async () => 'the bot token' },
  });
  for (const stream of ['error', 'warn'] as const) jest.spyOn(console, stream).mockImplementation((...words) => void said.push(words));
});
afterEach(() => {
  house.inputs.length = 0;
  house.logLines.length = 0;
});
afterAll(closeAll);

const seconds = (from: number): number => Math.floor(Date.now() / 1000) + from;

async function post(changes: TokenChanges = {}, activity: Record<string, unknown> = message(connector.serviceUrl)) {
  return house.post(activity, { authorization: `Bearer ${await openId.token(changes)}` });
}

describe('R43: a good token is let in', () => {
  test('200, and the logic is asked', async () => {
    expect(await post()).toMatchObject({ status: 200 });
    expect(house.inputs).toHaveLength(1);
  });

  test('within the five minutes that clocks may differ', async () => {
    expect(await post({ claims: { exp: seconds(-240) } })).toMatchObject({ status: 200 });
  });
});

describe('R41, R43: whatever proves nothing is 401, is logged, and nothing reaches the logic', () => {
  async function expectRefused(answer: { status: number; text: string }): Promise<void> {
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toEqual({ code: 'unauthorized', reference: expect.any(String) });
    expect(house.inputs).toHaveLength(0);
    expect(house.logLines.filter((line) => line.includes('"unauthorized"'))).toHaveLength(1);
  }

  test.each<[string, TokenChanges]>([
    ['a forged signature under a known key id', { key: 'unknown', pretends: true }],
    ['a key that nobody serves', { key: 'unknown' }],
    ['a key endorsed for another channel', { key: 'other' }],
    ['a key without any endorsement', { key: 'bare' }],
    ['expired', { claims: { exp: seconds(-3600), nbf: seconds(-7200) } }],
    ['not yet valid', { claims: { nbf: seconds(3600), exp: seconds(7200) } }],
    ['without an end', { claims: { exp: undefined } }],
    ['a wrong audience', { claims: { aud: '99999999-2222-4333-8444-555555555555' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['a wrong issuer', { claims: { iss: 'https://evil.example.com' } }],
    [
      'the issuer of the emulator',
      { claims: { iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/', ver: '1.0', appid: appId } },
    ],
    ['a skill', { claims: { ver: '1.0', appid: '99999999-2222-4333-8444-555555555555' } }],
    ['for another service URL', { claims: { serviceurl: 'https://smba.trafficmanager.net/emea/' } }],
    ['for no service URL', { claims: { serviceurl: undefined } }],
  ])('%s', async (_name, changes) => {
    await expectRefused(await post(changes));
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['no header', {}],
    ['an empty one', { authorization: '' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['no token', { authorization: 'Bearer' }],
    ['words', { authorization: 'Bearer not.a.token' }],
    ['JSON that is none', { authorization: `Bearer ${btoa('{"typ":"JWT"')}.${btoa('{')}.x`.replaceAll('=', '') }],
  ])('%s', async (_name, headers) => {
    await expectRefused(await house.post(message(connector.serviceUrl), headers));
  });

  test('signed by nobody (alg none)', async () => {
    const [, claims] = (await openId.token()).split('.');
    const head = Buffer.from('{"alg":"none","kid":"good","typ":"JWT"}').toString('base64url');
    await expectRefused(await house.post(message(connector.serviceUrl), { authorization: `Bearer ${head}.${claims}.` }));
    house.logLines.length = 0;
    await expectRefused(await house.post(message(connector.serviceUrl), { authorization: `Bearer ${head}.${claims}.AAAA` }));
  });

  test('signed with the public key as a shared secret (HS256)', async () => {
    const key = await importJWK({ ...openId.keys.find(({ kid }) => kid === 'good'), alg: 'RS256' }, 'RS256', { extractable: true });
    const pem = await exportSPKI(key as Parameters<typeof exportSPKI>[0]);
    const token = await new SignJWT({
      iss: 'https://api.botframework.com',
      aud: appId,
      serviceurl: connector.serviceUrl,
      exp: seconds(3600),
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'good', typ: 'JWT' })
      .sign(new TextEncoder().encode(pem));
    await expectRefused(await house.post(message(connector.serviceUrl), { authorization: `Bearer ${token}` }));
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['empty', ''],
    ['no text', { host: 'x' }],
    ['no address', 'teams'],
    ['foreign', 'https://smba.trafficmanager.net.evil.example.com/'],
    ['foreign with a good name in front', 'https://smba.trafficmanager.net@evil.example.com/'],
    ['without https', 'http://smba.trafficmanager.net/emea/'],
    ['on another port', 'https://smba.trafficmanager.net:8443/'],
    ['on this machine', 'http://127.0.0.1:1/'],
  ])('serviceUrl: %s', async (_name, serviceUrl) => {
    const claims = { serviceurl: serviceUrl };
    await expectRefused(await post({ claims }, message(connector.serviceUrl, { serviceUrl })));
  });

  test.each<[string, Record<string, unknown>]>([
    [
      'foreign',
      {
        channelData: { tenant: { id: 'ffffffff-0000-4000-8000-0000000000ff' } },
        conversation: { id: 'a:1', conversationType: 'personal' },
      },
    ],
    ['foreign in the conversation alone', { conversation: { id: 'a:1', tenantId: 'ffffffff-0000-4000-8000-0000000000ff' } }],
    ['none', { channelData: {}, conversation: { id: 'a:1' } }],
  ])('tenant: %s', async (_name, changes) => {
    await expectRefused(await post({}, message(connector.serviceUrl, changes)));
  });

  test.each<[string, unknown]>([
    ['none', undefined],
    ['that of a path with other rules', 'AseChannel'],
    ['one the key is not endorsed for', 'skype'],
  ])('channel: %s', async (_name, channelId) => {
    await expectRefused(await post({}, message(connector.serviceUrl, { channelId })));
  });

  test('a tenant is the same in upper case', async () => {
    const known = message(connector.serviceUrl) as { channelData: { tenant: { id: string } } };
    const answer = await post(
      {},
      message(connector.serviceUrl, { channelData: { tenant: { id: known.channelData.tenant.id.toUpperCase() } } }),
    );
    expect(answer.status).toBe(200);
  });
});

test('strangers cannot make us ask for keys', async () => {
  const own = opened(await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl }));
  const other = await openHouse('production', {
    openIdMetadata: own.metadataUrl,
    serviceHosts: [connector.host],
    token: { read: async () => '' },
  });
  await other.post(message(connector.serviceUrl), {
    authorization: `Bearer ${await own.token({ claims: { iss: 'https://evil.example.com' } })}`,
  });
  await other.post(message('https://evil.example.com/'), { authorization: `Bearer ${await own.token()}` });
  expect(own.asked()).toBe(0);
});

test('keys that cannot be read are no verdict: 503, and the channel comes again', async () => {
  const own = opened(await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl }));
  own.fail();
  const other = await openHouse('production', {
    openIdMetadata: own.metadataUrl,
    serviceHosts: [connector.host],
    token: { read: async () => '' },
  });
  const answer = await other.post(message(connector.serviceUrl), { authorization: `Bearer ${await own.token()}` });
  expect(answer.status).toBe(503);
  expect(answer.text).not.toMatch(/openid|keys|503/iu);
  expect(other.inputs).toHaveLength(0);
});

test('what Bot Framework prints about tokens stays out of the console', () => {
  expect(said).toEqual([]);
});

describe('R43: the service URLs that are trusted', () => {
  test.each([
    'https://smba.trafficmanager.net/emea/',
    'https://webchat.botframework.com/',
    'https://smba.infra.gcc.teams.microsoft.com/teams',
    'https://smba.infra.gov.teams.microsoft.us/teams',
    'https://europe.directline.botframework.azure.us/',
  ])('in production: %s', (url) => {
    expect(trustOf('production')(url)).toBe(true);
    expect(trustOf('local')(url)).toBe(false);
  });

  test.each([
    'https://evilbotframework.com/',
    'https://smba.trafficmanager.net.example.com/',
    'https://smba.trafficmanager.net@example.com/',
    'https://user:password@smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/emea/?to=elsewhere',
    'https://smba.trafficmanager.net/emea/#there',
    'https://smba.trafficmanager.net:8443/emea/',
    'http://smba.trafficmanager.net/emea/',
    'ftp://smba.trafficmanager.net/emea/',
    'smba.trafficmanager.net/emea/',
    '',
  ])('nowhere: %j', (url) => {
    expect(trustOf('production')(url)).toBe(false);
    expect(trustOf('local')(url)).toBe(false);
  });

  test.each(['http://localhost:56150/_connector', 'http://127.0.0.1:3978/direct-line', 'http://[::1]:1/'])('in local mode: %s', (url) => {
    expect(trustOf('local')(url)).toBe(true);
    expect(trustOf('production')(url)).toBe(false);
  });
});

test.each([null, { appId: ' ', password: '', type: 'SingleTenant', tenantId: 'x' } as const])(
  'R43: without an app id production refuses to start: anybody could speak as anybody',
  (bot) => {
    const config = { ...configFor('production'), bot };
    expect(() => new StrictAuth({ config, trusts: () => true, clock: systemClock, credentials: credentialsOf(null) })).toThrow(
      expect.objectContaining({ code: 'latchkey_teams_no_credentials', kind: 'configuration' }),
    );
  },
);

test('no variable of the environment changes whom the bot trusts', async () => {
  const names = [
    'ChannelService',
    'BotOpenIdMetadata',
    'ToBotFromChannelOpenIdMetadataUrl',
    'MicrosoftAppId',
    'ToBotFromChannelTokenIssuer',
  ];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = name === 'MicrosoftAppId' ? '' : 'http://127.0.0.1:1/evil';
  try {
    const other = await openHouse('production', {
      openIdMetadata: openId.metadataUrl,
      serviceHosts: [connector.host],
      token: { read: async () => '' },
    });
    expect(await other.post(message(connector.serviceUrl))).toMatchObject({ status: 401 });
    expect(await other.post(message(connector.serviceUrl), { authorization: `Bearer ${await openId.token()}` })).toMatchObject({
      status: 200,
    });
  } finally {
    for (const [index, name] of names.entries()) {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }
  }
});
