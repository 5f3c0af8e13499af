import { PDFDocument, rgb, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import qrcode from 'qrcode';
import { languages, type Language } from '../config/policy.ts';

/** What stands on the poster. */
export interface PosterContent {
  /** The front door's address. */
  readonly url: string;
  readonly organisation: string;
  /** What it says in each language. */
  readonly words: Readonly<
    Record<Language, { readonly title: string; readonly text: string; readonly desk: string; readonly never: string }>
  >;
}

/** A4 in points. */
const page = { width: 595.28, height: 841.89 } as const;
const margin = 56;
const ink = rgb(0.106, 0.141, 0.188);
const quiet = rgb(0.322, 0.376, 0.443);

/**
 * The poster for the office wall: where to go when Teams cannot be opened, in every shipped language, with a QR code of the address (ISO/IEC 18004, a
 * quarter of it may be damaged). One A4 page. Its fonts are those that every reader of PDF has.
 * @returns the PDF's bytes
 */
export async function makePoster({ url, organisation, words }: PosterContent): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setTitle(`${organisation}: ${languages.map((language) => words[language].title).join(' / ')}`);
  document.setLanguage('sv');
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const sheet = document.addPage([page.width, page.height]);
  const pen = new Pen(sheet, page.height - margin);

  pen.lines(organisation, plain, 16, quiet);
  pen.skip(10);
  for (const language of languages.toReversed()) pen.lines(words[language].title, bold, language === 'sv' ? 38 : 24);
  pen.skip(14);
  pen.square(url, 300);
  pen.skip(10);
  pen.lines(url, bold, 15, ink, true);
  pen.skip(16);
  for (const language of languages.toReversed()) {
    const { text, desk, never } = words[language];
    pen.lines(text, plain, 15);
    pen.lines(desk, bold, 15);
    pen.lines(never, plain, 13, quiet);
    pen.skip(12);
  }
  return document.save();
}

/** Writes from the top down. */
class Pen {
  readonly #sheet: PDFPage;
  #y: number;

  constructor(sheet: PDFPage, y: number) {
    this.#sheet = sheet;
    this.#y = y;
  }

  skip(points: number): void {
    this.#y -= points;
  }

  /** A text in as many lines as it takes. */
  lines(text: string, font: PDFFont, size: number, color = ink, centred = false): void {
    const width = page.width - 2 * margin;
    for (const line of broken(encodable(text, font), font, size, width)) {
      this.#y -= size * 1.3;
      const x = centred ? (page.width - font.widthOfTextAtSize(line, size)) / 2 : margin;
      this.#sheet.drawText(line, { x, y: this.#y, size, font, color });
    }
  }

  /** The QR code, drawn as squares: sharp at any size. */
  square(url: string, size: number): void {
    const { modules } = qrcode.create(url, { errorCorrectionLevel: 'Q' });
    const side = size / modules.size;
    const left = (page.width - size) / 2;
    for (let row = 0; row < modules.size; row += 1) {
      for (let column = 0; column < modules.size; column += 1) {
        if (modules.get(row, column) === 0) continue;
        this.#sheet.drawRectangle({
          x: left + column * side,
          y: this.#y - (row + 1) * side,
          // A hair more, so that no reader shows seams between them.
          width: side + 0.2,
          height: side + 0.2,
          color: rgb(0, 0, 0),
        });
      }
    }
    this.#y -= size;
  }
}

/** The text in lines no wider than `width`; a word that is wider stands alone. */
function broken(text: string, font: PDFFont, size: number, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/u)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && font.widthOfTextAtSize(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** What the font has no sign for is written without its marks, or left out: a name from elsewhere stops no poster. */
function encodable(text: string, font: PDFFont): string {
  const known = new Set(font.getCharacterSet());
  const isKnown = (sign: string): boolean => known.has(sign.codePointAt(0) ?? 0);
  return Array.from(text, (sign) => (isKnown(sign) ? sign : Array.from(sign.normalize('NFKD')).filter(isKnown).join(''))).join('');
}
