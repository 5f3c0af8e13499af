import type { Answer, PromptView, Spent } from '../conversation/port.ts';
import type { Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import { paragraphs, plainHeading } from './card-text.ts';

type Fields = Readonly<Record<string, Json>>;

/** Where Adaptive Cards show; everywhere else people get numbered text. */
const cardChannels: ReadonlySet<string> = new Set(['msteams', 'directline', 'webchat', 'emulator', 'front-door']);

/** Teams takes a card of 28 KB at most (Teams' card reference). */
export const mostCardBytes = 28 * 1024;
/** Teams shows six actions in a row; what is more would hide behind a menu. */
const mostActionsInRow = 6;

const inputs = {
  code: { regex: '^\\s*([0-9０-９][\\s-]*){6}$', maxLength: 20, style: 'Text' },
  'recovery-code': { regex: '^\\s*([^\\s-][\\s-]*){16}$', maxLength: 40, style: 'Text' },
  'start-code': { regex: '^\\s*([^\\s-][\\s-]*){10}$', maxLength: 30, style: 'Text' },
  'phone-number': { regex: '^.*[0-9０-９].*$', maxLength: 40, style: 'Tel' },
  'user-id': { regex: '^\\s*\\S+@\\S+\\s*$', maxLength: 254, style: 'Email' },
  name: { regex: '^.*\\S.*$', maxLength: 60, style: 'Text' },
  message: { maxLength: 2000, isMultiline: true },
  'email-address': { regex: '^\\s*\\S+\\s*$', maxLength: 254, style: 'Email' },
} as const;

/** Makes activities of what the bot says: cards where they show, and text from which every story can be told where they don't. */
export class Cards {
  readonly #sentences: Sentences;
  readonly #links: readonly string[];

  /** @param links the policy's own addresses, which may be opened from a card's text */
  constructor(sentences: Sentences, links: readonly string[]) {
    this.#sentences = sentences;
    // The longest first, so that an address that begins like another is found whole.
    this.#links = [...links].sort((one, other) => other.length - one.length);
  }

  /** Whether a channel shows cards. */
  static show(channelId: string): boolean {
    return cardChannels.has(channelId);
  }

  /** The one activity of an answer; null where there is nothing to say. */
  answer(answer: Answer, channelId: string): Fields | null {
    const { language, notices, prompt } = answer;
    if (prompt === null) return notices.length === 0 ? null : message(language, { text: notices.join('\n\n'), textFormat: 'plain' });
    const asked = { label: prompt.id, inputHint: 'expectingInput' };
    if (!Cards.show(channelId)) return message(language, { ...asked, text: this.#numbered(answer, prompt), textFormat: 'plain' });
    // A card goes alone: text beside it would become a message of its own, and the card's id would be lost.
    return message(language, {
      ...asked,
      summary: summaryOf(prompt.title ?? prompt.text),
      attachments: [attachment(this.#promptCard(answer, prompt))],
    });
  }

  /** A card alone, as another room made it; its fallback text where cards don't show. */
  static posted(card: Json, channelId: string): Fields {
    const fallback = typeof card === 'object' && card !== null && 'fallbackText' in card ? card['fallbackText'] : null;
    const text = typeof fallback === 'string' ? fallback : '';
    if (!Cards.show(channelId)) return { type: 'message', text, textFormat: 'plain' };
    return { type: 'message', ...(text === '' ? {} : { summary: summaryOf(text) }), attachments: [attachment(card)] };
  }

  /** What stands in a pressed card's place: the question and what was chosen, and nothing to press. */
  spent(spent: Spent): Json {
    const { language } = spent;
    const chosen = spent.chosen === '' ? '' : this.#sentences.say(language, 'teams.chosen', { chosen: spent.chosen });
    return fitted((most) => {
      const text = cut(spent.text, most);
      return card(language, [text, chosen].filter(Boolean).join('\n'), [
        ...paragraphs(text, this.#links),
        ...paragraphs(cut(chosen, most), []),
      ]);
    });
  }

  #promptCard(answer: Answer, prompt: PromptView): Json {
    const { language, notices } = answer;
    const actions = this.#actions(prompt, language);
    return fitted((most) => {
      const said = notices.flatMap((notice, index) => paragraphs(cut(notice, most), this.#links, index === 0 ? {} : { spacing: 'Medium' }));
      const asked = paragraphs(cut(prompt.text, most), this.#links);
      const body: Json[] = [
        ...said,
        ...(prompt.title === null ? [] : [heading(cut(prompt.title, most), said.length > 0)]),
        ...(prompt.title === null && said.length > 0
          ? asked.map((each, index) => (index === 0 ? { ...fieldsOf(each), separator: true, spacing: 'Medium' } : each))
          : asked),
        ...(prompt.shownCode === null ? [] : [shownCode(prompt.shownCode)]),
        ...(prompt.page === null || prompt.page.numberText === '' ? [] : paragraphs(prompt.page.numberText, [], { spacing: 'Medium' })),
        // What is typed here stands on that page: it is opened first, so its link comes first.
        ...(prompt.page === null || prompt.input === null ? [] : [{ type: 'ActionSet', actions: [opening(prompt.page, {})] }]),
        ...(prompt.input === null ? [] : [inputOf(prompt.input)]),
      ];
      const isRow = actions.length <= mostActionsInRow;
      if (!isRow) {
        for (let from = 0; from < actions.length; from += mostActionsInRow)
          body.push({ type: 'ActionSet', actions: actions.slice(from, from + mostActionsInRow) });
      }
      return card(language, cut(this.#numbered(answer, prompt), most), body, isRow ? actions : [], cut(spoken(answer, prompt), most));
    });
  }

  #actions(prompt: PromptView, language: Language): Json[] {
    const { step, page, input } = prompt;
    return [
      ...(page === null || input !== null ? [] : [opening(page, foremost)]),
      ...(input === null ? [] : [press(this.#sentences.say(language, 'teams.send'), { choose: 'answer', step }, 'Auto', foremost)]),
      // A choice is no answer: what stands in the input beside it is neither checked nor sent.
      ...prompt.choices.map((choice) => press(choice.label, { choose: choice.id, step }, 'None')),
    ];
  }

  #numbered({ language, notices }: Answer, prompt: PromptView): string {
    const say = (id: string, params: Readonly<Record<string, string>> = {}): string => this.#sentences.say(language, `teams.${id}`, params);
    const { page, input, choices, shownCode: code } = prompt;
    const link = page === null ? '' : `${say('page-link', { label: page.label, url: page.url })}\n${page.numberText}`.trimEnd();
    const list = choices.map((choice, index) => `${index + 1}. ${choice.label}`).join('\n');
    const answering = input === null ? '' : say('reply-text', { label: input.label });
    const choosing = choices.length === 0 ? '' : say(input === null ? 'reply-number' : 'reply-number-or-text');
    return [...notices, prompt.title ?? '', prompt.text, code === null ? '' : inThrees(code), link, answering, list, choosing]
      .filter((part) => part !== '')
      .join('\n\n');
  }
}

const message = (language: Language, rest: Fields): Fields => ({ type: 'message', locale: language, ...rest });

const attachment = (content: Json): Json => ({ contentType: 'application/vnd.microsoft.card.adaptive', content });

const card = (
  language: Language,
  fallbackText: string,
  body: readonly Json[],
  actions: readonly Json[] = [],
  speak = fallbackText,
): Json => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  // Teams' ceiling.
  version: '1.5',
  lang: language,
  fallbackText,
  speak,
  body,
  ...(actions.length === 0 ? {} : { actions }),
  msteams: { width: 'Full' },
});

const heading = (text: string, isBelow: boolean): Json => ({
  type: 'TextBlock',
  text: plainHeading(text),
  style: 'heading',
  weight: 'Bolder',
  size: 'Medium',
  wrap: true,
  ...(isBelow ? { separator: true, spacing: 'Medium' } : {}),
});

/** Six digits that are read off and keyed on a telephone. */
const shownCode = (code: string): Json => ({
  type: 'TextBlock',
  text: inThrees(code),
  size: 'ExtraLarge',
  weight: 'Bolder',
  fontType: 'Monospace',
  spacing: 'Medium',
});

/** Six digits in threes; half a start code, which is five signs, as it is. */
const inThrees = (code: string): string => (code.length === 6 ? `${code.slice(0, 3)} ${code.slice(3)}` : code);

const inputOf = (input: NonNullable<PromptView['input']>): Json => ({
  type: 'Input.Text',
  id: 'answer',
  label: input.label,
  isRequired: true,
  errorMessage: input.error,
  ...inputs[input.form],
});

/** How the one button looks that most people will press next. */
const foremost: Fields = { style: 'positive' };

const opening = ({ label, url }: NonNullable<PromptView['page']>, look: Fields): Json => ({
  type: 'Action.OpenUrl',
  title: label,
  url,
  ...look,
});

/** A button for clients of either kind: those that know Action.Execute, and those that only submit. */
function press(title: string, data: Fields, associatedInputs: 'Auto' | 'None', look: Fields = {}): Json {
  return {
    type: 'Action.Execute',
    title,
    verb: 'choose',
    data,
    associatedInputs,
    ...look,
    fallback: { type: 'Action.Submit', title, data, associatedInputs, ...look },
  };
}

const spoken = ({ notices }: Answer, prompt: PromptView): string =>
  [
    ...notices,
    prompt.title ?? '',
    prompt.text,
    (prompt.shownCode ?? '').split('').join(' '),
    prompt.page?.numberText ?? '',
    prompt.input?.label ?? '',
  ]
    .filter((part) => part !== '')
    .join('\n');

/** Shortens the card's texts until it is small enough. */
function fitted(make: (most: number) => Json): Json {
  let most = 8_000;
  let made = make(most);
  while (most > 100 && Buffer.byteLength(JSON.stringify(made)) > mostCardBytes) {
    most = Math.floor(most / 2);
    made = make(most);
  }
  return made;
}

/** At most so many signs, never half of one. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;

const summaryOf = (text: string): string => cut(text.split('\n')[0] ?? '', 120);

const fieldsOf = (json: Json): Fields => (typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : {});
