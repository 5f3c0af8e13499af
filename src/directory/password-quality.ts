import type { Policy } from '../config/policy.ts';
import { isMadeOfBannedWords, normalised } from './banned-words.ts';
import { guessesFor } from './password-strength.ts';
import type { AccountState, PasswordRule } from './port.ts';

type Person = Pick<AccountState, 'name' | 'userId'>;

/** What a directory holds a new password to: the policy's limits, made stricter where the directory is. */
type Limits = Pick<Policy['password'], 'minimumLength' | 'maximumLength'> &
  Partial<Policy['password']> & {
    /** The directory takes letters a to z, digits and the signs of a plain keyboard only, as Microsoft Entra does for cloud accounts. */
    readonly asciiOnly?: boolean;
  };

/** Guesses a password must withstand, as zxcvbn counts them: a season, a year and two signs after it are some hundred million. */
const leastGuesses = 1e9;

/** R30: signs a password must have where nothing else is asked for at sign-in (NIST SP 800-63B-4 3.1.1.2). */
const aloneMinimum = 15;

/** How short a password may be. */
const shortest = ({ minimumLength, onlyFactor = false }: Limits): number =>
  onlyFactor ? Math.max(minimumLength, aloneMinimum) : minimumLength;

/** The rules to show before typing. */
export const passwordRules = (limits: Limits): readonly PasswordRule[] => [
  { id: 'length', params: { minimum: shortest(limits), maximum: limits.maximumLength } },
  ...(limits.asciiOnly === true ? [{ id: 'ascii-only' } as const] : []),
  { id: 'not-your-name' },
  { id: 'not-common' },
  { id: 'not-the-old-one' },
];

/**
 * The rule that a new password breaks, or null. Length is counted in Unicode code points; no kind of sign is demanded (R30, NIST SP
 * 800-63B-4 3.1.1.2). Whether it is the old one is for whoever knows that, and whether it leaked for breached-passwords.ts.
 * @param company the organisation's name and its mail domains, which a guesser tries too
 * @throws LatchkeyError `latchkey_directory_strength` (unavailable): nothing was asked of anybody yet
 */
export async function brokenRule(
  password: string,
  person: Person,
  limits: Limits,
  company: readonly string[],
): Promise<Exclude<PasswordRule['id'], 'not-the-old-one'> | null> {
  const text = password.normalize('NFC');
  const length = Array.from(text).length;
  if (length < shortest(limits) || length > limits.maximumLength) return 'length';
  if (limits.asciiOnly === true && !/^[\x20-\x7e]*$/u.test(text)) return 'ascii-only';
  const own = wordsOf([person.name, person.userId.split('@')[0] ?? '']);
  if (holdsAny(text, own)) return 'not-your-name';
  if (holdsAny(text, companyNames(company))) return 'not-the-company';
  const known = [...own, ...wordsOf(company), ...(limits.bannedWords ?? [])];
  if (isMadeOfBannedWords(text, known)) return 'banned-words';
  return (await guessesFor(text, known)) < leastGuesses ? 'not-common' : null;
}

/** Whether one of the words is in the text, as it is written or with signs in the place of letters. */
const holdsAny = (text: string, words: readonly string[]): boolean =>
  words.some((word) => folded(text).includes(word) || normalised(text).includes(normalised(word)));

/** The words of names, folded, of three letters or more: shorter ones are in any text (Active Directory draws the same line). */
const wordsOf = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => folded(text).split(/[^\p{L}\p{N}]+/u)).filter((word) => Array.from(word).length >= 3);

/**
 * What the company is called, of four letters or more: its name written together, the name's one telling word, and of each mail domain the
 * label that names it (the longest before the last). A name's other words are in many texts: they count as banned words only.
 */
function companyNames(company: readonly string[]): readonly string[] {
  const names = company.flatMap((name) => {
    const isDomain = /^\S+\.\S+$/u.test(name);
    const words = folded(name).split(/[^\p{L}\p{N}]+/u);
    if (isDomain) return words.slice(0, -1).reduce((longest, label) => (label.length > longest.length ? label : longest), '');
    const telling = words.filter((word) => Array.from(word).length >= 4);
    return [words.join(''), ...(telling.length === 1 ? telling : [])];
  });
  return names.filter((name) => Array.from(name).length >= 4);
}

/** Without case and marks: `Åsa` is in `asa2026`. */
const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
