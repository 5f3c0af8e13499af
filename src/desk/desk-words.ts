import { languages } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';

/** What an agent may ask for in the helpdesk's channel. */
export type DeskCommand =
  | { readonly command: 'my-cases' | 'report' }
  /** `code`: those of one reason. */
  | { readonly command: 'open-cases'; readonly code: string | null }
  | { readonly command: 'case'; readonly number: string };

/** Reads a command of the desk's, word for word, in any shipped language; null for any other text. */
export function readDeskCommand(sentences: Sentences, text: string): DeskCommand | null {
  const said = folded(text);
  const is = (id: string, words: string): boolean =>
    languages.some((language) =>
      sentences
        .say(language, `desk-commands.word.${id}`)
        .split('|')
        .some((each) => folded(each) === words),
    );
  if (is('my-cases', said)) return { command: 'my-cases' };
  if (is('report', said)) return { command: 'report' };
  if (is('open-cases', said)) return { command: 'open-cases', code: null };
  const [, words = '', last = ''] = /^(.+) (\S+)$/u.exec(said) ?? [];
  if (is('open-cases', words) && /^(sspr|lk)_\w+$/u.test(last)) return { command: 'open-cases', code: last.toUpperCase() };
  if (is('case', words) && /^lk-\d{1,12}$/u.test(last)) return { command: 'case', number: last.toUpperCase() };
  return null;
}

const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replace(/[.!?]$/u, '')
    .toLowerCase();
