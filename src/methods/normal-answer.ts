/** An answer as it is kept and compared has 3 to 40 signs, as Entra's have. */
export const answerSigns = { least: 3, most: 40 } as const;

/** What is longer was not typed as an answer, and is not worth normalising. */
const longestTyped = 400;

/**
 * An answer as it is hashed, so that whoever knows it gets it right whichever way it is typed: compatible forms of a sign are one (NFKC),
 * capital and small letters are one, dashes and apostrophes of every kind are one, signs that nobody sees are dropped, and white space of
 * any length is one space, none at the ends. Letters stay what they are: å is not a, and é is not e, since they tell words apart.
 * @returns the same for itself; an empty text for what is far too long
 */
export function normalAnswer(typed: string): string {
  if (typed.length > longestTyped) return '';
  let text = typed;
  // Folding can bring forth what is folded again (a capital made of two signs, say): until nothing changes any more, and never for ever.
  for (let before = '', turn = 0; before !== text && turn < 8; turn += 1) {
    before = text;
    text = text
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .replaceAll(/\p{Pd}/gu, '-')
      .replaceAll(/[\u2018\u2019\u02BC\u00B4`]/gu, "'")
      // Capitals first, so that ß and ss, or the two small sigmas, are one.
      .toUpperCase()
      .toLowerCase()
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim();
  }
  return text;
}

/** How many signs a person counts: code points. */
export const signsIn = (text: string): number => Array.from(text).length;
