import { languages, type Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { wishes, type Wish } from '../../dialogs/dialog-table.ts';

/** What a command says, whatever the dialog. */
export type Command =
  | { readonly command: 'help' | 'cancel' | 'start-over' | 'language' }
  | { readonly command: 'speak'; readonly language: Language }
  | { readonly command: 'wish'; readonly wish: Wish };

/** Text as commands, choices and sentences are compared: width and case folded, spaces joined, end marks gone. */
export const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’']/gu, "'")
    .replace(/[\s\u00a0]+/gu, ' ')
    .replace(/^[\s"“”»]+|[\s.!?,"“”»]+$/gu, '');

/**
 * Reads the command words of every shipped language, `commands.<id>` with `|` between alternatives. A client sends the words of the
 * menu in its own language, whatever language the conversation is in.
 */
export function readCommands(sentences: Sentences): (text: string) => Command | null {
  const commands = new Map<string, Command>();
  for (const language of languages) {
    for (const [id, words] of sentences.under(language, 'commands.')) {
      const command = commandOf(id);
      if (command !== null) for (const word of words.split('|')) commands.set(folded(word), command);
    }
  }
  return (text) => commands.get(folded(text)) ?? null;
}

function commandOf(id: string): Command | null {
  if (id === 'help' || id === 'cancel' || id === 'start-over' || id === 'language') return { command: id };
  const language = languages.find((known) => id === `speak-${known}`);
  if (language !== undefined) return { command: 'speak', language };
  const wish = wishes.find((known) => known === id);
  return wish === undefined ? null : { command: 'wish', wish };
}
