import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/config/policy.ts';
import { indexes } from '../../src/store/keys.ts';
import type { MethodKind } from '../../dialogs/methods.ts';
import { describeEngines, type Engine } from '../store/engines.ts';
import { Desk } from './desk.ts';
import { openHouse, type DemoAccount, type House } from './house.ts';
import { Person } from './person.ts';
import { languages, pass, provePresentPassword, registerApp, registerByCode, setPassword, signsIn, type Language } from './steps.ts';

const newPassword = 'Lingon under snön 2026';

/** What people read, in the seed's words. */
const words = {
  sv: {
    notEnabled:
      'Ditt konto är inte aktiverat för återställning av lösenord. Vi beklagar, men din IT-personal har inte konfigurerat ditt konto för användning med den här tjänsten. Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig.',
    notVerified: 'Vi kunde inte verifiera ditt konto.',
    offer: 'Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig.',
    managedElsewhere:
      'Kontakta din administratör. Vi har upptäckt att lösenordet för ditt användarkonto inte hanteras av Microsoft. Därför kan vi inte automatiskt återställa ditt lösenord. Kontakta din IT-personal för ytterligare hjälp',
    privileged: 'Det här kontot har extra skydd',
    lockedByWrongPasswords: 'Ditt konto är låst efter för många felaktiga lösenord.',
    lockedByAdministrator: 'Kontot har låsts av en administratör',
    unlocked: 'Ditt konto är upplåst. Logga in med samma lösenord som förut.',
    tryLater: 'Försök igen om en stund.',
    registerWhenBack: 'När du är inne igen: skriv ”registrera” här och lägg till dina verifieringsmetoder.',
    canReset: 'Du kan återställa ditt eget lösenord.',
    firstPassword: 'Ditt konto har inget lösenord än.',
    firstSet: 'Klart, ditt första lösenord gäller nu.',
    newSet: 'Klart, ditt nya lösenord gäller nu.',
    passwordMail: 'Ett nytt lösenord har satts',
    firstPasswordMail: 'Ett första lösenord har satts',
    unlockedMail: 'har låsts upp',
    declined: 'vi kontaktar ingen',
    delivered: 'Helpdesken har fått det',
    claimed: (agent: string, number: string) => `${agent} på helpdesken har tagit ditt ärende ${number}.`,
    resolvedBy: (agent: string) => `Löst av ${agent}`,
    resolved: (number: string) => `Helpdesken har markerat ditt ärende ${number} som löst.`,
    wasResolved: 'blev löst',
    alreadyOpen: 'Du har redan ett ärende om det här',
    disabled: /inaktiverat|LK_DISABLED/u,
    hours: 'vardagar 8 till 17',
    yes: 'Ja',
    no: 'Nej',
  },
  en: {
    notEnabled:
      'Your account is not enabled for password reset. We are sorry, but your IT staff has not set up your account for use with this service. If you like, we can contact an administrator in your organisation to reset your password for you.',
    notVerified: 'We could not verify your account.',
    offer: 'If you like, we can contact an administrator in your organisation to reset your password for you.',
    managedElsewhere:
      'Contact your administrator. We have found that the password of your user account is not managed by Microsoft. That is why we cannot reset your password automatically. Contact your IT staff for further help',
    privileged: 'This account has extra protection',
    lockedByWrongPasswords: 'Your account is locked after too many wrong passwords.',
    lockedByAdministrator: 'An administrator has locked this account',
    unlocked: 'Your account is unlocked. Sign in with the same password as before.',
    tryLater: 'Please try again in a little while.',
    registerWhenBack: 'Once you are back in: write “register” here and add your verification methods.',
    canReset: 'You can reset your own password.',
    firstPassword: 'Your account has no password yet.',
    firstSet: 'Done, your first password is in use.',
    newSet: 'Done, your new password is in use.',
    passwordMail: 'A new password was set',
    firstPasswordMail: 'A first password',
    unlockedMail: 'unlocked',
    declined: 'nobody is contacted',
    delivered: 'The helpdesk has it',
    claimed: (agent: string, number: string) => `${agent} at the helpdesk has taken up your case ${number}.`,
    // The helpdesk's own language is its policy's.
    resolvedBy: (agent: string) => `Löst av ${agent}`,
    resolved: (number: string) => `The helpdesk has marked your case ${number} as resolved.`,
    wasResolved: 'was resolved',
    alreadyOpen: 'You already have a case about this',
    disabled: /disabled|LK_DISABLED/u,
    hours: 'weekdays 8 to 17',
    yes: 'Yes',
    no: 'No',
  },
} as const;

