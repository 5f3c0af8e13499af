import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { adapterOf } from '../directory/active-directory/adapter.ts';
import { startSambaDomain, type SambaDomain } from '../directory/samba-domain.ts';
import { cuttableWay, type CuttableWay } from '../servers/cut-off.ts';
import { failure } from '../servers/graph/answers.ts';
import { startGraph, type GraphServer } from '../servers/graph/graph.ts';
import { describeOnSamba, domainMs } from '../servers/on-samba.ts';
import { openDomainHouse, type Colleague, type DomainHouse } from './domain-house.ts';
import type { Person } from './person.ts';
import { openPage, pass, registerApp, registerByCode } from './steps.ts';
import { until } from './wait.ts';

const newPassword = 'Lingon under snön 2026';

/** `DIRECTORY=hybrid` with `LDAP_*` and `ENTRA_*`, and nothing else of a directory, over HTTP: a domain controller on one side, the stand-in for Graph on the other. */
describeOnSamba('the main job of an account that is synced to Entra ID', () => {
  let domain: SambaDomain;
  let way: CuttableWay;
  let graph: GraphServer;
  let house: DomainHouse;
  let selfService: string;
  beforeAll(async () => {
    domain = await startSambaDomain();
    selfService = await domain.group('Self-service', []);
    way = await cuttableWay({ host: domain.controller.address, port: 636 });
    graph = await startGraph();
    house = await openDomainHouse(domain, [`ldaps://localhost:${way.port}`], graph);
  }, domainMs);
  afterAll(async () => {
    await house.close();
    await graph.close();
    await way.cut();
    await domain.stop();
  });
  beforeEach(() => void (graph.asked.length = 0));

  interface Hired {
    readonly colleague: Colleague;
    readonly person: Person;
  }

  /** Somebody with a number and an app; their first proof is a sign-in at Microsoft, which asks the domain. */
  async function registered(number: string): Promise<Hired> {
    const hired = await house.hire();
    const { colleague, person } = hired;
    await domain.join(selfService, colleague.dn);
    await person.say('registrera');
    const tab = await openPage(house, person);
    const now = Math.floor(house.clock.now() / 1000);
    const claims = { iat: now, nbf: now, exp: now + 3600, auth_time: now };
    await tab.comeBack(graph.site.signIn(tab.link, colleague.id, { claims }));
    await tab.submit({});
    await person.hear('register.choose');
    await registerByCode(house, person, 'text-message', number);
    colleague.number = number;
    colleague.otpauth = `otpauth://totp/x?secret=${await registerApp(house, person)}`;
    await person.choose('finish');
    return hired;
  }

  async function setsNewPassword({ person }: Hired): Promise<void> {
    await person.say('jag har glömt mitt lösenord');
    await pass(house, person, 'text-message');
    await pass(house, person, 'authenticator-app');
    const page = await openPage(house, person);
    await page.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
  }

  const inCloud = ({ id }: Colleague) => graph.tenant.users.find((each) => each.id === id);
  const setAt = async ({ userId }: Colleague) => (await adapterOf(domain).findByUserId(userId))?.passwordSetAt;
  const asked = (part: string) => graph.asked.filter(({ method, path }) => method !== 'GET' && path.endsWith(part));

  test('the environment alone builds it: an account is found by both sides, and is of each as long as that side answers', async () => {
    const { person } = await house.hire();
    expect(house.config).toMatchObject({
      mode: 'production',
      ldap: { bindDn: domain.settings.bindDn },
      entra: { clientId: graph.clientId },
    });
    // Its groups are the domain's, and it is in none that counts.
    await person.say('jag har glömt mitt lösenord');
    expect([person.prompt, person.words]).toEqual([
      'escalate.offer',
      expect.stringContaining('inte aktiverat för återställning av lösenord'),
    ]);
    expect(graph.asked.some(({ query }) => query.get('$select')?.includes('onPremisesImmutableId'))).toBe(true);
  });

  test('I9: two gates later the domain takes the new password and no longer the old; the cloud sets nothing, and ends the sessions once', async () => {
    const hired = await registered('+46701740641');
    const { colleague, person } = hired;
    await setsNewPassword(hired);
    expect(await domain.takes(colleague.dn, newPassword)).toBe(true);
    expect(await domain.takes(colleague.dn, colleague.password ?? '')).toBe(false);
    expect(inCloud(colleague)).toMatchObject({ password: null, sessionsRevoked: 0 });

    await person.choose('sign-out');
    house.clock.forward(6_000);
    await person.hearOf('Dina andra enheter är utloggade.');
    expect(inCloud(colleague)).toMatchObject({ password: null, sessionsRevoked: 1 });
    expect(graph.asked.filter(({ method }) => method !== 'GET').map(({ path }) => path)).toEqual([
      `/users/${colleague.id}/revokeSignInSessions`,
    ]);
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    for (const secret of [newPassword, colleague.password ?? '', graph.secret, domain.settings.bindPassword])
      expect(everything).not.toContain(secret);
  });

  test('set, and Graph does not end the sessions: said, tried again by itself until it does, and the password is set once', async () => {
    const hired = await registered('+46701740642');
    const { colleague, person } = hired;
    await setsNewPassword(hired);
    const first = await setAt(colleague);
    graph.trouble(({ path }) => path.endsWith('/revokeSignInSessions'), 'cut', 2);
    await person.choose('sign-out');
    house.clock.forward(6_000);
    await person.hearOf('Dina andra enheter är inte utloggade än. Ditt nya lösenord gäller ändå.');
    expect([asked('/revokeSignInSessions').length, inCloud(colleague)?.sessionsRevoked]).toEqual([1, 0]);
    house.clock.forward(61_000);
    await until(
      async () => asked('/revokeSignInSessions').length === 2,
      () => 'not tried again',
    );
    // The next try is due a minute after this one was settled, which takes a moment that nobody tells of.
    let moved = 0;
    await until(
      async () => {
        if (Date.now() - moved > 500) {
          house.clock.forward(61_000);
          moved = Date.now();
        }
        return asked('/revokeSignInSessions').length === 3;
      },
      () => 'not tried a third time',
    );
    await person.hearOf('Dina andra enheter är utloggade.');
    expect([asked('/revokeSignInSessions').length, inCloud(colleague)?.sessionsRevoked]).toEqual([3, 1]);
    expect([first === undefined, await setAt(colleague)]).toEqual([false, first]);
    expect(await domain.takes(colleague.dn, newPassword)).toBe(true);
  });

  test('while Graph does not answer, nothing is begun in the domain, and a case is offered', async () => {
    const { colleague, person } = await registered('+46701740643');
    const before = await setAt(colleague);
    // Asked for again when it says: a minute of the house's clock later.
    graph.trouble(() => true, failure(429, 'TooManyRequests', '', { 'retry-after': '60' }));
    await person.say('jag har glömt mitt lösenord');
    expect(person.prompt).toBe('escalate.offer');
    expect(person.words).toContain('Vi når inte ditt konto just nu, så ingenting har ändrats.');
    expect(await setAt(colleague)).toBe(before);
    house.clock.forward(61_000);
  });

  test('SSPR_0030: while the domain does not answer, nobody is told more than to come back later, and the cloud sets nothing in its place', async () => {
    const { colleague, person } = await registered('+46701740644');
    await way.cut();
    graph.asked.length = 0;
    await person.say('jag har glömt mitt lösenord');
    expect(person.words).toContain('Systemet som hanterar ditt lösenord svarar inte just nu. Försök igen om en stund.');
    expect(person.words).not.toContain('extra skydd');
    expect(graph.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(inCloud(colleague)?.password).toBeNull();
  });
});
