import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from './command.ts';
import { openHouse, type House } from './house.ts';
import { Person } from './person.ts';
import {
  askFor,
  languages,
  newestCode,
  openPage,
  pass,
  provePresentPassword,
  registerApp,
  registerByCode,
  type Language,
} from './steps.ts';

/** The lines of "Registrera information om verifieringsmetoden för att återställa ditt eget lösenord" that no ending proves by itself. */

const flat = (text: string): string => text.replaceAll(/\s+/gu, ' ');

let house: House;
/** Where the organisation has not enabled it. */
let disabled: House;
beforeAll(async () => {
  [house, disabled] = await Promise.all([
    openHouse(),
    openHouse({ policy: (policy) => ({ ...policy, reset: { ...policy.reset, enabled: false } }) }),
  ]);
});
afterAll(async () => {
  await Promise.all([house, disabled].map((each) => each.close()));
});

const it = (language: Language): readonly string[] => [
  'Fjällbyns IT-avdelning',
  '08-465 004 10',
  language === 'sv' ? 'vardagar 8 till 17' : 'weekdays 8 to 17',
];

describe.each(['sv', 'en'] as const)('the seed, in %s', (language) => {
  const { locale, forgot, register } = languages[language];
  const say = <T>(sv: T, en: T): T => (language === 'sv' ? sv : en);

  describe('"Om du har glömt ditt arbets- eller skollösenord, aldrig fått något lösenord från din organisation eller har låsts ute från ditt konto"', () => {
    const forgotten = say(
      ['Jag har glömt mitt arbetslösenord', 'jag har glömt mitt skollösenord!', 'Glömt mitt lösenord'],
      ['I have forgotten my work password', 'i forgot my school password!', 'Forgot my password'],
    );
    const noAccess = say(
      ['Kan inte komma åt ditt konto', 'Jag kan inte komma åt mitt konto', 'jag kommer inte åt mitt konto'],
      ["Can't access your account", 'I cannot access my account', 'i can’t access my account'],
    );
    test.each([...forgotten, ...noAccess])('"%s" starts the reset', async (sentence) => {
      const person = new Person(house, await house.hire('registered'), { locale });
      await person.say(sentence);
      expect(person.prompt).toBe('verify.answer');
      await askFor(person, 'text-message');
      const sent = (await house.outbox()).findLast(({ to }) => to === person.account.number);
      expect(sent?.text).toContain(say('återställa ditt lösenord', 'reset your password'));
    });

    test.each(
      say(
        ['Jag har aldrig fått något lösenord', 'aldrig fått lösenord från min organisation'],
        ['I never got a password', 'I have never received a password from my organisation'],
      ),
    )('"%s" starts the reset, which sets the first one', async (sentence) => {
      const person = new Person(house, await house.hire('no-password'), { locale });
      await person.say(sentence);
      expect(person.words).toContain(say('Ditt konto har inget lösenord än', 'Your account has no password yet'));
    });

    test.each(
      say(
        ['Jag är utelåst', 'jag har låsts ute från mitt konto', 'kontot är låst'],
        ['I am locked out', 'I have been locked out of my account', 'my account got locked'],
      ),
    )('"%s" starts the unlock', async (sentence) => {
      const person = new Person(house, await house.hire('locked'), { locale });
      await person.say(sentence);
      expect(person.words).toContain(say('Ditt konto är låst efter för många', 'Your account is locked after too many'));
      await askFor(person, 'text-message');
      const sent = (await house.outbox()).findLast(({ to }) => to === person.account.number);
      expect(sent?.text).toContain(say('låsa upp ditt konto', 'unlock your account'));
    });
  });

  describe('"Administratören måste aktivera den här funktionen för att du ska kunna registrera din information och återställa ditt eget lösenord."', () => {
    test.each([
      ['where the organisation has not enabled it', (): House => disabled, 'unregistered'],
      ['where the account is not enabled', (): House => house, 'not-enabled'],
    ] as const)('registration is refused %s', async (_where, of, story) => {
      const person = new Person(of(), await of().hire(story), { locale });
      await person.say(register);
      expect(person.prompt).toBe('escalate.offer');
      expect(flat(person.words)).toContain(
        say(
          'Ditt konto är inte aktiverat för återställning av lösenord. Vi beklagar, men din IT-personal har inte konfigurerat ditt konto för användning med den här tjänsten, och då går det inte heller att registrera verifieringsmetoder.',
          'Your account is not enabled for password reset. We are sorry, but your IT staff has not set up your account for use with this service, so verification methods cannot be registered for it either.',
        ),
      );
    });
  });

  describe('"Om alternativet Glömt mitt lösenord inte visas betyder det att administratören inte har aktiverat funktionen för din organisation. Om du anser att detta är felaktigt kontaktar du din helpdesk för att få hjälp."', () => {
    test('it is shown where it is enabled, and not where it is not', async () => {
      for (const [of, isShown] of [
        [house, true],
        [disabled, false],
      ] as const) {
        const person = new Person(of, await of.hire('registered'), { locale });
        await person.say(say('hej', 'hello'));
        expect(person.prompt).toBe('home.menu');
        expect(person.words.includes(say('Glömt mitt lösenord', 'Forgot my password'))).toBe(isShown);
        expect(person.buttons().some((data) => data['choose'] === 'reset')).toBe(isShown);
      }
    });

    test('who asks anyway hears so, and whom to ask', async () => {
      const person = new Person(disabled, await disabled.hire('registered'), { locale });
      await person.say(forgot);
      expect(flat(person.words)).toContain(
        say(
          'Din administratör har inte aktiverat återställning av lösenord här. Om du tror att det är fel, kontakta',
          'Your administrator has not enabled password reset here. If you think that is wrong, contact',
        ),
      );
      for (const way of it(language)) expect(person.words).toContain(way);
    });
  });

  test('"Om du är administratör och letar efter information om hur du aktiverar återställning av lösenord för självbetjäning för anställda": the guide', async () => {
    const person = new Person(house, await house.hire('privileged'), { locale });
    for (const question of say(
      ['Hur aktiverar jag återställning av lösenord för våra anställda?', 'Jag är administratör, hur aktiverar jag självbetjäning?'],
      ['How do I enable password reset for our employees?', 'I am an administrator, how do I enable self-service?'],
    )) {
      await person.say(question);
      expect(person.words).toContain('https://learn.microsoft.com/entra/identity/authentication/howto-sspr-deployment');
      expect(person.prompt).toBe('home.menu');
    }
  });

  describe('registration', () => {
    let person: Person;
    beforeAll(async () => {
      person = new Person(house, await house.hire('unregistered'), { locale });
      await person.say(register);
      await provePresentPassword(house, person);
    });

    test('"är ett eller flera av följande alternativ tillgängliga för dig": Autentiseringsapp, Sms, E-postadress', () => {
      for (const option of say(['Autentiseringsapp', 'Sms', 'E-postadress'], ['Authenticator app', 'Text message', 'Email address'])) {
        expect(person.words).toContain(option);
      }
    });

    test('"Om flera alternativ är tillgängliga rekommenderar vi starkt att du använder mer än ett som din säkerhetsverifieringsmetod, om någon av dina metoder blir otillgänglig."', () => {
      expect(person.words).toMatch(
        say(/mer än en: om en slutar fungera kommer du in med en annan/u, /strongly recommend more than one: if one stops working/u),
      );
    });

    test('"Information som läggs till för ditt telefonnummer eller din e-postadress delas inte med organisationens globala katalog. De enda som kan se den här informationen är du och din administratör. Det är bara du som kan se svaren på dina säkerhetsfrågor.": said before the first number is asked', async () => {
      const before = await house.directory.find(person.account.id);
      await person.choose('text-message');
      expect(person.prompt).toBe('register-text-message.number');
      const privacy = say(
        [
          'delas inte med organisationens globala katalog',
          'De enda som kan se den här informationen är du och din administratör',
          'skriver inget av det till katalogen',
          'Bara du känner till dina svar',
        ],
        [
          'is not shared in your organisation’s global directory',
          'The only ones who can see this information are you and your administrator',
          'writes none of it to the directory',
          'Only you know your answers',
        ],
      );
      for (const part of privacy) expect(flat(person.words)).toContain(part);
      await person.choose('cancel');
      await person.say(register);
      await provePresentPassword(house, person);
      await registerByCode(house, person, 'text-message', '070-174 06 21', '+46701740621');
      expect({ ...(await house.directory.find(person.account.id)), readAt: 0 }).toEqual({ ...before, readAt: 0 });
    });

    test('the same before the first address', async () => {
      const other = new Person(house, await house.hire('unregistered'), { locale });
      await other.say(register);
      await provePresentPassword(house, other);
      await other.choose('email');
      expect(other.prompt).toBe('register-email.address');
      expect(flat(other.words)).toContain(say('delas inte med organisationens globala katalog', 'is not shared in your organisation’s'));
    });

    test('"Välj att använda en alternativ e-postadress som kan användas utan att kräva ditt glömda eller saknade lösenord": the work address is refused', async () => {
      await person.choose('email');
      expect(flat(person.words)).toContain(
        say('Välj en du kan läsa utan ditt arbetslösenord, alltså inte din arbetsadress', 'one you can read without your work password'),
      );
      await person.type(person.account.userId);
      expect(person.prompt).toBe('register-email.address');
      expect(person.words).toContain(say('Det är din arbetsadress.', 'That is your work address.'));
      await person.type(`olga${language}@example.org`);
      await person.type(await newestCode(house, `olga${language}@example.org`));
      expect(person.prompt).toBe('register.choose');
      expect(person.words).toContain(say('Den fungerar bara när du återställer lösenordet', 'It works only when you reset your password'));
    });

    test('"När du har valt och ställt in metoderna väljer du Slutför för att slutföra processen."', async () => {
      await registerApp(house, person);
      expect(person.words).toContain(say('Slutför', 'Finish'));
      await person.choose('finish');
      expect(person.prompt).toBe('home.menu');
      expect(person.words).toContain(say('Klart. Du kan återställa ditt eget lösenord.', 'Finished. You can reset your own password.'));
    });
  });

  test('E-postadress: "Detta fungerar bara för återställning av lösenord, inte som en säkerhetsverifieringsmetod." (I2: nothing is changed on it)', async () => {
    const person = new Person(house, await house.hire('registered', { methods: ['text-message', 'email'] }), { locale });
    await person.say(register);
    // The number is the only way: it is asked for without a choice.
    expect(person.prompt).toBe('verify.answer');
    expect(person.words).toContain(person.account.number?.slice(-2) ?? 'none');
    await pass(house, person, 'text-message');
    expect(person.prompt).toBe('register.choose');
    await person.say(say('avbryt', 'cancel'));
    await person.say(forgot);
    await pass(house, person, 'text-message');
    expect(person.words).toMatch(say(/mejl/u, /email/u));
    await pass(house, person, 'email');
    expect(person.prompt).toBe('reset.page');
  });

  describe('"De enda som kan se den här informationen är du och din administratör."', () => {
    const methods = (userId: string, as: string, password: string) =>
      runCommand('src/directory/admin-cli.ts', ['methods', userId, '--as', as], house.environment, `${password}\n`);

    test('an administrator of the policy sees the numbers whole; it is audited, and the person is told in the chat and by mail', async () => {
      const person = new Person(house, await house.hire('registered'), { locale });
      await person.say(say('hej', 'hello'));
      const fredrik = await house.account('privileged');
      const ran = await methods(person.account.userId, fredrik.id, fredrik.password ?? '');
      expect(ran).toMatchObject({ status: 0 });
      expect(ran.out).toContain(person.account.number);
      expect(ran.out).toContain(person.account.address);
      await person.hear();
      expect(person.words).toContain(
        say('En administratör har sett dina verifieringsmetoder', 'An administrator saw your verification methods'),
      );
      await house.delivered(({ kind, to, text }) => kind === 'mail' && to === person.account.userId && /administratör/u.test(text));
      const exported = await runCommand('src/security/audit-cli.ts', ['export', '--since', '2020-01-01'], house.environment);
      const looks = exported.out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ act, account }) => act === 'directory.see-methods' && account === person.account.id);
      expect(looks).toMatchObject([{ verdict: 'allowed', actor: fredrik.id, door: 'command-line' }]);
    });

    test('an agent is none, and hears nothing', async () => {
      const person = await house.hire('registered');
      const agent = await house.account('agent');
      const ran = await methods(person.userId, agent.id, agent.password ?? '');
      expect(ran.status).toBe(1);
      expect(ran.out).toBe('');
    });

    test('the person sees their own, masked', async () => {
      const person = new Person(house, await house.hire('registered'), { locale });
      await person.say(say('mina metoder', 'my methods'));
      expect(person.words).toContain(`...${person.account.number?.slice(-2) ?? ''}`);
      expect(person.words).not.toContain(person.account.number?.slice(3));
    });
  });

  test('"Sida för säkerhetsinformation" and "Portal för lösenordsåterställning" stand in help, and so does whom to call', async () => {
    const person = new Person(house, await house.hire('registered'), { locale });
    await person.say(say('hjälp', 'help'));
    for (const link of ['https://mysignins.microsoft.com/security-info', 'https://passwordreset.microsoftonline.com/', ...it(language)]) {
      expect(person.words).toContain(link);
    }
  });

  test('"När du inte kan logga in på ditt Microsoft-konto": this is for work and school accounts', async () => {
    const person = new Person(house, await house.hire('registered'), { locale });
    await person.say(
      say('Jag kommer inte in på mitt personliga konto hos Microsoft', 'I cannot sign in to my personal account at Microsoft'),
    );
    expect(person.words).toContain('https://support.microsoft.com/help/12429/microsoft-account-sign-in-cant');
    expect(person.words).toContain(say('arbets- och skolkonton', 'work and school accounts'));
    expect(person.prompt).toBe('home.menu');
  });

  test('"Information om hur du registrerar dig för återställning av lösenord när du är tillbaka på enheten finns i processen ovan"', async () => {
    const person = new Person(house, await house.hire('unregistered'), { locale });
    await person.say(forgot);
    await person.choose('no');
    expect(person.words).toContain(say('När du är inne igen: skriv ”registrera” här', 'Once you are back in: write “register” here'));
    await person.say(register);
    const tab = await openPage(house, person);
    expect(tab.words).toContain(say('Ditt nuvarande lösenord', 'Your present password'));
  });
});
