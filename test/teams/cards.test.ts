import { describe, expect, test } from '@jest/globals';
import type { Language } from '../../src/config/policy.ts';
import type { Answer, PromptView } from '../../src/conversation/port.ts';
import { Cards, mostCardBytes } from '../../src/teams/cards.ts';
import { buttonOf, partsOf, wordsOf, type Card, type CardPart, type Sent } from '../servers/connector.ts';
import { sentences } from './house.ts';

const cards = new Cards(sentences, ['https://it.example.com/', 'https://it.example.com/help']);

const plain: PromptView = {
  id: 'home.menu',
  step: 'step-1',
  title: 'Hej Anna',
  text: 'Vad vill du göra?',
  choices: [
    { id: 'reset', label: 'Glömt mitt lösenord' },
    { id: 'unlock', label: 'Lås upp mitt konto' },
  ],
  input: null,
  shownCode: null,
  page: null,
};
const prompts: Readonly<Record<string, PromptView>> = {
  choices: plain,
  code: { ...plain, id: 'verify.answer', title: null, input: { form: 'code', label: 'Kod', error: 'Skriv sex siffror.' } },
  number: { ...plain, id: 'register.number', choices: [], input: { form: 'phone-number', label: 'Nummer', error: 'Skriv ett nummer.' } },
  mail: { ...plain, id: 'register.mail', input: { form: 'email-address', label: 'Adress', error: 'Skriv en adress.' } },
  page: {
    ...plain,
    id: 'reset.page',
    page: { url: 'https://latchkey.example.com/p/abc', label: 'Öppna sidan', number: '0471', numberText: 'Sidans nummer är 0471.' },
  },
  many: {
    ...plain,
    id: 'methods.list',
    choices: Array.from({ length: 14 }, (_each, index) => ({ id: `m${index}`, label: `Metod ${index}` })),
  },
};

const answer = (prompt: PromptView | null, notices: readonly string[] = [], language: Language = 'sv'): Answer => ({
  language,
  notices,
  prompt,
});

function activity(said: Answer, channel = 'msteams'): Sent {
  const made = cards.answer(said, channel);
  if (made === null) throw new Error('nothing to say');
  return JSON.parse(JSON.stringify(made)) as Sent;
}

function cardOf(said: Answer): Card {
  const card = activity(said).attachments?.[0]?.content;
  if (card === undefined) throw new Error('no card');
  return card;
}

/** Faults of a card that somebody who cannot see it, or uses another client, would meet. */
function faultsOf(card: Card): string[] {
  const faults: string[] = [];
  if (card['type'] !== 'AdaptiveCard' || card.version !== '1.5') faults.push('not Adaptive Cards 1.5');
  for (const field of ['fallbackText', 'speak', 'lang'])
    if (typeof card[field] !== 'string' || card[field] === '') faults.push(`no ${field}`);
  for (const part of partsOf(card)) faults.push(...faultsOfPart(part));
  if (Buffer.byteLength(JSON.stringify(card)) > mostCardBytes) faults.push('too large');
  return faults;
}

function faultsOfPart(part: CardPart): string[] {
  const missing = (...fields: string[]): string[] =>
    fields.filter((field) => typeof part[field] !== 'string' || part[field] === '').map((field) => `${part.type} without ${field}`);
  switch (part.type) {
    case 'TextBlock':
      return [...missing('text'), ...(part['wrap'] === true ? [] : ['a text that does not wrap'])];
    case 'TextRun':
      return missing('text');
    case 'RichTextBlock':
      return Array.isArray(part['inlines']) && part['inlines'].length > 0 ? [] : ['an empty paragraph'];
    case 'Input.Text':
      return [...missing('id', 'label', 'errorMessage', 'regex'), ...(part['isRequired'] === true ? [] : ['an input that may stay empty'])];
    case 'Action.Execute': {
      const fallback = part['fallback'] as CardPart | undefined;
      const isSame = fallback?.type === 'Action.Submit' && JSON.stringify(fallback['data']) === JSON.stringify(part['data']);
      return [
        ...missing('title', 'verb'),
        ...(isSame && fallback?.['title'] === part['title'] ? [] : ['Action.Execute without its Action.Submit']),
      ];
    }
    case 'Action.OpenUrl':
      return missing('title', 'url');
    case 'ActionSet':
      return Array.isArray(part['actions']) && part['actions'].length <= 6 ? [] : ['more actions in a row than Teams shows'];
    default:
      return [`unknown part ${part.type}`];
  }
}