/** What stands in the chat, as one line. */
const flat = (text: string): string => text.replaceAll(/\s+/gu, ' ');

const caseNumber = (text: string): string => /LK-\d{4,}/u.exec(text)?.[0] ?? '';

function stories(engine: Engine, language: Language): void {
  const said = words[language];
  const { locale, forgot, locked, register, myCase } = languages[language];
  let house: House;
  let desk: Desk;
  beforeAll(async () => {
    house = await openHouse({ store: (await engine.fresh()).store });
    desk = new Desk(house);
  });
  afterAll(() => house.close());

  const chatOf = (account: DemoAccount): Person => new Person(house, account, { locale });

  /** How many cases are open, whoever's they are. */
  const openCases = async (): Promise<number> => (await house.store.scan(indexes.openCases, null, 500)).entries.length;

  /** Takes the offer that stands in the chat; the case as the helpdesk and the administrators get it. */
  async function takeOffer(person: Person): Promise<{ number: string; card: string; mail: string }> {
    expect(person.prompt).toBe('escalate.offer');
    await person.choose('contact');
    expect(person.prompt).toBe('home.menu');
    const number = caseNumber(person.words);
    const card = await desk.card(number);
    return { number, card: card.words, mail: await desk.mail(number) };
  }

  test('registered: two gates, then a new password; the old one is refused, the mailbox is told', async () => {
    const alma = chatOf(await house.account('registered'));
    await alma.say(forgot);
    await pass(house, alma, 'authenticator-app');
    await pass(house, alma, 'text-message');
    expect(alma.prompt).toBe('reset.page');
    await setPassword(house, alma, newPassword);
    expect(alma.words).toContain(said.newSet);
    expect(await signsIn(house, alma, alma.account.password ?? '')).toBe(false);
    expect(await signsIn(house, alma, newPassword)).toBe(true);
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === alma.account.userId && text.includes(said.passwordMail));
  });

  test('unregistered: SSPR_0014, the offer, a case on a yes, how it goes, resolved by an agent; registers when back', async () => {
    const bjorn = chatOf(await house.account('unregistered'));
    await bjorn.say(forgot);
    expect(flat(bjorn.words)).toContain(said.notVerified);
    expect(flat(bjorn.words)).toContain(said.offer);

    const { number, card, mail } = await takeOffer(bjorn);
    expect(number).toMatch(/^LK-1\d{3}$/u);
    expect(flat(bjorn.words)).toContain(said.registerWhenBack);
    for (const told of [card, mail]) {
      for (const fact of [number, bjorn.account.userId, bjorn.account.name, 'SSPR_0014']) expect(told).toContain(fact);
    }

    await desk.hasIt(bjorn.account);
    await bjorn.say(myCase);
    expect(bjorn.words).toContain(number);
    expect(bjorn.words).toContain(said.delivered);

    const shown = await desk.card(number);
    const agent = await house.account('agent');
    expect(await desk.does(shown, agent, 'claim')).toContain(agent.name);
    await bjorn.hear();
    expect(bjorn.words).toContain(said.claimed(agent.name, number));
    expect(await desk.does(await desk.changed(shown, agent.name), agent, 'resolve')).toContain(agent.name);
    await bjorn.hear();
    expect(bjorn.words).toContain(said.resolved(number));
    expect((await desk.changed(shown, said.resolvedBy(agent.name))).data).toMatchObject({ act: 'reopen' });
    await bjorn.choose('done');
    await bjorn.say(myCase);
    expect(bjorn.words).toContain(said.wasResolved);
    await bjorn.choose('done');

    await bjorn.say(register);
    expect(bjorn.prompt).toBe('first-proof.page');
    await provePresentPassword(house, bjorn);
    await registerByCode(house, bjorn, 'text-message', '070-174 06 21', '+46701740621');
    await registerApp(house, bjorn);
    await bjorn.choose('finish');
    expect(bjorn.words).toContain(said.canReset);
  });

  test.each(['button', 'word'] as const)(
    'I13: a "no" (by %s) makes no case; a "yes" makes one, and asking again finds its number',
    async (by) => {
      const person = chatOf(await house.hire('unregistered'));
      const answer = (choice: 'contact' | 'no'): Promise<string> =>
        by === 'button' ? person.choose(choice) : person.say(choice === 'no' ? said.no : said.yes);
      const before = await openCases();
      await person.say(forgot);
      await answer('no');
      expect(person.prompt).toBe('home.menu');
      expect(person.words).toContain(said.declined);
      expect(await openCases()).toBe(before);

      await person.say(forgot);
      await answer('contact');
      const number = caseNumber(person.words);
      await desk.card(number);
      await person.say(forgot);
      await answer('contact');
      expect(person.words).toContain(said.alreadyOpen);
      expect(caseNumber(person.words)).toBe(number);
      expect(await openCases()).toBe(before + 1);
    },
  );

  test('not-enabled: SSPR_0012, no licence: the words, the offer, the case', async () => {
    const cecilia = chatOf(await house.account('not-enabled'));
    await cecilia.say(forgot);
    expect(flat(cecilia.words)).toContain(said.notEnabled);
    const { card, mail } = await takeOffer(cecilia);
    expect(card).toContain('SSPR_0012');
    expect(mail).toContain('SSPR_0012');
  });

  test.each([
    ['SSPR_0010', 'elsewhere'],
    ['SSPR_0029', 'elsewhere-by-hand'],
  ] as const)(
    "managed-elsewhere: %s ends at IT's name, number, hours and link; nothing is offered, no case is made",
    async (_code, passwordManaged) => {
      const before = await openCases();
      const account =
        passwordManaged === 'elsewhere'
          ? await house.account('managed-elsewhere')
          : await house.hire('managed-elsewhere', { account: { passwordManaged } });
      const david = chatOf(account);
      await david.say(forgot);
      expect(flat(david.words)).toContain(said.managedElsewhere);
      for (const way of ['Fjällbyns IT-avdelning', '08-465 004 10', said.hours, 'https://it.fjallbyn.example']) {
        expect(david.words).toContain(way);
      }
      expect(david.prompt).toBe('home.menu');
      expect(david.words).not.toContain(said.offer);
      expect(await desk.cases(account)).toEqual([]);
      expect(await openCases()).toBe(before);
    },
  );

  test('managed-elsewhere: SSPR_0030, the link to it is down: try again later; when it is up again the reset works', async () => {
    const person = chatOf(await house.hire('registered', { account: { passwordManaged: 'unreachable' } }));
    await person.say(forgot);
    expect(person.prompt).toBe('home.menu');
    expect(person.words).toContain(said.tryLater);
    expect(person.words).toContain('Fjällbyns IT-avdelning');
    expect(await desk.cases(person.account)).toEqual([]);
    await house.directory.change(person.account.id, { passwordManaged: 'here' });
    await person.say(forgot);
    expect(person.prompt).toBe('verify.answer');
  });

  test('locked: says which lock; unlocked by two gates, and the old password works', async () => {
    const elin = chatOf(await house.account('locked'));
    const password = elin.account.password ?? '';
    expect(await signsIn(house, elin, password)).toBe(false);
    await elin.say(locked);
    expect(elin.words).toContain(said.lockedByWrongPasswords);
    await pass(house, elin, 'authenticator-app');
    await pass(house, elin, 'text-message');
    expect(elin.words).toContain(said.unlocked);
    expect((await house.directory.find(elin.account.id))?.locked).toBeNull();
    expect(await signsIn(house, elin, password)).toBe(true);
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === elin.account.userId && text.includes(said.unlockedMail));
  });

  test('locked: a new password lifts the lock too', async () => {
    const elin = chatOf(await house.hire('locked'));
    await elin.say(forgot);
    expect(elin.prompt).toBe('reset.locked');
    expect(elin.words).toContain(said.lockedByWrongPasswords);
    await elin.choose('reset');
    await pass(house, elin, 'authenticator-app');
    await pass(house, elin, 'text-message');
    await setPassword(house, elin, newPassword);
    expect((await house.directory.find(elin.account.id))?.locked).toBeNull();
    expect(await signsIn(house, elin, newPassword)).toBe(true);
  });

  test('locked: from the choice between the two, the unlock', async () => {
    const elin = chatOf(await house.hire('locked'));
    await elin.say(forgot);
    await elin.choose('unlock');
    await pass(house, elin, 'authenticator-app');
    await pass(house, elin, 'text-message');
    expect(elin.words).toContain(said.unlocked);
    expect(await signsIn(house, elin, elin.account.password ?? '')).toBe(true);
  });

  test('locked by an administrator: said so, and only the offer', async () => {
    const person = chatOf(
      await house.hire('locked', { account: { lock: { since: house.clock.now(), why: 'administrator', until: null } } }),
    );
    for (const wish of [forgot, locked]) {
      await person.say(wish);
      expect(person.words).toContain(said.lockedByAdministrator);
      expect(person.prompt).toBe('escalate.offer');
      await person.choose('no');
    }
    await person.say(locked);
    expect((await takeOffer(person)).card).toContain('LK_LOCKED');
  });

  test('privileged: LK_PRIVILEGED, extra protection, the offer', async () => {
    const fredrik = chatOf(await house.account('privileged'));
    await fredrik.say(forgot);
    expect(fredrik.words).toContain(said.privileged);
    expect((await takeOffer(fredrik)).card).toContain('LK_PRIVILEGED');
  });

  test('disabled: the words of "not enabled"; LK_DISABLED stands in the case alone', async () => {
    const gunilla = chatOf(await house.account('disabled'));
    await gunilla.say(forgot);
    expect(flat(gunilla.words)).toContain(said.notEnabled);
    const { card, mail } = await takeOffer(gunilla);
    expect(card).toContain('LK_DISABLED');
    expect(mail).toContain('LK_DISABLED');
    await gunilla.say(myCase);
    const chat = house.connector.calls.filter(({ conversation }) => conversation === gunilla.conversation);
    expect(JSON.stringify(chat.map(({ activity }) => activity))).not.toMatch(said.disabled);
  });

  test('no-password: with methods the reset sets the first one, and the mailbox is told that it is the first', async () => {
    const hamza = chatOf(await house.account('no-password'));
    await hamza.say(forgot);
    expect(hamza.words).toContain(said.firstPassword);
    await pass(house, hamza, 'text-message');
    await pass(house, hamza, 'email');
    await setPassword(house, hamza, newPassword);
    expect(hamza.words).toContain(said.firstSet);
    expect(await signsIn(house, hamza, newPassword)).toBe(true);
    await house.delivered(({ kind, to, text }) => kind === 'mail' && to === hamza.account.userId && text.includes(said.firstPasswordMail));
  });

  test.each<readonly [string, readonly MethodKind[]]>([
    ['no methods', []],
    ['a mail address alone (I2)', ['email']],
  ])('no-password with %s: as unregistered', async (_which, methods) => {
    const person = chatOf(await house.hire('no-password', { methods }));
    await person.say(forgot);
    expect(person.words).toContain(said.notVerified);
    expect((await takeOffer(person)).card).toContain('SSPR_0014');
  });
}

