import { describe, expect, test } from '@jest/globals';
import type { Wish } from '../../dialogs/dialog-table.ts';
import type { Ending } from '../../dialogs/views.ts';
import { present } from '../../dialogs/stack.ts';
import type { Language } from '../../src/config/policy.ts';
import { Sentences } from '../../src/locales/sentences.ts';
import { sentenceOf } from '../model/said.ts';
import { eligible, method, onFile, opened, read, two } from './facts.ts';
import { standing } from './standing.ts';
import { Talk } from './talk.ts';

/** The lines of "Registrera autentiseringsinformation för att återställa ditt eget lösenord" that the dialogs carry, each quoted by its test. */

const sentences = new Sentences(() => standing, 'Europe/Stockholm');

/** What stands in the chat after the last event: its notices, then the prompt. */
function chat(talk: Talk, language: Language): string {
  const said = talk.effects.flatMap((effect) =>
    effect.type === 'say' ? [sentences.say(language, sentenceOf(effect.params.notice), effect.params.params ?? {})] : [],
  );
  const shown = present(talk.stack);
  if (shown !== null) said.push(sentences.say(language, `${shown.prompt}.text`, shown.shape.params ?? {}));
  return said.join('\n');
}

const button = (prompt: string, choice: string, language: Language): string => sentences.say(language, `${prompt}.choice.${choice}`, {});

const refused = (code: string, ending: Ending, wish: Wish = 'reset') =>
  new Talk().atHome().wishes(wish).gets({ type: 'eligibility.refused', refusal: { code, ending } });

describe('the three refusals', () => {
  test('"Kontakta din administratör. Vi har upptäckt att lösenordet för ditt användarkonto inte hanteras av Microsoft. Därför kan vi inte automatiskt återställa ditt lösenord. Kontakta din IT-personal för ytterligare hjälp."', () => {
    const swedish = chat(refused('SSPR_0010', 'managed-elsewhere'), 'sv');
    expect(swedish).toContain(
      'Kontakta din administratör. Vi har upptäckt att lösenordet för ditt användarkonto inte hanteras av Microsoft.',
    );
    expect(swedish).toContain('Därför kan vi inte automatiskt återställa ditt lösenord. Kontakta din IT-personal för ytterligare hjälp');
    const english = chat(refused('SSPR_0010', 'managed-elsewhere'), 'en');
    expect(english).toContain(
      'Contact your administrator. We have found that the password of your user account is not managed by Microsoft.',
    );
    for (const contact of [standing.itName, standing.itPhone, standing.itHours, standing.itLink]) {
      expect(swedish).toContain(contact);
      expect(english).toContain(contact);
    }
    expect(refused('SSPR_0010', 'managed-elsewhere').prompt).toBeNull();
  });

  test('"Ditt konto är inte aktiverat för återställning av lösenord. Vi beklagar, men din IT-personal har inte konfigurerat ditt konto för användning med den här tjänsten. Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig."', () => {
    expect(chat(refused('SSPR_0011', 'not-enabled'), 'sv')).toBe(
      'Ditt konto är inte aktiverat för återställning av lösenord. Vi beklagar, men din IT-personal har inte konfigurerat ditt konto för användning med den här tjänsten. Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig.',
    );
    expect(chat(refused('SSPR_0011', 'not-enabled'), 'en')).toBe(
      'Your account is not enabled for password reset. We are sorry, but your IT staff has not set up your account for use with this service. If you like, we can contact an administrator in your organisation to reset your password for you.',
    );
    expect(button('escalate.offer', 'contact', 'sv')).toContain('kontakta en administratör');
  });

  test('"Vi kunde inte verifiera ditt konto. Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig."', () => {
    const swedish = chat(refused('SSPR_0014', 'not-verified'), 'sv');
    expect(swedish.startsWith('Vi kunde inte verifiera ditt konto.')).toBe(true);
    expect(swedish.endsWith('Om du vill kan vi kontakta en administratör i organisationen för att återställa lösenordet åt dig.')).toBe(
      true,
    );
    const english = chat(refused('SSPR_0014', 'not-verified'), 'en');
    expect(english.startsWith('We could not verify your account.')).toBe(true);
    expect(english.endsWith('If you like, we can contact an administrator in your organisation to reset your password for you.')).toBe(
      true,
    );
  });

  test('"Information om hur du registrerar dig för återställning av lösenord när du är tillbaka"', () => {
    const talk = refused('SSPR_0014', 'not-verified').chooses('contact').gets({ type: 'case.opened', number: 'LK-1001', isNew: true });
    expect(chat(talk, 'sv')).toContain('När du är inne igen: skriv ”registrera”');
    expect(chat(talk, 'sv')).toContain('LK-1001');
    expect(chat(talk, 'en')).toContain('Once you are back in: write “register”');
  });
});