describe.each(Object.entries(prompts))('the card of a prompt with %s', (_name, prompt) => {
  test.each<Language>(['sv', 'en'])('can be used by everybody (%s)', (language) => {
    expect(faultsOf(cardOf(answer(prompt, ['Fel kod.'], language)))).toEqual([]);
  });

  test('carries the prompt id, goes alone, and says in its fallback all that plain text says', () => {
    const sent = activity(answer(prompt, ['Fel kod.']));
    expect(sent).toMatchObject({ type: 'message', label: prompt.id, locale: 'sv', summary: expect.any(String) });
    expect(sent.text).toBeUndefined();
    expect(sent.attachments).toHaveLength(1);
    expect(cardOf(answer(prompt)).fallbackText).toBe(activity(answer(prompt), 'sms').text);
  });

  test('every choice is a button that carries choice and step, and nothing typed', () => {
    for (const { id, label } of prompt.choices) {
      expect(buttonOf(activity(answer(prompt)), label)).toEqual({ choose: id, step: 'step-1' });
    }
    const choices = [...partsOf(cardOf(answer(prompt)))].filter((part) => part.type === 'Action.Execute' && part['title'] !== 'Skicka');
    expect(choices.every((part) => part['associatedInputs'] === 'None')).toBe(true);
  });
});

test('notices stand above the prompt, in the same activity', () => {
  const words = wordsOf(activity(answer(prompts['code'] ?? plain, ['Fel kod.', 'Två försök kvar.'])));
  expect(words.split('\n')).toEqual([
    'Fel kod.',
    'Två försök kvar.',
    'Vad vill du göra?',
    'Kod',
    'Skicka',
    'Glömt mitt lösenord',
    'Lås upp mitt konto',
  ]);
});

test('without a prompt there is only text; with nothing at all there is no activity', () => {
  expect(activity(answer(null, ['Klart.', 'Hej då.']))).toMatchObject({ text: 'Klart.\n\nHej då.', textFormat: 'plain' });
  expect(activity(answer(null, ['Klart.']))['label']).toBeUndefined();
  expect(cards.answer(answer(null), 'msteams')).toBeNull();
});

test('the input is sent by a button of its own, in the language of the answer', () => {
  const code = prompts['code'] ?? plain;
  expect(buttonOf(activity(answer(code)), 'Skicka')).toEqual({ choose: 'answer', step: 'step-1' });
  expect(buttonOf(activity(answer(code, [], 'en')), 'Send')).toEqual({ choose: 'answer', step: 'step-1' });
});

describe('what may be typed', () => {
  const pattern = (name: string): RegExp => {
    const input = [...partsOf(cardOf(answer(prompts[name] ?? plain)))].find((part) => part.type === 'Input.Text');
    return new RegExp(String(input?.['regex']));
  };
  test.each(['012345', ' 012 345 ', '０１２３４５', '012-345'])('a code: %s', (code) => expect(pattern('code').test(code)).toBe(true));
  test.each(['01234', '0123456', 'abcdef', ''])('no code: %s', (code) => expect(pattern('code').test(code)).toBe(false));
  test.each(['+46 70 123 45 67', '070-1234567'])('a number: %s', (number) => expect(pattern('number').test(number)).toBe(true));
  test('no number: words', () => expect(pattern('number').test('mitt nummer')).toBe(false));
  test('an address is one word', () => {
    expect(pattern('mail').test(' anna@example.com ')).toBe(true);
    expect(pattern('mail').test('anna ek')).toBe(false);
  });
});

test('I21: a page is a link, and its number stands beside it, in card and in text', () => {
  const page = answer(prompts['page'] ?? plain);
  const open = [...partsOf(cardOf(page))].find((part) => part.type === 'Action.OpenUrl');
  expect(open).toMatchObject({ title: 'Öppna sidan', url: 'https://latchkey.example.com/p/abc' });
  expect(wordsOf(activity(page))).toContain('Sidans nummer är 0471.');
  expect(activity(page, 'sms').text).toContain('Öppna sidan: https://latchkey.example.com/p/abc\nSidans nummer är 0471.');
});

