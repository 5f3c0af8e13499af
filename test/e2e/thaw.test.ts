import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeEngines, type Engine } from '../store/engines.ts';
import { BrowserTab } from './browser-tab.ts';
import type { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, openPage, pass, registerApp, setPassword, signsIn, type Language } from './steps.ts';
import { halfIn, Vouching } from './vouching.ts';
import { until } from './wait.ts';

/** What the employee reads and writes; the helpdesk's own words are in the language of its policy. */
const words = {
  sv: {
    frozen: 'Ditt konto är skyddat just nu',
    thawed: 'Helpdesk har tagit bort skyddet',
    issued: 'varsin halva av en startkod',
    unlock: 'lås upp',
    methods: 'mina metoder',
    cancel: 'avbryt',
  },
  en: {
    frozen: 'Your account is protected right now',
    thawed: 'The helpdesk has ended the protection',
    issued: 'each has half of a start code',
    unlock: 'unlock',
    methods: 'my methods',
    cancel: 'cancel',
  },
} as const;

const thiefsPassword = 'Tjuvens lösenord 99';
const newPassword = 'Odon på heden 2027';

function stories(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale, forgot, register } = languages[language];
  let house: House;
  let vouching: Vouching;
  let desk: Desk;
  let nina: Person;
  let omar: Person;
  let pia: Person;
  let manager: Person;
  beforeAll(async () => {
    const approvers = { accounts: [], groups: ['fjallbyn-approvers'] };
    house = await openHouse({
      store: (await engine.fresh()).store,
      policy: (demo) => ({ ...demo, agents: { ...demo.agents, rights: { ...demo.agents.rights, approve: approvers } } }),
    });
    const hireAgent = (...groups: readonly string[]): Promise<DemoAccount> =>
      house.hire('agent', { methods: ['authenticator-app'], account: { groups: ['fjallbyn-helpdesk', ...groups] } });
    vouching = new Vouching(house, await hireAgent('fjallbyn-approvers'), await house.hire('registered'));
    ({ desk, agent: nina, manager } = vouching);
    omar = new Person(house, await hireAgent('fjallbyn-approvers'));
    pia = new Person(house, await hireAgent());
    for (const each of [nina, omar, pia, manager]) await each.say('hej');
    // They have shown who they are, which lasts for hours (I14).
    for (const each of [nina, omar, pia]) {
      await each.say('visa att jag är handläggare');
      await pass(house, each, 'authenticator-app');
    }
  });
  afterAll(() => house.close());

  const hire = async (...methods: readonly ('authenticator-app' | 'text-message')[]): Promise<Person> =>
    new Person(house, await house.hire('registered', { methods, account: { managerId: manager.account.id } }), { locale });

  /** The owner presses the button on the page of the newest mail's link, and Nina takes the case. */
  async function freeze({ account }: Person): Promise<void> {
    const linkIn = (text: string): string => /https?:\/\/\S+\/not-me\/\S+/u.exec(text)?.[0] ?? '';
    const { text } = await house.delivered((entry) => entry.kind === 'mail' && entry.to === account.userId && linkIn(entry.text) !== '');
    const tab = await new BrowserTab(house.config.publicUrl).open(linkIn(text));
    await tab.submit({ 'not-me': 'yes' });
    await until(
      async () => (await desk.cases(account))[0]?.freeze?.sessions === 'ended',
      () => 'the sessions were never ended',
    );
    await desk.hasIt(account);
    await desk.act(account, nina.account, 'claim');
  }

  async function isRefused(person: Person): Promise<void> {
    for (const wish of [forgot, said.unlock, register, said.methods]) {
      await person.say(wish);
      expect([wish, person.prompt]).toEqual([wish, 'escalate.offer']);
      expect(person.words).toContain(said.frozen);
      await person.choose('no');
    }
  }

  /** Nina asks for a call number. @returns the digits, as her own chat shows them */
  async function number({ account }: Person): Promise<string> {
    await desk.act(account, nina.account, 'verify-caller');
    await nina.hearOf('Samtalsnumret');
    return /(?<!\d)\d{6}(?!\d)/u.exec(nina.words)?.[0] ?? '';
  }

  const isFrozen = async ({ account }: Person): Promise<boolean> => (await desk.newest(account)).freeze?.thawed === null;

  /** A reset by both methods works, and only its password does. */
  async function getsIn(person: Person, old: string): Promise<void> {
    await person.say(forgot);
    await pass(house, person, 'authenticator-app');
    await pass(house, person, 'text-message');
    await setPassword(house, person, newPassword);
    expect(await signsIn(house, person, old)).toBe(false);
    expect(await signsIn(house, person, newPassword)).toBe(true);
  }

  test('I17: a password set by a thief; frozen by the mail’s page; the caller is verified by what was there before, a second agent thaws, and it works again', async () => {
    const owner = await hire('authenticator-app', 'text-message');
    await owner.say(forgot);
    await pass(house, owner, 'authenticator-app');
    await pass(house, owner, 'text-message');
    await setPassword(house, owner, thiefsPassword);
    await freeze(owner);
    await owner.hear('home.menu');
    await isRefused(owner);
    expect(await desk.act(owner.account, omar.account, 'thaw')).not.toContain('pptinat av');
    expect(await isFrozen(owner)).toBe(true);

    await owner.say(await number(owner));
    expect(owner.prompt).toBe('caller.confirm');
    await owner.choose('yes');
    await pass(house, owner, 'authenticator-app');
    await pass(house, owner, 'text-message');
    expect(owner.prompt).toBe('caller.waiting');
    expect((await desk.newest(owner.account)).caller?.state).toBe('verified');
    // Verified is not thawed: nothing is given yet, by nobody.
    expect(await desk.act(owner.account, nina.account, 'give-password')).toContain('Kontot är fryst');
    expect(await desk.act(owner.account, nina.account, 'resolve')).toContain('fortfarande fryst');

    expect(await desk.act(owner.account, nina.account, 'thaw')).toContain('en annan handläggare');
    const plain = await house.hire('registered');
    expect(await desk.act(owner.account, plain, 'thaw')).toContain('Bara helpdeskens handläggare');
    expect(await isFrozen(owner)).toBe(true);
    await desk.act(owner.account, omar.account, 'thaw');
    await owner.hearOf(said.thawed);
    expect((await desk.newest(owner.account)).freeze?.thawed).toMatchObject({ by: omar.account.id });

    await owner.say(said.cancel);
    house.clock.forward(10 * 60_000);
    await getsIn(owner, thiefsPassword);
    await desk.act(owner.account, nina.account, 'resolve');
    expect((await desk.newest(owner.account)).state).toBe('resolved');
  });

  test('I12, I17: a thief added a method, and none is left that would do: the thief is not verified; two people vouch, a second agent thaws, and a start code lets the owner in', async () => {
    const owner = await hire('text-message');
    await owner.say(register);
    await pass(house, owner, 'text-message');
    await registerApp(house, owner);
    await owner.choose('finish');
    await freeze(owner);
    await owner.hear('home.menu');
    await isRefused(owner);

    // What was touched since verifies nobody, so that there is no call to answer, and nothing to thaw by.
    expect(await desk.act(owner.account, nina.account, 'verify-caller')).toContain('för få metoder');
    expect(await desk.act(owner.account, omar.account, 'thaw')).not.toContain('pptinat av');
    expect(await isFrozen(owner)).toBe(true);

    await desk.act(owner.account, nina.account, 'check-identity', { second: 'manager' });
    await vouching.vouches(house, nina, 'called-back');
    await vouching.vouches(house, manager, 'knows-them');
    for (const each of [nina, manager]) expect([each.prompt, each.words]).toEqual(['vouch.waiting', expect.stringContaining('är fryst')]);
    expect(await desk.act(owner.account, nina.account, 'thaw')).toContain('en annan handläggare');
    expect(await desk.act(owner.account, pia.account, 'thaw')).toContain('Du har inte rätt');
    expect(await isFrozen(owner)).toBe(true);

    await desk.act(owner.account, omar.account, 'thaw');
    await owner.hearOf(said.thawed);
    if (!owner.words.includes(said.issued)) await owner.hearOf(said.issued);
    await nina.hear('vouch.half');
    await manager.hear('vouch.half');
    const code = `${halfIn(nina)} ${halfIn(manager)}`;
    for (const each of [nina, manager]) await each.choose('done');

    await vouching.types(owner, code);
    expect(owner.prompt).toBe('start-code.choose');
    await owner.choose('password');
    const tab = await openPage(house, owner);
    await tab.submit({ password: newPassword, again: newPassword });
    do await owner.hear();
    while (!['sign-out.ask', 'start-code.choose'].includes(owner.prompt));
    expect(await signsIn(house, owner, newPassword)).toBe(true);
    expect(await signsIn(house, owner, owner.account.password ?? '')).toBe(false);
    if (owner.prompt === 'sign-out.ask') await owner.choose('no');
    await owner.choose('register');
    expect(owner.prompt).toBe('register.choose');
    await registerApp(house, owner);
    await owner.choose('finish');
    expect(owner.prompt).toBe('home.menu');
    await desk.act(owner.account, nina.account, 'resolve');
    expect((await desk.newest(owner.account)).state).toBe('resolved');
  });
}

describeEngines('a thaw over HTTP', (engine) => {
  describe.each(['sv', 'en'] as const)('in %s', (language) => stories(engine, language));
});
