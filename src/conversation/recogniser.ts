import { languages, type Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { folded } from './commands.ts';

/** What a sentence means: a wish or a topic, by the id it has in the `recogniser` locale file. */
export interface Recognised {
  readonly meaning: string;
  readonly language: Language;
}

/** Understands sentences people write. A trained one can take this one's place. */
export interface Recogniser {
  /** What the sentence means, or null. Pure and quick: it is asked in every turn that nothing else explains. */
  recognise(text: string): Recognised | null;
}

/**
 * The simple one: a meaning is a list of phrases (`recogniser.<meaning>`, `|` between phrases), a phrase a few stems; a phrase fits when each of its stems
 * begins a word of the sentence, in any order. The phrase with the most stems wins: "cannot sign in account locked" is more telling than "account".
 * A topic wins over any wish: who cannot get into a private account has no use for the reset of another one. So does `how.<kind>`: who asks how a
 * method works wants to know, and not yet to begin.
 */
export class StemRecogniser implements Recogniser {
  readonly #phrases: readonly { readonly stems: readonly string[]; readonly weight: number; readonly recognised: Recognised }[];

  constructor(sentences: Sentences) {
    this.#phrases = languages.flatMap((language) =>
      [...sentences.under(language, 'recogniser.')].flatMap(([meaning, phrases]) =>
        phrases.split('|').map((phrase) => {
          const stems = wordsOf(phrase);
          return { stems, weight: stems.length + (/^(topic|how)\./u.test(meaning) ? 100 : 0), recognised: { meaning, language } };
        }),
      ),
    );
  }

  recognise(text: string): Recognised | null {
    // People write a sentence or two; what is longer is no wish, and is not worth the time.
    const words = wordsOf(text.slice(0, 400));
    let best: { weight: number; recognised: Recognised } | null = null;
    for (const { stems, weight, recognised } of this.#phrases) {
      if (weight > (best?.weight ?? 0) && stems.every((stem) => words.some((word) => word.startsWith(stem)))) best = { weight, recognised };
    }
    return best?.recognised ?? null;
  }
}

const wordsOf = (text: string): readonly string[] =>
  folded(text)
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => word !== '');