describeEngines('every ending', (engine) => {
  describe.each(engine.name === 'SQLite' ? (['sv', 'en'] as const) : (['sv'] as const))('in %s', (language) => stories(engine, language));
});

describeEngines('not-enabled by the policy', (engine) => {
  test.each<readonly [string, string, Partial<Policy['reset']>]>([
    ['SSPR_0009', 'the organisation has not enabled it', { enabled: false }],
    ['SSPR_0011', 'no policy covers the account', { covers: { groups: ['some'] } }],
    ['SSPR_0013', 'the account is not among those that may use it', { for: { groups: ['pilots'] } }],
  ])('%s, %s: the words, the offer, the case, in both languages', async (code, _why, reset) => {
    const { store } = await engine.fresh();
    const house = await openHouse({ store, policy: (policy) => ({ ...policy, reset: { ...policy.reset, ...reset } }) });
    try {
      const desk = new Desk(house);
      for (const language of ['sv', 'en'] as const) {
        const alma = new Person(house, await house.hire('registered'), { locale: languages[language].locale });
        await alma.say(languages[language].forgot);
        expect(flat(alma.words)).toContain(words[language].notEnabled);
        expect(alma.prompt).toBe('escalate.offer');
        await alma.choose('contact');
        const number = caseNumber(alma.words);
        expect((await desk.card(number)).words).toContain(code);
        expect(await desk.mail(number)).toContain(code);
      }
    } finally {
      await house.close();
    }
  });
});
