import { describe, expect, test } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { readCommands } from '../../src/conversation/commands.ts';
import { StemRecogniser } from '../../src/conversation/recogniser.ts';
import { Sentences } from '../../src/locales/sentences.ts';

const sentences = new Sentences(() => ({}), 'UTC');
const recogniser = new StemRecogniser(sentences);
const command = readCommands(sentences);

describe('sentences people write', () => {
  test.each([
    ['jag har glömt mitt lösenord', 'reset'],
    ['Hej! Jag minns inte mitt lösenord längre...', 'reset'],
    ['kan inte komma åt mitt konto', 'reset'],
    // The seed: "Kan inte komma åt ditt konto."
    ['Kan inte komma åt ditt konto', 'reset'],
    // The seed: "aldrig fått något lösenord från din organisation"
    ['jag har aldrig fått något lösenord', 'reset'],
    ['lösenordet fungerar inte', 'reset'],
    ['jag kommer inte in på datorn', 'reset'],
    // The seed: "har låsts ute från ditt konto"
    ['jag vill byta lösenord', 'change-password'],
    ['hur ändrar jag mitt lösenord?', 'change-password'],
    ['jag har glömt mitt lösenord och vill byta det', 'reset'],
    ['jag är utelåst', 'unlock'],
    ['jag har låsts ute från mitt konto', 'unlock'],
    ['mitt konto är låst', 'unlock'],
    ['kan du låsa upp mitt konto?', 'unlock'],
    ['jag vill registrera min telefon', 'register'],
    ['hur lägger jag till en autentiseringsapp', 'register'],
    ['jag har fått nytt telefonnummer', 'methods'],
    ['jag vill ta bort ett nummer', 'methods'],
    ['hur går det med mitt ärende?', 'case-status'],
    ['jag vill prata med en människa', 'contact'],
    ['kan ni kontakta en administratör åt mig', 'contact'],
    ['jag är administratör, hur aktiverar jag återställning av lösenord?', 'topic.enable'],
    ['jag kommer inte in på mitt privata konto på hotmail', 'topic.personal'],
    ['jag vill lägga till e-post', 'register'],
    ['my outlook.com account', 'topic.personal'],
    ["I can't remember my password", 'reset'],
    ['i forgot my password', 'reset'],
    ["I can't access my account", 'reset'],
    ['I never got a password', 'reset'],
    ['how do I change my password?', 'change-password'],
    ['I forgot my password and need to change it', 'reset'],
    ['my account is locked', 'unlock'],
    ["I'm locked out!!", 'unlock'],
    ['please unlock my account', 'unlock'],
    ['how do I add my phone', 'register'],
    ['I want to set up an authenticator app', 'register'],
    ['I lost my phone', 'methods'],
    ['what is happening with my case', 'case-status'],
    ['let me talk to a human', 'contact'],
    ['as an administrator, how do I enable password reset for employees', 'topic.enable'],
    ['my personal Microsoft account', 'topic.personal'],
    ['jag har bytt nummer', 'methods'],
    ['jag vill byta e-post', 'methods'],
    ['kan jag döpa om en metod?', 'methods'],
    ['I want to change my email address', 'methods'],
    ['rename my app', 'methods'],
    ['hur funkar authenticator', 'how.authenticator-app'],
    ['Hur fungerar autentiseringsappen?', 'how.authenticator-app'],
    ['how do I set up the app', 'how.authenticator-app'],
    ['how does the authenticator app work?', 'how.authenticator-app'],
    ['hur funkar sms', 'how.text-message'],
    ['how do text messages work', 'how.text-message'],
    ['hur funkar det med mejl', 'how.email'],
    ['how does email work here', 'how.email'],
    ['vad är återställningskoder', 'how.recovery-codes'],
    ['how do the recovery codes work', 'how.recovery-codes'],
  ])('"%s" means %s', (text, meaning) => {
    expect(recogniser.recognise(text)?.meaning).toBe(meaning);
  });

  test.each(['vädret är fint i dag', 'tack', 'ok', '🔑', '', 'what time is lunch', 'kan jag boka ett rum'])(
    '"%s" means nothing here',
    (text) => {
      expect(recogniser.recognise(text)).toBeNull();
    },
  );

  test('whatever is written is answered at once, and never throws', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 600 }), (text) => {
        recogniser.recognise(text);
        command(text);
      }),
    );
  });
});

describe('commands, word for word, in any shipped language', () => {
  test.each([
    ['hjälp', { command: 'help' }],
    ['HELP!', { command: 'help' }],
    [' avbryt ', { command: 'cancel' }],
    ['cancel', { command: 'cancel' }],
    ['börja om', { command: 'start-over' }],
    ['Ｓｔａｒｔ ｏｖｅｒ', { command: 'start-over' }],
    ['svenska', { command: 'speak', language: 'sv' }],
    ['English', { command: 'speak', language: 'en' }],
    ['Glömt mitt lösenord', { command: 'wish', wish: 'reset' }],
    ['my cases', { command: 'wish', wish: 'case-status' }],
  ])('"%s"', (text, meaning) => {
    expect(command(text)).toEqual(meaning);
  });

  test('a sentence that only holds a command is none', () => {
    expect(command('help me write a poem about my password')).toBeNull();
  });
});
