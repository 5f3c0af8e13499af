import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import type { CaseRecord } from './case-record.ts';
import { caseWords, type CaseWords } from './case-words.ts';

/** What an agent can do with a case. */
type CaseAct = 'resolve';

/** What a case card's button brings back. It proves nothing: server state decides. */
export interface CaseCardData {
  readonly case: string;
  readonly act: CaseAct;
  readonly version: number;
}

/**
 * The card of a case (Adaptive Card 1.5), in the desk's language: how the requester is known comes first. It stays live until the case is
 * resolved, and says then by whom and when. Values stand in text runs, which know no Markdown: a name can make no link and no mention.
 * `fallbackText` says the same where no card shows.
 */
export function caseCard(sentences: Sentences, policy: Pick<Policy, 'contacts'>, record: CaseRecord): Json {
  const { language } = policy.contacts.desk;
  const words = caseWords(sentences, language, record);
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: language,
    fallbackText: plain(words),
    body: [
      {
        type: 'Container',
        style: record.requester.how === 'proved' ? 'good' : 'warning',
        bleed: true,
        items: [{ type: 'TextBlock', text: words.requester, weight: 'Bolder', wrap: true }],
      },
      { type: 'TextBlock', text: words.title, size: 'Medium', weight: 'Bolder', style: 'heading', wrap: true },
      ...words.facts.map(factLine),
      ...(words.resolved === null ? [] : [resolvedLine(words.resolved)]),
    ],
    actions:
      words.resolved === null
        ? [button(sentences.say(language, 'desk.act.resolve'), { case: record.id, act: 'resolve', version: record.revision })]
        : [],
    msteams: { width: 'Full' },
  };
}

const factLine = ({ label, value }: CaseWords['facts'][number]): Json => ({
  type: 'RichTextBlock',
  spacing: 'Small',
  inlines: [
    { type: 'TextRun', text: `${label}: `, isSubtle: true },
    { type: 'TextRun', text: value },
  ],
});

const resolvedLine = (text: string): Json => ({
  type: 'RichTextBlock',
  separator: true,
  spacing: 'Medium',
  inlines: [{ type: 'TextRun', text, weight: 'Bolder' }],
});

/** `Action.Execute`, and `Action.Submit` with the same data for clients that do not know it. */
const button = (title: string, data: CaseCardData): Json => ({
  type: 'Action.Execute',
  title,
  verb: 'case',
  data: { ...data },
  fallback: { type: 'Action.Submit', title, data: { ...data } },
});

const plain = ({ requester, title, facts, resolved }: CaseWords): string =>
  [requester, title, ...facts.map(({ label, value }) => `${label}: ${value}`), ...(resolved === null ? [] : [resolved])].join('\n');
