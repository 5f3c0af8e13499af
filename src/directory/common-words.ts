/**
 * Base words of the passwords people choose most, Swedish and English, as `normalised` writes them. They stand for the list that Microsoft
 * keeps to itself: what is built of them scores little (banned-words.ts), and what is only one of them is common (strength-worker.ts).
 */
export const swedishWords: readonly string[] = (
  'lösenord losenord hemligt hemlig välkommen valkommen sommar sommaren vinter vintern höst hösten host vår våren januari februari mars april ' +
  'maj juni juli augusti september oktober november december måndag tisdag onsdag torsdag fredag lördag söndag sverige stockholm göteborg ' +
  'malmö uppsala jobbet arbete kontoret företag helpdesk support semester midsommar jul julafton påsk älskling sötnos mamma pappa familjen ' +
  'katten hunden fotboll hammarby djurgården aik fika kaffe hejhej hejsan tjena qwerty123 inloggning konto glömt nytt'
).split(' ');

/** As above; months, seasons and days are the ones a forced change every so often has taught people. */
export const englishWords: readonly string[] = (
  'password passw0rd passord secret welcome letmein login admin administrator changeme temp temporary default guest user account access ' +
  'spring summer autumn winter january february march april june july august september october november december monday tuesday wednesday ' +
  'thursday friday saturday sunday qwerty qwertz azerty asdfgh zxcvbn abcdef abc123 iloveyou monkey dragon football baseball soccer hockey ' +
  'princess sunshine shadow master superman batman starwars pokemon company office business helpdesk support microsoft windows office365 ' +
  'google facebook computer internet london sweden hello test testing'
).split(' ');
