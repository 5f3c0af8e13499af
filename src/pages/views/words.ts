import type { Language, Policy } from '../../config/policy.ts';
import type { SentenceParams, Sentences } from '../../locales/sentences.ts';
import type { Html } from '../html.ts';
import { helpLine } from './help-line.ts';

/** The pages' sentences in one language. */
export interface PageWords {
  readonly language: Language;
  readonly organisation: string;
  /** Whom to call, and when. */
  readonly help: Html;
  /** A sentence of `page.json`. */
  say(key: string, params?: SentenceParams): string;
  /** A rule for a new password, of `password-rule.json`. */
  rule(id: string, params?: SentenceParams): string;
}

export const pageWords = (
  sentences: Sentences,
  language: Language,
  { organisation, contacts }: Pick<Policy, 'organisation' | 'contacts'>,
): PageWords => ({
  language,
  organisation: organisation.name,
  help: helpLine(sentences, language, contacts),
  say: (key, params) => sentences.say(language, `page.${key}`, params),
  rule: (id, params) => sentences.say(language, `password-rule.${id}`, params),
});
