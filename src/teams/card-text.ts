import type { Json } from '../ports.ts';

type Element = { readonly [key: string]: Json };

/**
 * A paragraph that shows its text as it stands: in a RichTextBlock nothing is read as Markdown, so nothing that a person typed can become a
 * link, a mention or a picture (Adaptive Cards 1.5, TextRun). Only the policy's own links are made to work.
 * @param links addresses that may be opened from a text
 */
export function paragraphs(text: string, links: readonly string[], look: Element = {}): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ type: 'RichTextBlock', spacing: 'Small', ...look, inlines: runs(line, links) }));
}

function runs(line: string, links: readonly string[]): readonly Json[] {
  for (const link of links) {
    const at = link === '' ? -1 : line.indexOf(link);
    if (at < 0 || continues(line, at + link.length)) continue;
    return [
      ...runs(line.slice(0, at), links),
      { type: 'TextRun', text: link, underline: true, selectAction: { type: 'Action.OpenUrl', title: link, url: link } },
      ...runs(line.slice(at + link.length), links),
    ];
  }
  return line === '' ? [] : [{ type: 'TextRun', text: line }];
}

/** Whether an address goes on after what was found: then it is another address. */
const continues = (line: string, end: number): boolean => /^[\w/?#&=%@:~+-]|^[.,;]\w/u.test(line.slice(end));

/** A heading must be a TextBlock, which reads Markdown: what would mean something there loses its meaning. */
export const plainHeading = (text: string): string => text.replace(/[\\`*_[\]<>~|]/gu, '\\$&').replace(/\n+/gu, ' ');
