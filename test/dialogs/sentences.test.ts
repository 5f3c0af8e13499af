import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from '@jest/globals';
import { dialogs } from '../../dialogs/all.ts';
import { methodKinds } from '../../dialogs/methods.ts';

const files = [...Object.keys(dialogs), 'runner', 'methods-names'];

const read = (language: string, file: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`../../src/locales/${language}/${file}.json`, import.meta.url), 'utf8')) as Record<string, string>;

/** The names of what a sentence is filled with, wherever they stand in it. */
function fillings(text: string): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null) {
      // Types 1 to 6 of the parser's nodes are arguments; 0 is text, 7 is `#`.
      if ('type' in value && 'value' in value && typeof value.type === 'number' && value.type >= 1 && value.type <= 6)
        found.add(String(value.value));
      Object.values(value).forEach(look);
    }
  };
  look(new IntlMessageFormat(text, 'en').getAst());
  return [...found].sort();
}

test('what fills a sentence is found wherever it stands', () => {
  expect(fillings('{a} {b, plural, one {x {c}} other {{d, date, short}}}')).toEqual(['a', 'b', 'c', 'd']);
});

describe.each(files)('%s', (file) => {
  const swedish = read('sv', file);
  const english = read('en', file);

  test('has the same sentences in both languages, filled with the same', () => {
    expect(Object.keys(swedish)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(swedish)) expect([key, fillings(text)]).toEqual([key, fillings(english[key] ?? '')]);
  });

  test('is written in both languages: no sentence was left in the other one', () => {
    const hasWords = (text: string): boolean => /\p{L}/u.test(text.replaceAll(/\{[^{}]*\}/gu, ''));
    const same = Object.entries(swedish).filter(([key, text]) => text === english[key] && hasWords(text));
    expect(same.map(([key]) => key)).toEqual([]);
  });
});

test('every kind of method has its name', () => {
  expect(Object.keys(read('sv', 'methods-names')).sort()).toEqual([...methodKinds].sort());
});

test('no sentence of the runner is unused', () => {
  const sources = [new URL('../../src/', import.meta.url), new URL('../../dialogs/', import.meta.url)].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8')),
  );
  // These are put together from what was read: the form of an answer, and the topic of a sentence.
  const composed = /^(not-a-(code|recovery-code|start-code|phone-number|email-address|user-id|name|message)|topic\.(enable|personal))$/u;
  const unused = Object.keys(read('sv', 'runner')).filter(
    (key) => !composed.test(key) && !sources.some((source) => source.includes(`'runner.${key}'`)),
  );
  expect(unused).toEqual([]);
});
