/** Why a text is not passed on. `secret`: it holds a code or an identity number. */
type HeldBack = 'empty' | 'too-long' | 'link' | 'secret';

export type Relayed = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: HeldBack };

/** The most signs one message may have. */
export const mostSigns = 2000;

/**
 * What of a text may go from helpdesk to requester or back: plain text of at most 2,000 signs, no link, no mention, and nothing that helps a
 * thief. Six digits in a row are held back whether or not a code of the account looks like them: an answer that depended on it would let codes be
 * tried without counting. Both ways alike. Pure.
 */
export function relay(text: string): Relayed {
  const plain = plainText(text);
  if (plain === '') return { ok: false, reason: 'empty' };
  if (Array.from(plain).length > mostSigns) return { ok: false, reason: 'too-long' };
  const seen = folded(plain);
  if (secrets.some((form) => form(seen))) return { ok: false, reason: 'secret' };
  return hasLink(seen) ? { ok: false, reason: 'link' } : { ok: true, text: plain };
}

/** Without marks of a mention, control signs and marks of writing direction; its lines stay. */
const plainText = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/<\/?at\b[^>]*>/giu, '')
    .replaceAll(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replaceAll(/[^\P{Cc}\n]|\p{Cf}/gu, '')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();

/** As it is searched: digits and letters of every width and script of digits are the plain ones, and so are dashes and spaces; nothing is drawn around a digit. */
const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit)))
    .replaceAll(/(?<=\d)[\uFE0E\uFE0F]?\p{Me}/gu, '')
    .replaceAll(/\p{Pd}|\u2212/gu, '-')
    .replaceAll(/\p{Zs}/gu, ' ');

/** The value of a decimal digit: each script's ten stand in order (Unicode 4.6). */
function valueOf(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  let zero = point;
  while (point - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (point - zero) % 10;
}

/** An address that a client would make a link of, or Markdown that does. */
const links = /[a-z][a-z\d+.-]*:\/\/|\bwww\.|\bmailto:|\]\(|\b[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}\//iu;

/** Whether a client would make a link of something in a text. */
export const hasLink = (text: string): boolean => links.test(text);

/** A code of six digits, in one piece, as two threes or three twos, or one by one; within a longer number, a telephone's for instance, it is none. */
const codeForms: readonly RegExp[] = [
  /(?<!\d)(?<!\d[ .-])\d{3}[ .-]?\d{3}(?![ .-]?\d)/u,
  /(?<!\d)(?<!\d[ .-])\d\d(?: \d\d){2}(?![ .-]?\d)/u,
  /(?<!\d)(?<!\d[\s.,-]{1,2})\d(?:[\s.,-]{1,2}\d){5}(?![\s.,-]{0,2}\d)/u,
];
const hasCode = (text: string): boolean => codeForms.some((form) => form.test(text));

/**
 * A Swedish personal identity number or coordination number (Skatteverket, SKV 704 and 707): six or eight digits of a date, in coordination numbers
 * with 60 added to the day, and four more of which the last is the Luhn digit of the nine before it.
 */
function hasIdentityNumber(text: string): boolean {
  for (const [found] of text.matchAll(/(?<!\d)(?:\d{2})?\d{6} ?[-+]? ?\d{4}(?!\d)/gu)) {
    const ten = found.replaceAll(/\D/gu, '').slice(-10);
    const month = Number(ten.slice(2, 4));
    const day = Number(ten.slice(4, 6)) % 60;
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31 && luhn(ten)) return true;
  }
  return false;
}

/** Whether the last digit is the Luhn digit of those before it (ISO/IEC 7812-1, annex B). */
function luhn(digits: string): boolean {
  const sum = Array.from(digits).reduce((total, digit, index) => {
    const value = Number(digit) * ((digits.length - index) % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const sign = '[0-9A-HJKMNP-TV-Z]';
const recoveryCode = new RegExp(`(?<![\\p{L}\\d])${sign}{4}([ -]?${sign}{4}){3}(?![\\p{L}\\d])`, 'giu');
/** With a letter: ten digits are a telephone number. 0x and eight digits are the number of a fault. */
const startCode = new RegExp(
  `(?<![\\p{L}\\d])(?!0x[\\da-f]{8}(?![\\p{L}\\d]))(?=[ \\d-]*[a-z])${sign}{5}[ -]?${sign}{5}(?![\\p{L}\\d])`,
  'giu',
);

/** Signs set in groups like a code; four words of four letters are none: a code has a digit, or is written in capitals or with hyphens. */
const hasGroups =
  (form: RegExp) =>
  (text: string): boolean =>
    (text.match(form) ?? []).some((found) => /\d/u.test(found) || found.includes('-') || found === found.toUpperCase());

const secrets: readonly ((text: string) => boolean)[] = [hasCode, hasIdentityNumber, hasGroups(recoveryCode), hasGroups(startCode)];
