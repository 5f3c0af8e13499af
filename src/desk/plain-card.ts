import type { Language } from '../config/policy.ts';
import type { Json } from '../ports.ts';

/**
 * A card that says something and has nothing to press but a link (Adaptive Card 1.5). Its lines stand in text runs, which know no Markdown: a
 * name can make no link and no mention. The first line is the heading.
 */
export const plainCard = (
  language: Language,
  lines: readonly string[],
  link: { readonly title: string; readonly url: string } | null = null,
): Json => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.5',
  lang: language,
  fallbackText: lines.join('\n'),
  body: lines.map((text, index) => ({
    type: 'RichTextBlock',
    spacing: 'Small',
    inlines: [{ type: 'TextRun', text, ...(index === 0 ? { weight: 'Bolder' } : {}) }],
  })),
  ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', ...link }] }),
  msteams: { width: 'Full' },
});
