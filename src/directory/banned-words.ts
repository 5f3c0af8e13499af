import { englishWords, swedishWords } from './common-words.ts';

/** What a password must score: Microsoft Entra's own threshold. */
const leastScore = 5;
/** A banned word has this many signs at least, as in Entra's custom list. */
const shortestWord = 4;
/** Words shorter than this are looked for as they are: with a sign changed they would be found in anything. */
const shortestFuzzy = 5;

/** Signs that are read as the letters they stand for, as Entra does. */
const standsFor: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', $: 's', '@': 'a' };

/**
 * A password as banned words are looked for in it: small letters without marks, `0`, `1`, `$` and `@` read as o, l, s and a. Marks go because
 * `Fjällbyn` and `fjallbyn` are one word to a guesser. Done again, it changes nothing.
 */
export const normalised = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    // What lower case takes apart again, such as the dotted capital I.
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[01$@]/gu, (sign) => standsFor[sign] ?? sign);

const everybodys: readonly string[] = [...swedishWords, ...englishWords].map(normalised);

/** Whether so much of a password is banned words that it scores under five. `words` are the company's and the person's own, and the policy's. */
export function isMadeOfBannedWords(password: string, words: readonly string[]): boolean {
  return scoreOf(password, [...everybodys, ...words]) < leastScore;
}

/**
 * The score that Microsoft Entra's password protection documents ("How are passwords evaluated"): after normalisation each banned word found
 * counts one point and so does each sign that is left; a word counts as found where one sign of it was changed, left out, or put inside.
 * The lowest of all readings counts. Pure; its time grows with length times words.
 */
export function scoreOf(password: string, words: readonly string[]): number {
  const text = Array.from(normalised(password));
  const banned = [...new Set(words.map(normalised))].map((word) => Array.from(word)).filter(({ length }) => length >= shortestWord);
  const longest = banned.reduce((most, { length }) => Math.max(most, length), 0) + 1;
  // No reading of so many signs can score less: each point covers one word at most.
  if (text.length >= leastScore * longest) return leastScore;
  const best = [0];
  for (let at = 0; at < text.length; at += 1) {
    const here = best[at] ?? at;
    note(best, at + 1, here + 1);
    for (const word of banned) for (const length of lengthsAt(text, at, word)) note(best, at + length, here + 1);
  }
  return best[text.length] ?? 0;
}

function note(best: number[], at: number, score: number): void {
  if (score < (best[at] ?? Infinity)) best[at] = score;
}

/** How many signs of the text, from `at` on, are this word: as it is, or one edit away. */
function lengthsAt(text: readonly string[], at: number, word: readonly string[]): readonly number[] {
  const same = commonStart(text, at, word, 0);
  if (same === word.length) return [word.length];
  if (word.length < shortestFuzzy || at >= text.length) return [];
  const lengths: number[] = [];
  const rest = (textFrom: number, wordFrom: number): boolean => commonStart(text, textFrom, word, wordFrom) === word.length - wordFrom;
  // A sign left out; one changed; one put in, inside the word only: at its ends it would be a sign of its own.
  if (rest(at + same, same + 1)) lengths.push(word.length - 1);
  if (at + word.length <= text.length && rest(at + same + 1, same + 1)) lengths.push(word.length);
  if (same > 0 && rest(at + same + 1, same)) lengths.push(word.length + 1);
  return lengths;
}

/** How many signs of both agree from there on. */
function commonStart(text: readonly string[], textFrom: number, word: readonly string[], wordFrom: number): number {
  let same = 0;
  while (wordFrom + same < word.length && text[textFrom + same] === word[wordFrom + same]) same += 1;
  return same;
}
