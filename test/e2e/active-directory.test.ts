import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startSambaDomain, type SambaDomain } from '../directory/samba-domain.ts';
import { partsOf } from '../servers/connector.ts';
import { cuttableWay, type CuttableWay } from '../servers/cut-off.ts';
import { describeOnSamba, domainMs } from '../servers/on-samba.ts';
import { openDomainHouse, type Colleague, type DomainHouse } from './domain-house.ts';
import type { Person } from './person.ts';
import { openPage, pass, provePresentPassword, registerApp, registerByCode } from './steps.ts';
import { until } from './wait.ts';

const newPassword = 'Lingon under snön 2026';

/** DIRECTORY=active-directory, over HTTP, with a domain controller at the other end. */
describeOnSamba('the main job with Active Directory', () => {
  let domain: SambaDomain;
  let way: CuttableWay;
  let house: DomainHouse;
  let selfService: string;
  beforeAll(async () => {
    domain = await startSambaDomain();
    const everybody = await domain.group('Everybody', []);
    // The policy names the outer group; people are in the inner one.
    selfService = everybody;
    await domain.group('Self-service', [everybody]);
    way = await cuttableWay({ host: domain.controller.address, port: 636 });
    house = await openDomainHouse(domain, [`ldaps://localhost:${way.port}`]);
  }, domainMs);
  afterAll(async () => {
    await house.close();
    await way.cut();
    await domain.stop();
  });

  async function hire(number = ''): Promise<{ colleague: Colleague; person: Person }> {
    const hired = await house.hire({ attributes: { mail: `mail.${number}@fjallbyn.example` } });
    await domain.join(selfService, hired.colleague.dn);
    return hired;
  }

  /** Registers a number and an app, which begins with the present password: a bind. */
  async function register({ colleague, person }: { colleague: Colleague; person: Person }, number: string): Promise<void> {
    await person.say('registrera');
    expect(person.prompt).toBe('first-proof.page');
    await provePresentPassword(house, person);
    await registerByCode(house, person, 'text-message', number);
    colleague.number = number;
    colleague.otpauth = await registerApp(house, person);
    await person.choose('finish');
  }

  test('registers with the present password, forgets it, passes two gates, and the domain takes the new one', async () => {
    const hired = await hire('31');
    const { colleague, person } = hired;
    await register(hired, '+46701740631');

    await person.say('jag har glömt mitt lösenord');
    await pass(house, person, 'text-message');
    await pass(house, person, 'authenticator-app');
    expect(person.prompt).toBe('reset.page');
    const page = await openPage(house, person);
    expect(page.words).toContain('tre av dessa');
    const refused = 'lingon under snön i mars';
    await page.submit({ password: refused, again: refused });
    expect([page.status, page.words.includes('tre av dessa: stora bokstäver')]).toEqual([422, true]);
    expect(await domain.takes(colleague.dn, colleague.password ?? '')).toBe(true);
    await page.submit({ password: newPassword, again: newPassword });
    await person.hear('sign-out.ask');
    // Kerberos' tickets live on: what cannot be done is not said to be done.
    await person.choose('sign-out');
    house.clock.forward(6_000);
    await person.hear();
    expect(person.words).toContain('Vi kan inte logga ut enheter i er katalog.');

    expect(await domain.takes(colleague.dn, newPassword)).toBe(true);
    expect(await domain.takes(colleague.dn, colleague.password ?? '')).toBe(false);
    await until(
      async () =>
        (await house.outbox()).find(({ kind, to, text }) => kind === 'mail' && to === 'mail.31@fjallbyn.example' && /lösenord/u.test(text)),
      () => 'no notice to the work mailbox',
    );
    const everything = JSON.stringify([house.connector.calls.map(({ activity }) => activity), house.logLines, await house.outbox()]);
    for (const secret of [newPassword, refused, colleague.password ?? '', domain.settings.bindPassword])
      expect(everything).not.toContain(secret);
  });

  test('locked out by wrong passwords, unlocks the account and signs in with the password it has', async () => {
    const hired = await hire('32');
    const { colleague, person } = hired;
    await register(hired, '+46701740632');
    for (let guess = 0; guess < domain.wrongPasswordsThatLock; guess += 1) await domain.takes(colleague.dn, `wrong-${guess}`);
    expect(await domain.takes(colleague.dn, colleague.password ?? '')).toBe(false);

    const calls = house.connector.calls.length;
    await person.say('mitt konto är låst');
    const said = house.connector.calls
      .slice(calls)
      .map(({ activity }) => JSON.stringify(activity))
      .join(' ');
    expect(said).toContain(`Det senaste av ${domain.wrongPasswordsThatLock} felaktiga lösenord prövades`);
    if (person.buttons().some(({ choose }) => choose === 'unlock')) await person.choose('unlock');
    await pass(house, person, 'text-message');
    await pass(house, person, 'authenticator-app');
    if (person.prompt !== 'home.menu') await person.hear('home.menu');
    expect(await domain.takes(colleague.dn, colleague.password ?? '')).toBe(true);

    // A phone tries the old password.
    for (let guess = 0; guess < domain.wrongPasswordsThatLock; guess += 1) await domain.takes(colleague.dn, `old-${guess}`);
    house.clock.forward(2 * 60_000);
    await person.hearOf('Ditt konto låstes igen');
    expect(person.words).toContain(`Det senaste av ${domain.wrongPasswordsThatLock} felaktiga lösenord prövades`);
  });

  test('I10: who is an administrator through two groups registers, and gets no password', async () => {
    const hired = await hire('33');
    const { colleague, person } = hired;
    await register(hired, '+46701740633');
    const inner = await domain.group('Night shift', [colleague.dn]);
    await domain.join(`CN=Domain Admins,CN=Users,${domain.controller.base}`, inner);
    await person.say('jag har glömt mitt lösenord');
    expect(person.words).toContain('extra skydd');
  });

  test('I9: whom Teams calls a guest, or by a name that no account has, gets no more than the offer', async () => {
    const { colleague, person } = await hire();
    const known = house.connector.roster.get(`29:${colleague.id}`);
    house.connector.roster.set(`29:${colleague.id}`, { status: 200, body: { ...(known?.body as object), userRole: 'guest' } });
    await person.say('jag har glömt mitt lösenord');
    expect(person.prompt).toBe('escalate.offer');
    const stranger = await hire();
    await domain.change(stranger.colleague.dn, { userPrincipalName: 'somebody.else@fjallbyn.example' });
    await stranger.person.say('jag har glömt mitt lösenord');
    expect(stranger.person.prompt).toBe('escalate.offer');
  });

  test('I14: a helpdesk agent is whoever the domain has in the group, through another, at the moment of the click', async () => {
    const { colleague, person } = await hire();
    house.connector.roster.delete(`29:${colleague.id}`);
    await person.say('jag har glömt mitt lösenord');
    const from = house.connector.calls.length;
    await person.choose('contact');
    const desk = house.config.policy.contacts.desk.conversation;
    const { activity } = await house.connector.waitFor(({ method, conversation }) => method === 'POST' && conversation === desk, from);
    const content = activity.attachments?.[0]?.content;
    const data = content === undefined ? undefined : [...partsOf(content)].find(({ type }) => type === 'Action.Execute')?.['data'];
    const agent = await hire();
    const press = async (): Promise<string> => {
      const { body } = await agent.person.post({
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { type: 'Action.Execute', verb: 'case', data }, trigger: 'manual' },
        conversation: { id: desk, conversationType: 'channel', tenantId: house.config.policy.organisation.tenants[0] },
      });
      return body;
    };
    expect(await press()).not.toContain('har ärendet');
    const team = await domain.group('First line', [agent.colleague.dn]);
    await domain.group('fjallbyn-helpdesk', [team]);
    expect(await press()).toContain('har ärendet');
    await person.hear();
    expect(person.words).toContain('LK-1001');
  });

  test('a domain that cannot be reached is said, and the menu stays', async () => {
    const hired = await hire('34');
    await register(hired, '+46701740634');
    await way.cut();
    await hired.person.say('jag har glömt mitt lösenord');
    expect(hired.person.words).toContain('Vi når inte ditt konto just nu, så ingenting har ändrats.');
  });
});