describe('what is not enabled', () => {
  test('"Administratören måste aktivera den här funktionen för att du ska kunna registrera din information"', () => {
    expect(chat(refused('SSPR_0009', 'not-enabled', 'register'), 'sv')).toContain(
      'då går det inte heller att registrera verifieringsmetoder',
    );
    expect(chat(refused('SSPR_0009', 'not-enabled', 'register'), 'en')).toContain(
      'verification methods cannot be registered for it either',
    );
  });

  test('"Om alternativet Glömt mitt lösenord inte visas betyder det att administratören inte har aktiverat funktionen för din organisation. Om du anser att detta är felaktigt kontaktar du din helpdesk"', () => {
    const talk = new Talk().atHome({ reset: false });
    expect(talk.choices).not.toContain('reset');
    talk.wishes('reset');
    expect(chat(talk, 'sv')).toContain(
      'Din administratör har inte aktiverat återställning av lösenord här. Om du tror att det är fel, kontakta IT-supporten: 08-555 010 00',
    );
    expect(chat(talk, 'en')).toContain('Your administrator has not enabled password reset here. If you think that is wrong, contact');
    expect(button('home.menu', 'reset', 'sv')).toBe('Glömt mitt lösenord');
  });

  test('"Om du är administratör och letar efter information om hur du aktiverar återställning av lösenord ... för anställda"', () => {
    for (const language of ['sv', 'en'] as const) {
      const talk = new Talk().atHome().take({ type: 'topic', notice: 'runner.topic.enable' });
      expect(chat(talk, language)).toContain(standing.guideLink);
    }
  });
});