describe('where cards do not show, text tells everything', () => {
  test('numbered choices, and how to answer', () => {
    const sent = activity(answer(plain, ['Fel kod.']), 'sms');
    expect(sent).toMatchObject({ label: 'home.menu', textFormat: 'plain' });
    expect(sent.attachments).toBeUndefined();
    expect(sent.text).toBe(
      'Fel kod.\n\nHej Anna\n\nVad vill du göra?\n\n1. Glömt mitt lösenord\n2. Lås upp mitt konto\n\nSvara med numret på det du väljer.',
    );
  });

  test('an input, with and without choices, in both languages', () => {
    expect(activity(answer(prompts['code'] ?? plain), 'sms').text).toContain('Kod: skriv ditt svar här i chatten.');
    expect(activity(answer(prompts['code'] ?? plain), 'sms').text).toContain('eller svara med numret');
    expect(activity(answer(prompts['number'] ?? plain, [], 'en'), 'sms').text).toContain('Nummer: type your answer here in the chat.');
    expect(activity(answer(prompts['number'] ?? plain, [], 'en'), 'sms').text).not.toContain('number of your choice');
  });

  test.each(['msteams', 'directline', 'webchat', 'emulator'])('%s shows cards', (channel) => expect(Cards.show(channel)).toBe(true));
});

describe('what a person typed cannot become a link, a mention or a picture', () => {
  const evil = '[klicka](https://evil.example.com) ![](https://evil.example.com/x.png) <at>Alla</at> **fet** https://evil.example.com';

  test('in a text it stands as it was typed, where nothing reads Markdown', () => {
    const card = cardOf(answer({ ...plain, title: null, text: evil }, [evil]));
    const parts = [...partsOf(card)];
    expect(parts.filter((part) => part.type === 'TextRun').map((part) => part['text'])).toEqual([evil, evil]);
    expect(parts.some((part) => part.type === 'TextBlock' || part['selectAction'] !== undefined)).toBe(false);
  });

  test('in a heading, which reads Markdown, every sign of it is undone', () => {
    const [heading] = cardOf(answer({ ...plain, title: evil })).body;
    expect(heading).toMatchObject({ type: 'TextBlock', style: 'heading' });
    expect(String(heading?.['text'])).not.toMatch(/(?<!\\)[[\]<>*_`]/u);
  });

  test('in text messages nothing is read as Markdown', () => {
    expect(activity(answer(null, [evil]))).toMatchObject({ text: evil, textFormat: 'plain' });
    expect(activity(answer({ ...plain, text: evil }), 'sms')).toMatchObject({ textFormat: 'plain' });
  });

  test("the policy's own links can be opened, and no address that begins like one", () => {
    const text = 'Se https://it.example.com/help, eller https://it.example.com/help/evil och https://it.example.com/help.evil.com.';
    const runs = [...partsOf(cardOf(answer({ ...plain, text })))].filter((part) => part.type === 'TextRun');
    expect(runs.map((part) => part['text']).join('')).toBe(text);
    expect(runs.filter((part) => part['selectAction'] !== undefined).map((part) => part['text'])).toEqual(['https://it.example.com/help']);
  });
});

test('a card stays under 28 KB, however long the texts are, and still works', () => {
  const long = 'Åäö 🔑 "citat" \\ '.repeat(4_000);
  const card = cardOf(answer({ ...(prompts['code'] ?? plain), title: long, text: long }, [long, long]));
  expect(faultsOf(card)).toEqual([]);
  expect(JSON.stringify(card)).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/u);
});

describe('a spent card', () => {
  const spent = (language: Language, chosen = 'Glömt [mitt](https://evil.example.com) lösenord'): Card =>
    cards.spent({ language, prompt: 'home.menu', text: 'Vad vill du göra?', chosen }) as unknown as Card;

  test.each<[Language, string]>([
    ['sv', 'Ditt svar:'],
    ['en', 'Your answer:'],
  ])('says what was asked and chosen, and has nothing to press (%s)', (language, words) => {
    const card = spent(language);
    expect(faultsOf(card)).toEqual([]);
    const parts = [...partsOf(card)];
    expect(parts.filter((part) => part.type === 'TextRun').map((part) => part['text'])).toEqual([
      'Vad vill du göra?',
      `${words} Glömt [mitt](https://evil.example.com) lösenord`,
    ]);
    expect(parts.some((part) => part.type.startsWith('Action.') || part.type.startsWith('Input.'))).toBe(false);
  });

  test('keeps quiet about an answer that is not to be shown', () => {
    expect(JSON.stringify(spent('sv', ''))).not.toContain('Ditt svar');
  });
});
