import type { Language } from '../../config/policy.ts';
import type { SentenceParams, Sentences } from '../../locales/sentences.ts';

/** The pages' sentences in one language. */
export interface PageWords {
  readonly language: Language;
  readonly organisation: string;
  /** A sentence of `page.json`. */
  say(key: string, params?: SentenceParams): string;
  /** A rule for a new password, of `password-rule.json`. */
  rule(id: string, params?: SentenceParams): string;
}

export const pageWords = (sentences: Sentences, language: Language, organisation: string): PageWords => ({
  language,
  organisation,
  say: (key, params) => sentences.say(language, `page.${key}`, params),
  rule: (id, params) => sentences.say(language, `password-rule.${id}`, params),
});
