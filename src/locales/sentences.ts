import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { LatchkeyError } from '../errors.ts';
import { languages, type Language } from '../config/policy.ts';

/** What fills a sentence. Times are epoch ms under a key that the sentence formats as a date or time; lists are joined as the language joins them. */
export type SentenceParams = Readonly<Record<string, string | number | readonly string[] | null>>;

/**
 * Every sentence the product says, from `<language>/<file>.json`, in ICU message format. An id is `<file>.<key>`: `reset.page.text`.
 */
export class Sentences {
  readonly #texts: ReadonlyMap<Language, ReadonlyMap<string, string>>;
  readonly #formats = new Map<string, IntlMessageFormat>();
  readonly #standing: (language: Language) => SentenceParams;
  readonly #zone: string;

  /**
   * @param standing parameters that every sentence may use (IT's name and number, links)
   * @param zone IANA time zone of the times shown
   */
  constructor(standing: (language: Language) => SentenceParams, zone: string) {
    this.#standing = standing;
    this.#zone = zone;
    this.#texts = new Map(languages.map((language) => [language, readTexts(language)]));
  }

  /** Whether there is such a sentence. */
  has(language: Language, id: string): boolean {
    return this.#texts.get(language)?.has(id) ?? false;
  }

  /** The texts sharing the start of an id, by the rest of the id. */
  under(language: Language, start: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [id, text] of this.#texts.get(language) ?? []) if (id.startsWith(start)) found.set(id.slice(start.length), text);
    return found;
  }

  /** The sentence, filled. @throws LatchkeyError `latchkey_locales_missing` for an id nobody wrote. */
  say(language: Language, id: string, params: SentenceParams = {}): string {
    const cached = `${language}/${id}`;
    let format = this.#formats.get(cached);
    if (format === undefined) {
      const text = this.#texts.get(language)?.get(id);
      if (text === undefined) throw new LatchkeyError('latchkey_locales_missing', 'defect', `no sentence ${id} in ${language}`);
      format = new IntlMessageFormat(text, localeOf(language), {
        time: { short: { hour: '2-digit', minute: '2-digit', timeZone: this.#zone } },
        date: dateFormats(this.#zone),
      });
      this.#formats.set(cached, format);
    }
    const values: Record<string, string | number> = {};
    for (const [name, value] of Object.entries({ ...this.#standing(language), ...params })) {
      if (value !== null) values[name] = typeof value === 'object' ? listed(language, value) : value;
    }
    return String(format.format(values));
  }
}

/** Which regional habits a language's dates follow. */
const localeOf = (language: Language): string => (language === 'sv' ? 'sv-SE' : 'en-GB');

/** The library's own format of the same name shows through, part by part: what is not wanted of it is named. */
const dateFormats = (timeZone: string): Record<string, Intl.DateTimeFormatOptions> => ({
  short: { day: 'numeric', month: 'short', year: undefined, timeZone },
  medium: { day: 'numeric', month: 'long', year: 'numeric', timeZone },
  day: { day: 'numeric', month: 'long', timeZone },
  weekday: { weekday: 'long', timeZone },
  moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone },
});

/** "a, b or c", as the language says it. */
const listed = (language: Language, items: readonly string[]): string =>
  new Intl.ListFormat(localeOf(language), { type: 'disjunction' }).format(items);

function readTexts(language: Language): ReadonlyMap<string, string> {
  const folder = new URL(`./${language}/`, import.meta.url);
  const texts = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const parsed: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
    if (typeof parsed !== 'object' || parsed === null)
      throw new LatchkeyError('latchkey_locales_unreadable', 'defect', `${language}/${file} holds no object`);
    for (const [key, text] of Object.entries(parsed)) texts.set(`${file.slice(0, -'.json'.length)}.${key}`, String(text));
  }
  return texts;
}
