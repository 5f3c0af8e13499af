import { randomBytes, randomUUID } from 'node:crypto';
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
import { keys } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import { startOpenId, type OpenIdServer } from '../servers/openid.ts';
import { BrowserTab } from './browser-tab.ts';
import { shiftedClock } from './clock.ts';
import { registeredPlaces, type DemoAccount, type Scene } from './house.ts';
import { Person } from './person.ts';
import { pass } from './steps.ts';

const appId = '11111111-2222-4333-8444-555555555555';
const foreignTenant = '9e6b5c2f-0000-4000-8000-0000000000bb';
const publicUrl = 'https://latchkey.example.com';
const newPassword = 'Åkerbär vid diket 2026';

/** The product as it runs in production, but for the servers of Microsoft and the directory, in whose places stand the test's own. */
describe('in production (R43)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-production-'));
  let connector: FakeConnector;
  let openId: OpenIdServer;
  let latchkey: Latchkey;
  let store: Store;
  let directory: LocalDirectory;
  let scene: Scene;
  let alma: DemoAccount;

  beforeAll(async () => {
    connector = await startConnector();
    openId = await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl });
    const port = await freePort();
    const read = readConfig({ PORT: String(port), DATA_DIR: folder, SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}` });
    if (!read.ok) throw new Error(faultsAsText(read.faults));
    const { policy } = read.config;
    const desk = { ...policy.contacts.desk, serviceUrl: connector.serviceUrl };
    const config: Config = {
      ...read.config,
      mode: 'production',
      publicUrl,
      bot: { appId, password: 'a password of the bot', type: 'SingleTenant', tenantId: policy.organisation.tenants[0] ?? '' },
      policy: { ...policy, contacts: { ...policy.contacts, desk } },
    };
    const clock = shiftedClock();
    const logLines: string[] = [];
    const parcels: { readonly at: string; readonly parcel: Parcel }[] = [];
    store = openSqlite({ folder, serve: true });
    directory = new LocalDirectory({ store, clock, policy });
    const seals = new Keys(config.sealKeys, systemRandom);
    await seedDemoPeople({ store, seals, clock, random: systemRandom, policy, directory });
    latchkey = await build(config, {
      clock,
      store,
      directory,
      dueEveryMs: 20,
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
    scene = {
      url: `http://127.0.0.1:${port}`,
      config,
      clock,
      connector,
      logLines,
      outbox: async () => parcels.map(({ at, parcel: { kind, to, text } }) => ({ at, kind, to, text })),
    };
    const person = demoPeople(clock.now()).find(({ story }) => story === 'registered');
    if (person === undefined) throw new Error('no demo person');
    const { id, userId, name } = person.account;
    const otpauth = (await otpauthAddresses(store, seals, id, userId))[0] ?? '';
    alma = { id, userId, name, story: 'registered', password: person.password ?? '', otpauth, ...registeredPlaces(id) };
  });
  afterAll(async () => {
    await latchkey.stop();
    await openId.close();
    await connector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Nothing was said, and nobody's conversation was begun. */
  const nothingHappened = async (calls: number): Promise<void> => {
    expect(connector.calls).toHaveLength(calls);
    for (const tenant of [scene.config.policy.organisation.tenants[0] ?? '', foreignTenant]) {
      const key = keys.stack(tenant, alma.id);
      expect((await store.open({ key, owner: null, now: scene.clock.now() })).rows.get(key)).toBeNull();
    }
  };

  test.each([
    ['without a token', {}, null],
    ['with a forged token', {}, { key: 'unknown', pretends: true }],
    ['with a token for another bot', {}, { claims: { aud: '99999999-2222-4333-8444-555555555555' } }],
    ['with a token that is over', {}, { claims: { exp: Math.floor(Date.now() / 1000) - 3_600 } }],
    [
      'of a foreign tenant',
      {
        channelData: { tenant: { id: foreignTenant } },
        conversation: { id: 'a:1', conversationType: 'personal', tenantId: foreignTenant },
      },
      {},
    ],
    [
      'of a foreign tenant, hidden in the conversation',
      { conversation: { id: 'a:1', conversationType: 'personal', tenantId: foreignTenant } },
      {},
    ],
    ['of no tenant', { channelData: {}, conversation: { id: 'a:1', conversationType: 'personal' } }, {}],
  ] as const)('an activity %s is 401: nothing is said, nothing begins', async (_how, activity, token) => {
    const calls = connector.calls.length;
    const person = new Person(scene, alma, token === null ? {} : { token: () => openId.token(token) });
    const { status, body } = await person.post({ type: 'message', text: 'jag har glömt mitt lösenord', ...activity });
    expect(status).toBe(401);
    expect(body).not.toMatch(/Error|\.ts|node:/u);
    await nothingHappened(calls);
  });

  test('I1: on a channel that is not Teams an object id is believed of nobody', async () => {
    const calls = connector.calls.length;
    const person = new Person(scene, alma, { channelId: 'webchat', token: () => openId.token() });
    expect((await person.post({ type: 'message', text: 'jag har glömt mitt lösenord' })).status).toBe(200);
    const { activity } = await connector.waitFor(({ conversation }) => conversation === person.conversation, calls);
    expect(activity.text).toContain('jag kan inte se vem du är');
    await nothingHappened(calls + 1);
  });

  test('nothing of local mode is there', async () => {
    for (const path of ['/', '/local/accounts', '/local/outbox', '/directline/conversations']) {
      expect((await fetch(`${scene.url}${path}`)).status).toBe(404);
    }
  });

  test("with a proved token of an allowed tenant the story goes its way, and the answers carry the bot's own token", async () => {
    const person = new Person(scene, alma, { token: () => openId.token() });
    await person.say('jag har glömt mitt lösenord');
    await pass(scene, person, 'authenticator-app');
    await pass(scene, person, 'text-message');
    expect(person.prompt).toBe('reset.page');
    const { url, number } = person.page();
    expect(url.startsWith(`${publicUrl}/page/`)).toBe(true);
    const tab = await new BrowserTab(scene.url, publicUrl).open(url);
    await tab.submit({ number });
    await tab.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
    expect(await directory.provePassword(alma.id, newPassword)).toEqual({ ok: true });
    expect(connector.calls.every(({ headers }) => headers.authorization === "Bearer the bot's own token")).toBe(true);
  });

  test('somebody of the tenant whom the directory does not know gets no more than the offer', async () => {
    const person = new Person(scene, { ...alma, id: randomUUID() }, { token: () => openId.token() });
    await person.say('jag har glömt mitt lösenord');
    expect(person.prompt).toBe('escalate.offer');
  });
});
