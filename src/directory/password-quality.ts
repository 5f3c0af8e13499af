import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import type { Policy } from '../config/policy.ts';
import type { AccountState, PasswordRule } from './port.ts';

type Person = Pick<AccountState, 'name' | 'userId'>;
type Limits = Policy['password'];

/** What Swedish passwords are made of, beside the library's dictionaries: seasons, months, days, and words for a password itself. */
const swedish =
  'lösenord losenord hemligt hemlig välkommen valkommen sommar sommaren vinter vintern höst hösten host vår våren januari februari mars april ' +
  'maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag fredag lördag söndag sverige stockholm göteborg ' +
  'malmö uppsala jobbet arbete kontoret företag helpdesk support semester midsommar jul julafton påsk älskling sötnos mamma pappa familjen ' +
  'katten hunden fotboll hammarby djurgården aik fika kaffe hejhej hejsan tjena qwerty123 inloggning konto glömt nytt';

/** Guesses a password must withstand, as zxcvbn counts them: a season, a year and two signs after it are some hundred million. */
const leastGuesses = 1e9;

/** The estimator looks at this many signs: its time grows with the square, and what is long and weak is weak in its beginning. */
const estimated = 64;

let estimator: ZxcvbnFactory | null = null;

/** Its dictionaries take a while to index: made at the first use. */
const theEstimator = (): ZxcvbnFactory =>
  (estimator ??= new ZxcvbnFactory({ dictionary: { ...common, ...english, swedish: swedish.split(' ') }, graphs: adjacencyGraphs }));

/** The rules to show before typing. */
export const passwordRules = ({ minimumLength, maximumLength }: Limits): readonly PasswordRule[] => [
  { id: 'length', params: { minimum: minimumLength, maximum: maximumLength } },
  { id: 'not-your-name' },
  { id: 'not-common' },
  { id: 'not-the-old-one' },
];

/**
 * The rule that a new password breaks, or null. Length is counted in Unicode code points; no kind of sign is demanded (R30, NIST SP
 * 800-63B-4 3.1.1.2). Whether
 * it is the old one is for whoever knows that.
 * @param contextWords the organisation's name and the like, which a guesser tries too
 */
export function brokenRule(
  password: string,
  person: Person,
  limits: Limits,
  contextWords: readonly string[],
): Exclude<PasswordRule['id'], 'not-the-old-one'> | null {
  const text = password.normalize('NFC');
  const length = Array.from(text).length;
  if (length < limits.minimumLength || length > limits.maximumLength) return 'length';
  const own = wordsOf([person.name, person.userId.split('@')[0] ?? '']);
  if (own.some((word) => folded(text).includes(word))) return 'not-your-name';
  const known = [...own, ...wordsOf(contextWords)];
  return theEstimator().check(Array.from(text).slice(0, estimated).join(''), known).guesses < leastGuesses ? 'not-common' : null;
}

/** The words of names, folded, of three letters or more: shorter ones are in any text (Active Directory draws the same line). */
const wordsOf = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => folded(text).split(/[^\p{L}\p{N}]+/u)).filter((word) => Array.from(word).length >= 3);

/** Without case and marks: `Åsa` is in `asa2026`. */
const folded = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