describe('registering', () => {
  const choosing = () =>
    new Talk()
      .atHome()
      .wishes('register')
      .gets(eligible(two))
      .gets(read([]))
      .gets(opened('page'))
      .hears({ type: 'page.done', page: 'page', outcome: { page: 'present-password', proof: 'p' } })
      .gets(read([]));

  test('"Om flera alternativ är tillgängliga rekommenderar vi starkt att du använder mer än ett ..., om någon av dina metoder blir otillgänglig"', () => {
    expect(chat(choosing(), 'sv')).toContain('Vi rekommenderar starkt mer än en: om en slutar fungera kommer du in med en annan.');
    expect(chat(choosing(), 'en')).toContain('We strongly recommend more than one: if one stops working, another gets you in.');
  });

  test('"Autentiseringsapp", "Sms", "Säkerhetsnyckel", "E-postadress" are offered by these names', () => {
    const names = choosing().choices.map((choice) => button('register.choose', choice, 'sv'));
    expect(names).toEqual([
      'Autentiseringsapp',
      'Sms',
      'Telefonsamtal',
      'E-postadress',
      'Återställningskoder',
      'Säkerhetsfrågor',
      'Säkerhetsnyckel',
      'Hur fungerar de?',
      'Slutför',
      'Avbryt',
    ]);
  });

  test('"Välj att använda Microsoft Authenticator-appen eller annan autentiseringsapp"', () => {
    const talk = choosing().chooses('authenticator-app').gets({ type: 'draft.taken', draft: 'd', masked: 'app' }).gets(opened('qr'));
    talk.gets({
      type: 'challenge.sent',
      challenge: 'c',
      kind: 'authenticator-app',
      masked: 'app',
      mark: null,
      expiresAt: 9,
      resendAt: null,
    });
    expect(chat(talk, 'sv')).toContain('Microsoft Authenticator eller en annan autentiseringsapp');
    expect(chat(talk, 'en')).toContain('Microsoft Authenticator or another authenticator app');
  });

  test('"en alternativ e-postadress som kan användas utan att kräva ditt glömda eller saknade lösenord. Detta fungerar bara för återställning av lösenord"', () => {
    expect(chat(choosing().chooses('email').gets(onFile()), 'sv')).toContain('Välj en du kan läsa utan ditt arbetslösenord');
    expect(chat(choosing().chooses('email').gets(onFile()), 'en')).toContain('Choose one you can read without your work password');
    expect(sentences.say('sv', 'register-email.notice.stored', { label: 'a...@example.org' })).toContain(
      'bara när du återställer lösenordet',
    );
    expect(sentences.say('en', 'register-email.notice.stored', { label: 'a...@example.org' })).toContain(
      'only when you reset your password',
    );
  });

  test('"När du har valt och ställt in metoderna väljer du Slutför"', () => {
    expect(chat(choosing(), 'sv')).toContain('Välj Slutför när du är klar.');
    expect(chat(choosing(), 'en')).toContain('Choose Finish when you are done.');
  });

  test.each(['text-message', 'email'])(
    '"Information som läggs till för ditt telefonnummer eller din e-postadress delas inte med organisationens globala katalog. De enda som kan se den här informationen är du och din administratör. Det är bara du som kan se svaren på dina säkerhetsfrågor." Before the first %s',
    (kind) => {
      const swedish = chat(choosing().chooses(kind), 'sv');
      expect(swedish).toContain(
        'delas inte med organisationens globala katalog. De enda som kan se den här informationen är du och din administratör',
      );
      expect(swedish).toContain('Latchkey skriver inget av det till katalogen. Bara du känner till dina svar.');
      const english = chat(choosing().chooses(kind), 'en');
      expect(english).toContain(
        'not shared in your organisation’s global directory. The only ones who can see this information are you and your administrator',
      );
      expect(english).toContain('Latchkey writes none of it to the directory. Only you know your answers.');
    },
  );
});

describe('whom it is for', () => {
  test('"Om du har glömt ditt arbets- eller skollösenord, aldrig fått något lösenord från din organisation eller har låsts ute från ditt konto"', () => {
    expect(sentences.say('sv', 'runner.welcome')).toContain('glömt lösenordet, aldrig fått något eller är utelåst');
    expect(sentences.say('en', 'runner.welcome')).toContain('forgotten your password, never got one or are locked out');
  });

  test('"aldrig fått något lösenord": with methods the reset sets the first one, without them it ends as unregistered', () => {
    const talk = () =>
      new Talk()
        .atHome()
        .wishes('reset')
        .gets(eligible(two, { hasPassword: false }));
    expect(chat(talk(), 'sv')).toContain('Ditt konto har inget lösenord än.');
    expect(talk().gets(read([])).params).toMatchObject({ ending: 'not_verified' });
    expect(
      talk()
        .gets(read([method('authenticator-app'), method('text-message')]))
        .asked('sendChallenge'),
    ).toBeDefined();
  });

  test('"låsts ute från ditt konto": the lock is told, and opened without a new password', () => {
    const talk = new Talk()
      .atHome()
      .wishes('unlock')
      .gets(eligible(two, { locked: { since: 1, why: 'wrong-passwords', until: null } }));
    expect(chat(talk, 'sv')).toContain('Ditt konto är låst efter för många felaktiga lösenord.');
    expect(button('home.menu', 'unlock', 'sv')).toBe('Lås upp mitt konto');
  });

  test('"Sida för säkerhetsinformation", "Portal för lösenordsåterställning": in help', () => {
    for (const language of ['sv', 'en'] as const) {
      const help = sentences.say(language, 'runner.help');
      expect(help).toContain(standing.securityInfoLink);
      expect(help).toContain(standing.resetPortalLink);
    }
  });

  test('"När du inte kan logga in på ditt Microsoft-konto": this is for work and school accounts', () => {
    for (const language of ['sv', 'en'] as const) expect(sentences.say(language, 'runner.topic.personal')).toContain(standing.personalLink);
    expect(sentences.say('sv', 'runner.topic.personal')).toContain('arbets- och skolkonton');
  });
});
