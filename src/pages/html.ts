/** A piece of HTML that is safe to send. Made by `html` or, for what a library drew, by `trusted`. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | null | false | readonly Html[];

/** Tagged template: every value is escaped unless it is `Html` itself; null and false are left out. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

/** Takes a library's drawing as it is. Never for anything a person typed or a directory holds. */
export const trusted = (text: string): Html => new Html(text);

function textOf(value: Value): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map((piece) => piece.text).join('');
  return String(value).replace(/[&<>"'`]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
