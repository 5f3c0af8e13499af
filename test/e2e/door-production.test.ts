import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Latchkey } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import { seedDemoPeople } from '../../src/directory/demo-company.ts';
import { demoPeople } from '../../src/directory/demo-people.ts';
import { LocalDirectory } from '../../src/directory/local.ts';
import { otpauthAddresses } from '../../src/methods/summary.ts';
import { Keys } from '../../src/security/keys.ts';
import { systemRandom } from '../../src/security/system-ports.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import { startOpenId, type OpenIdServer } from '../servers/openid.ts';
import { ownCertificate } from '../servers/own-certificate.ts';
import { startTlsProxy, type TlsProxy } from '../servers/tls-proxy.ts';
import { BrowserTab } from './browser-tab.ts';
import { shiftedClock } from './clock.ts';
import { appCode, codeIn } from './codes.ts';
import { openHouse, registeredPlaces, type DemoAccount } from './house.ts';
import { until } from './wait.ts';
import { Visitor } from './visitor.ts';

const password = 'Gröna-Älgar-Springer-7';
/** User IDs that may be named from one network address in an hour. */
const most = 5;

describe('in production, behind a proxy that ends https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-door-production-'));
  const clock = shiftedClock();
  const parcels: Parcel[] = [];
  let proxy: TlsProxy;
  let port: number;
  let latchkey: Latchkey;
  let connector: FakeConnector;
  let openId: OpenIdServer;
  let directory: LocalDirectory;
  let alma: DemoAccount;

  beforeAll(async () => {
    port = await freePort();
    proxy = await startTlsProxy(() => port);
    connector = await startConnector();
    openId = await startOpenId({ audience: 'latchkey', serviceUrl: connector.serviceUrl });
    const read = readConfig({ PORT: String(port), DATA_DIR: folder, SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}` });
    if (!read.ok) throw new Error(faultsAsText(read.faults));
    const { policy } = read.config;
    const config: Config = {
      ...read.config,
      mode: 'production',
      publicUrl: proxy.url,
      proxyHops: 1,
      bot: { appId: 'latchkey', password: 'a password of the bot', type: 'SingleTenant', tenantId: policy.organisation.tenants[0] ?? '' },
      policy: {
        ...policy,
        contacts: { ...policy.contacts, desk: { ...policy.contacts.desk, serviceUrl: connector.serviceUrl } },
        frontDoor: { ...policy.frontDoor, answerAfterMs: 0, userIdsPerAddress: most },
      },
    };
    const store = openSqlite({ folder, serve: true });
    directory = new LocalDirectory({ store, clock, policy });
    const seals = new Keys(config.sealKeys, systemRandom);
    await seedDemoPeople({ store, seals, clock, random: systemRandom, policy, directory });
    latchkey = await build(config, {
      clock,
      store,
      directory,
      dueEveryMs: 20,
      logTo: { write: () => undefined },
      microsoft: {
        openIdMetadata: openId.metadataUrl,
        serviceHosts: [connector.host],
        token: { read: async () => "the bot's own token" },
      },
      delivery: {
        async deliver(parcel) {
          parcels.push(parcel);
          return { ok: true, providerId: null };
        },
      },
    });
    await latchkey.start();
    const person = demoPeople(clock.now()).find(({ story }) => story === 'registered');
    if (person === undefined) throw new Error('no demo person');
    const { id, userId, name } = person.account;
    const otpauth = (await otpauthAddresses(store, seals, id, userId))[0] ?? '';
    alma = { id, userId, name, story: 'registered', otpauth, ...registeredPlaces(id) };
  });
  afterAll(async () => {
    await latchkey.stop();
    await openId.close();
    await connector.close();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const visitor = (from: string): Visitor => new Visitor(proxy, { from, trusts: ownCertificate.cert });

  test('the cookie is bound to this very host, unreadable for scripts, sent over https and from our own pages alone', async () => {
    const someone = visitor('127.3.0.1');
    const begun = await someone.send('POST', '/start/v3/directline/conversations', {}, { 'x-latchkey-work': await someone.work() });
    expect(begun.status).toBe(201);
    const [cookie = '', ...others] = begun.headers['set-cookie'] ?? [];
    expect(others).toEqual([]);
    const [held = '', ...attributes] = cookie.split('; ');
    expect(held).toMatch(/^__Host-latchkey-door=[\w-]{22}\.[\w-]{22}$/u);
    expect(attributes.map((each) => each.replace(/\d+/u, '')).toSorted()).toEqual([
      'HttpOnly',
      'Max-Age=',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);

    // Under the name it has on loopback, or made up, it holds nothing.
    const { conversationId } = JSON.parse(begun.body) as { conversationId: string };
    const path = `/start/v3/directline/conversations/${conversationId}/activities`;
    for (const other of [held.replace('__Host-', ''), held.replace(/\.(.)/u, (_, sign) => (sign === 'A' ? '.B' : '.A'))]) {
      someone.cookie = other;
      expect((await someone.send('GET', path)).status).toBe(404);
    }
    someone.cookie = held;
    expect((await someone.send('GET', path)).status).toBe(200);
  });

  test('R40: every answer carries headers of the highest grade, and the page takes nothing from elsewhere', async () => {
    const someone = visitor('127.3.0.2');
    const page = await someone.send('GET', '/start');
    expect(page.status).toBe(200);
    expect(page.headers['strict-transport-security']).toMatch(/^max-age=31536000/u);
    const [trusted, ...policy] = String(page.headers['content-security-policy']).split('; ').toSorted().toReversed();
    expect(trusted).toMatch(/^trusted-types adaptivecards#/u);
    expect(policy.toReversed()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "require-trusted-types-for 'script'",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    const loaded = [...page.body.matchAll(/(?:src|href)="([^"#]+)"/gu)]
      .map(([, url = '']) => url)
      .filter((url) => !/^(?:tel:|start\?)/u.test(url));
    expect(loaded.length).toBeGreaterThan(4);
    for (const url of loaded) {
      expect(url).toMatch(/^start\/assets\//u);
      expect((await someone.send('GET', `/${url}`)).status).toBe(200);
    }
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle="|\son\w+="|javascript:/u);
    for (const path of ['/start', '/start/work', '/start/assets/door.js', '/start/v3/directline/conversations/none/activities']) {
      const { headers } = await someone.send('GET', path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'referrer-policy': expect.stringMatching(/^(?:no-referrer|same-origin)$/u),
      });
      expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('R40: nothing is written for a page from elsewhere, a form, or whoever says not where they come from', async () => {
    const someone = await visitor('127.3.0.3').open();
    const says = { type: 'message', text: 'hej' };
    const path = `/start/v3/directline/conversations/${someone.conversation}/activities`;
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: undefined },
      { origin: proxy.url.replace('https:', 'http:') },
      { 'sec-fetch-site': 'same-site' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'text/plain' },
    ])
      for (const target of [path, '/start/v3/directline/conversations'])
        expect((await someone.send('POST', target, says, { 'x-latchkey-work': await someone.work(), ...headers })).status).toBe(403);
    expect((await someone.send('POST', path, says, { 'x-latchkey-work': await someone.work() })).status).toBe(200);
  });

  test('R29: whatever host a request names, every link leads to the configured address, and the story ends in a new password', async () => {
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-original-host': 'evil.example',
      forwarded: 'host=evil.example',
    };
    class Forging extends Visitor {
      override send(...[method, path, body, headers]: Parameters<Visitor['send']>): ReturnType<Visitor['send']> {
        return super.send(method, path, body, { ...headers, ...forged });
      }
    }
    const someone = await new Forging(proxy, { from: '127.3.0.4', trusts: ownCertificate.cert }).open();
    await someone.type(alma.userId);
    await someone.choose('reset');
    await someone.choose('text-message');
    await someone.type(alma.number ?? '');
    const sms = await until(
      async () => parcels.find(({ kind, to }) => kind === 'sms' && to === alma.number),
      () => 'no code came',
    );
    await someone.type(codeIn(sms.text));
    // Nothing has changed until both gates are passed.
    const before = demoPeople(clock.now()).find(({ story }) => story === 'registered')?.password ?? '';
    expect(await directory.provePassword(alma.id, before)).toEqual({ ok: true });
    await someone.choose('authenticator-app');
    await someone.type(await appCode(alma.otpauth ?? '', clock.now()));
    expect(someone.prompt).toBe('let-in.page');
    expect(someone.page).toMatch(new RegExp(`^${proxy.url}/page/`, 'u'));

    const local = `http://127.0.0.1:${port}`;
    const tab = await new BrowserTab(local, proxy.url).holding(someone.cookie).open(someone.page);
    expect(tab.html).not.toContain('evil.example');
    await tab.submit({ password, again: password });
    await someone.hear('front-door.menu');
    expect(await directory.provePassword(alma.id, password)).toEqual({ ok: true });
    const said = [JSON.stringify(someone.all), ...parcels.map((parcel) => JSON.stringify(parcel))].join('\n');
    expect(said).not.toContain('evil.example');
    expect(parcels.some(({ text }) => text.includes(proxy.url))).toBe(true);
  });

  test('limits count the address that our proxy wrote down, whatever the client wrote before it', async () => {
    let named = 0;
    const name = async (from: string, claimed: string): Promise<string> => {
      class Claiming extends Visitor {
        override send(...[method, path, body, headers]: Parameters<Visitor['send']>): ReturnType<Visitor['send']> {
          return super.send(method, path, body, { ...headers, 'x-forwarded-for': claimed });
        }
      }
      const someone = await new Claiming(proxy, { from, trusts: ownCertificate.cert }).open();
      named += 1;
      await someone.type(`somebody-${named}@fjallbyn.example`);
      return someone.prompt;
    };
    for (let n = 0; n < most; n += 1) expect(await name('127.3.0.5', `203.0.113.${n}`)).toBe('front-door.menu');
    expect(await name('127.3.0.5', '203.0.113.200')).toBe('front-door.user-id');
    expect(await name('127.3.0.6', '127.3.0.5')).toBe('front-door.menu');
  });
});

test('off, which it is unless the policy opens it: there is no front door at all', async () => {
  const house = await openHouse({ policy: (policy) => ({ ...policy, frontDoor: { ...policy.frontDoor, enabled: false } }) });
  try {
    const base = '/start/v3/directline/conversations';
    for (const path of ['/start', '/start/work', '/start/assets/door.js', '/start/assets/words/sv', `${base}/none/activities`])
      expect([path, (await fetch(`${house.url}${path}`)).status]).toEqual([path, 404]);
    for (const path of [base, `${base}/none/activities`]) {
      const answer = await fetch(`${house.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  } finally {
    await house.close();
  }
});
