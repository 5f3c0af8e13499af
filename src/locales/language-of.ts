import { languages, type Language } from '../config/policy.ts';

/** The shipped language of a locale such as `sv-SE`; null when it is none of ours. */
export function languageOf(locale: string | null): Language | null {
  const tag = locale?.toLowerCase().split('-')[0];
  return languages.find((language) => language === tag) ?? null;
}
