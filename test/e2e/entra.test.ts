import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { build, type Latchkey } from '../../src/build/build.ts';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/environment.ts';
import { faultsAsText } from '../../src/config/fault.ts';
import type { Parcel } from '../../src/delivery/port.ts';
import { failure } from '../servers/graph/answers.ts';
import { startConnector, type FakeConnector } from '../servers/connector.ts';
import { freePort } from '../servers/free-port.ts';
import { startGraph, type GraphServer } from '../servers/graph/graph.ts';
import { group, hire, type TenantUser } from '../servers/graph/tenant.ts';
import { startOpenId, type OpenIdServer } from '../servers/openid.ts';
import { BrowserTab } from './browser-tab.ts';
import { shiftedClock } from './clock.ts';
import { appCode } from './codes.ts';
import type { DemoAccount, Scene } from './house.ts';
import { Person } from './person.ts';
import { newestCode, pass, registerByCode } from './steps.ts';
import { until } from './wait.ts';

const appId = '11111111-2222-4333-8444-555555555555';
const publicUrl = 'https://latchkey.example.com';
const number = '+46701740699';
const newPassword = 'Stugan-bakom-skogen-77';

/** The product as production has it with `DIRECTORY=entra`, but for Microsoft's servers, in whose places stand the test's own. */
describe('production with Entra ID', () => {
  const folders: string[] = [];
  let connector: FakeConnector;
  let openId: OpenIdServer;
  let graph: GraphServer;
  let latchkey: Latchkey;
  let scene: Scene;
  const logLines: string[] = [];
  const parcels: { readonly at: string; readonly parcel: Parcel }[] = [];

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-entra-'));
    folders.push(folder);
    logLines.length = 0;
    parcels.length = 0;
    connector = await startConnector();
    openId = await startOpenId({ audience: appId, serviceUrl: connector.serviceUrl });
    graph = await startGraph();
    const port = await freePort();
    const read = readConfig(
      {
        PORT: String(port),
        HOST: '127.0.0.1',
        DATA_DIR: folder,
        SEAL_KEYS: `test:${randomBytes(32).toString('base64url')}`,
        PUBLIC_URL: publicUrl,
        SMTP_URL: 'smtp://127.0.0.1:9',
        TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
        TWILIO_AUTH_TOKEN: 'unused',
        TWILIO_FROM: '+46701740600',
        MicrosoftAppId: appId,
        MicrosoftAppPassword: 'a password of the bot',
        MicrosoftAppTenantId: graph.tenant.id,
        DIRECTORY: 'entra',
        ENTRA_TENANT_ID: graph.tenant.id,
        ENTRA_CLIENT_ID: graph.clientId,
        ENTRA_CLIENT_SECRET: graph.secret,
      },
      { policyText: policyFor('https://smba.trafficmanager.net/teams/') },
    );
    if (!read.ok) throw new Error(faultsAsText(read.faults));
    const { contacts } = read.config.policy;
    const desk = { ...contacts.desk, serviceUrl: connector.serviceUrl };
    const config: Config = { ...read.config, policy: { ...read.config.policy, contacts: { ...contacts, desk } } };
    const clock = shiftedClock();
    latchkey = await build(config, {
      clock,
      dueEveryMs: 20,
      // The connector is on this machine; everything else that is asked for is Microsoft's.
      fetch: async (input, init) =>
        (new URL(input instanceof Request ? input.url : input).host === connector.host ? fetch : graph.fetch)(input, init),
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
  });
  afterEach(async () => {
    await latchkey.stop();
    await graph.close();
    await openId.close();
    await connector.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  const personOf = ({ id, userPrincipalName, displayName }: TenantUser, more: Partial<DemoAccount> = {}, locale = 'sv-SE'): Person =>
    new Person(
      scene,
      { id, userId: userPrincipalName, name: displayName, story: 'registered', ...more },
      { locale, token: () => openId.token() },
    );

  /** The page that stands in the chat, its number typed. */
  async function openPage(person: Person): Promise<BrowserTab> {
    const page = person.page();
    const tab = await new BrowserTab(scene.url, publicUrl).open(page.url);
    await tab.submit({ number: page.number });
    await person.hear();
    return tab;
  }

  /** Signs in at Microsoft where the page leads, and comes back. */
  async function signIn(tab: BrowserTab, oid: string): Promise<void> {
    await tab.comeBack(graph.site.signIn(tab.link, oid));
    await tab.submit({});
  }

  /** Registers a number and an app, the first proof being a sign-in. @returns the person, who knows the app's key */
  async function registered(user: TenantUser): Promise<Person> {
    const person = personOf(user);
    await person.say('registrera');
    expect(person.prompt).toBe('first-proof.page');
    await signIn(await openPage(person), user.id);
    await person.hear('register.choose');
    await registerByCode(scene, person, 'text-message', number);
    await person.choose('authenticator-app');
    const key = /\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b/u.exec((await openPage(person)).words)?.[0]?.replaceAll(' ', '') ?? '';
    await person.type(await appCode(key, scene.clock.now()));
    await person.choose('finish');
    return personOf(user, { number, otpauth: `otpauth://totp/x?secret=${key}` });
  }

  test.each([
    ['sv-SE', 'har redan nummer till dig', 'Använd'],
    ['en-GB', 'has numbers of yours on file', 'Use'],
  ])(
    'I3: what Entra holds is offered masked and confirmed by a code; what may not be read is not missed (%s)',
    async (locale, words, use) => {
      const user = hire(graph.tenant, {
        userPrincipalName: 'alma@fjallbyn.example',
        mobilePhone: '070-174 06 98',
        otherMails: ['alma.hemma@example.net'],
        signInPhones: [{ phoneNumber: '+46 701740699', phoneType: 'mobile' }],
      });
      const person = personOf(user, {}, locale);
      await person.say(locale === 'sv-SE' ? 'registrera' : 'register');
      await signIn(await openPage(person), user.id);
      await person.hear('register.choose');
      await person.choose('text-message');
      expect(person.words).toContain(words);
      await person.choose(person.choiceNamed(`${use} ...99`));
      expect(person.prompt).toBe('register-text-message.code');
      await person.type(await newestCode(scene, number));
      expect(person.prompt).toBe('register.choose');
      for (const grant of ['UserAuthMethod-Phone.Read.All', 'UserAuthMethod-Email.Read.All']) graph.granted.delete(grant);
      await person.choose('email');
      await person.choose(person.choiceNamed(`${use} a...@example.net`));
      await person.type(await newestCode(scene, 'alma.hemma@example.net'));
      expect(person.prompt).toBe('register.choose');
      const everything = JSON.stringify([connector.calls.map(({ activity }) => activity), logLines]);
      for (const secret of ['701740699', '174 06 98', 'alma.hemma']) expect(everything).not.toContain(secret);
    },
  );

  test('I3: a sign-in opens the registration; two gates later the password is new in Entra, and sessions are over', async () => {
    const user = hire(graph.tenant, { userPrincipalName: 'alma@fjallbyn.example', displayName: 'Alma Lind' });
    const person = await registered(user);
    await person.say('jag har glömt mitt lösenord');
    await pass(scene, person, 'authenticator-app');
    await pass(scene, person, 'text-message');
    const tab = await openPage(person);
    expect(tab.words).toContain('inte å, ä eller ö');
    await tab.submit({ password: 'Åkerbär-vid-diket-77', again: 'Åkerbär-vid-diket-77' });
    expect(tab.words).toContain('inte å, ä eller ö');
    expect(user.password).toBe('Gammalt-glomt-77');
    await tab.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
    expect(user).toMatchObject({ password: newPassword, forceChange: false, sessionsRevoked: 0 });
    await person.choose('sign-out');
    // Done a moment after the words of the answer.
    scene.clock.forward(10_000);
    await until(
      async () => user.sessionsRevoked === 1,
      () => 'sessions were not ended',
    );
    // I19: the work mailbox is told. Nothing that was typed or signed is in chat, log or message.
    expect(parcels.some(({ parcel }) => parcel.kind === 'mail' && parcel.to === 'alma@fjallbyn.example')).toBe(true);
    const everything = JSON.stringify([connector.calls.map(({ activity }) => activity), logLines, parcels]);
    for (const secret of [newPassword, graph.secret, 'token-1', 'id_token']) expect(everything).not.toContain(secret);
  });

  test("I3: a colleague's sign-in proves nothing, and the page says whose it takes", async () => {
    const [user, colleague] = [hire(graph.tenant), hire(graph.tenant)];
    const person = personOf(user);
    await person.say('registrera');
    const tab = await openPage(person);
    await signIn(tab, colleague.id);
    expect(tab.words).toContain(`Du loggade in som någon annan. Logga in som ${user.userPrincipalName}.`);
    await signIn(tab, user.id);
    await person.hear('register.choose');
  });

  test('I3: a sign-in that was begun on another page, by another browser, does not fit', async () => {
    const [user, thief] = [hire(graph.tenant), hire(graph.tenant)];
    const [person, other] = [personOf(user), personOf(thief)];
    await person.say('registrera');
    await other.say('registrera');
    const [tab, theirs] = [await openPage(person), await openPage(other)];
    const begun = new URL(graph.site.signIn(theirs.link, user.id)).searchParams.get('code') ?? '';
    const csrf = new URL(tab.link).searchParams.get('state')?.split('~')[1] ?? '';
    await tab.submit({ csrf, code: begun });
    expect(tab.words).toContain('Logga in en gång till');
    // Nor does a browser without the page's cookie get anywhere with a code that fits.
    const stranger = await new BrowserTab(scene.url, publicUrl).comeBack(graph.site.signIn(tab.link, user.id));
    await stranger.submit({});
    expect(stranger.status).toBe(403);
    expect(person.prompt).toBe('first-proof.claimed');
  });

  test('I3: who breaks the sign-in off goes back to the page, and may try again', async () => {
    const user = hire(graph.tenant);
    const person = personOf(user);
    await person.say('registrera');
    const tab = await openPage(person);
    const state = new URL(tab.link).searchParams.get('state') ?? '';
    await tab.comeBack(`${publicUrl}/signed-in?${new URLSearchParams({ error: 'access_denied', state }).toString()}`);
    expect(tab.words).toContain('Du är inte inloggad');
    await tab.submit({});
    expect(tab.words).toContain('Logga in en gång till');
    await signIn(tab, user.id);
    await person.hear('register.choose');
  });

  test('a known password is changed by a sign-in and the new one', async () => {
    const user = hire(graph.tenant);
    const person = personOf(user);
    await person.say('ändra lösenord');
    expect(person.prompt).toBe('change-password.page');
    const tab = await openPage(person);
    // Without the sign-in a new password is not even looked at.
    const csrf = new URL(tab.link).searchParams.get('state')?.split('~')[1] ?? '';
    await tab.submit({ csrf, password: newPassword, again: newPassword, signed: `${Date.now()}~test.AAAA` });
    expect(user.password).toBe('Gammalt-glomt-77');
    await signIn(tab, user.id);
    await tab.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
    expect(user.password).toBe(newPassword);
  });

  test('I3: a sign-in proves the present password no more once another was set: who knew the old one sets nothing', async () => {
    const user = hire(graph.tenant);
    const person = personOf(user);
    await person.say('ändra lösenord');
    const tab = await openPage(person);
    await signIn(tab, user.id);
    const set = { password: 'Satt-av-sin-agare-78', lastPasswordChangeDateTime: new Date(scene.clock.now()).toISOString() };
    Object.assign(user, set);
    await tab.submit({ password: newPassword, again: newPassword });
    expect(user.password).toBe(set.password);
    expect(tab.words).toContain('Logga in en gång till');
    await signIn(tab, user.id);
    await tab.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
    expect(user.password).toBe(newPassword);
  });

  test('a lock that Entra keeps to itself: a new password is offered, which lifts it', async () => {
    const person = await registered(hire(graph.tenant));
    await person.say('mitt konto är låst');
    expect(person.prompt).toBe('unlock.not-locked');
    expect(person.buttons().map(({ choose }) => choose)).toContain('reset');
  });

  test.each([
    ['synced', { onPremisesSyncEnabled: true }, /hanteras/u],
    ['an administrator by a group', { owns: [group({ isAssignableToRole: true })] as TenantUser['owns'] }, /extra skydd/u],
    ['disabled', { accountEnabled: false }, /inte aktiverat/u],
  ] satisfies [string, Partial<TenantUser>, RegExp][])('who is %s hears why', async (_how, more, words) => {
    const person = personOf(hire(graph.tenant, more));
    await person.say('jag har glömt mitt lösenord');
    expect(person.words).toMatch(words);
  });

  test('while Graph does not answer the bot says so, offers a case, and nothing is set', async () => {
    graph.trouble(() => true, failure(429, 'TooManyRequests', '', { 'retry-after': '600' }), 99);
    const user = hire(graph.tenant);
    const person = personOf(user);
    await person.say('jag har glömt mitt lösenord');
    expect(person.prompt).toMatch(/^escalate\./u);
    expect(person.words).not.toMatch(/Error|Graph/u);
    expect(user.password).toBe('Gammalt-glomt-77');
  });
});

/** The demo company's policy with a helpdesk's address that production takes. */
function policyFor(serviceUrl: string): string {
  const text = readFileSync(new URL('../../src/config/demo-policy.yaml', import.meta.url), 'utf8');
  return text.replace('serviceUrl: here', `serviceUrl: ${serviceUrl}`);
}
