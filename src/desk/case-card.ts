import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import { caseActs } from './acts.ts';
import type { ActInput, ActOffer, CaseAct } from './case-act.ts';
import type { CaseRecord } from './case-record.ts';
import { caseWords, type CaseWords } from './case-words.ts';
import { chatLink } from './teams-links.ts';

/** What a case card's button brings back. It proves nothing: server state decides. */
export interface CaseCardData {
  readonly case: string;
  readonly act: string;
  readonly version: number;
}

/** Teams shows six actions in a row. */
const mostInRow = 6;

/**
 * The card of a case (Adaptive Card 1.5), in the desk's language: how the requester is known comes first. Its buttons are the acts that the case
 * offers in its state; an act's inputs open beneath its button. Values stand in text runs, which know no Markdown: a name can make no link and no
 * mention. `fallbackText` says the same where no card shows.
 */
export function caseCard(sentences: Sentences, policy: Pick<Policy, 'contacts'>, record: CaseRecord, now: number): Json {
  const { language } = policy.contacts.desk;
  const say = (key: string): string => sentences.say(language, `desk.${key}`);
  const words = caseWords(sentences, language, record, now);
  const buttons = offers(record, now).map(({ act, offer }) => button(say, record, act, offer));
  const rows = Array.from({ length: Math.ceil(buttons.length / mostInRow) }, (_, row) =>
    buttons.slice(row * mostInRow, (row + 1) * mostInRow),
  );
  return fitted((most) => ({
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: language,
    fallbackText: plain(words, most),
    body: [
      known(words.requester, record.requester.how),
      { type: 'TextBlock', text: words.title, size: 'Medium', weight: 'Bolder', style: 'heading', wrap: true },
      ...words.facts.map(({ label, value }) => line(`${label}: `, cut(value, most))),
      ...chatWith(say, record),
      ...words.powers.map((text) => strong(text)),
      ...words.thread.map(({ label, text }, index) => line(`${label} `, cut(text, most), index === 0)),
      strong(words.state),
      ...rows.slice(0, -1).map((actions) => ({ type: 'ActionSet', actions })),
    ],
    actions: rows.at(-1) ?? [],
    msteams: { width: 'Full' },
  }));
}

/** How the requester is known comes first; that nobody proved anything is large. */
const known = (text: string, how: CaseRecord['requester']['how']): Json => ({
  type: 'Container',
  style: requesterStyle[how],
  bleed: true,
  items: [{ type: 'TextBlock', text, weight: 'Bolder', wrap: true, ...(how === 'nobody' ? { size: 'Large' } : {}) }],
});

/** A chat with the person, who may be anybody who sits there. Not with an account that the directory does not know: a stranger typed it. */
function chatWith(say: (key: string) => string, { name, userId }: CaseRecord): readonly Json[] {
  const url = name === null ? null : chatLink(userId);
  if (url === null) return [];
  return [
    { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: say('chat'), url }] },
    { type: 'TextBlock', text: say('chat.warning'), isSubtle: true, spacing: 'Small', wrap: true },
  ];
}

/** Teams takes a card of 28 KB at most (Teams' card reference); the longest texts are cut until it is one. */
function fitted(make: (most: number) => Json): Json {
  for (let most = 2000; ; most = Math.floor(most / 2)) {
    const card = make(most);
    if (most <= 60 || Buffer.byteLength(JSON.stringify(card)) <= mostCardBytes) return card;
  }
}

const mostCardBytes = 28 * 1024;

/** At most so many signs, never half of one. */
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;

const requesterStyle = { proved: 'good', 'signed-in': 'warning', nobody: 'attention', system: 'accent' } as const;

/** What stands on the card: what is needed often comes first. */
function offers(record: CaseRecord, now: number): readonly { readonly act: CaseAct; readonly offer: ActOffer }[] {
  const all = caseActs.flatMap((act) => {
    const offer = act.offered(record, now);
    return offer === null ? [] : [{ act, offer }];
  });
  return [...all.filter(({ offer }) => offer.isSecondary !== true), ...all.filter(({ offer }) => offer.isSecondary === true)];
}

const line = (label: string, value: string, isApart = false): Json => ({
  type: 'RichTextBlock',
  spacing: isApart ? 'Medium' : 'Small',
  ...(isApart ? { separator: true } : {}),
  inlines: [
    { type: 'TextRun', text: label, isSubtle: true },
    { type: 'TextRun', text: value },
  ],
});

const strong = (text: string): Json => ({
  type: 'RichTextBlock',
  separator: true,
  spacing: 'Medium',
  inlines: [{ type: 'TextRun', text, weight: 'Bolder' }],
});

/** A button; one that takes something typed opens its inputs first, with a button of the same words beneath them. */
function button(say: (key: string) => string, { id, revision }: CaseRecord, act: CaseAct, offer: ActOffer): Json {
  const title = say(`act.${act.id}`);
  const press = pressed(title, { case: id, act: act.id, version: revision }, offer);
  if (offer.inputs === undefined) return press;
  const body = offer.inputs.map((input) => inputOf(say, act.id, input));
  return { type: 'Action.ShowCard', title, card: { type: 'AdaptiveCard', version: '1.5', body, actions: [press] } };
}

/** `Action.Execute`, and `Action.Submit` with the same data for clients that do not know it. */
function pressed(title: string, data: CaseCardData, { style }: ActOffer): Json {
  const look: Readonly<Record<string, Json>> = style === undefined ? {} : { style };
  return {
    type: 'Action.Execute',
    title,
    verb: 'case',
    data: { ...data },
    ...look,
    fallback: { type: 'Action.Submit', title, data: { ...data }, ...look },
  };
}

/** Longest text an input takes; the relay filter says it in words. */
const longest = 2000;

function inputOf(say: (key: string) => string, act: string, { id, form, isRequired }: ActInput): Json {
  const words = `input.${act}.${id}`;
  const shared = { id, label: say(words), ...(isRequired ? { isRequired, errorMessage: say(`${words}.missing`) } : {}) };
  if (form === 'text') return { type: 'Input.Text', isMultiline: true, maxLength: longest, ...shared };
  if (form === 'line') return { type: 'Input.Text', maxLength: 200, ...shared };
  return {
    type: 'Input.ChoiceSet',
    style: isRequired ? 'expanded' : 'compact',
    choices: form.choices.map((value) => ({ title: say(`${words}.${value}`), value })),
    ...shared,
  };
}

const plain = ({ requester, title, facts, powers, thread, state }: CaseWords, most: number): string =>
  [
    requester,
    title,
    ...facts.map(({ label, value }) => `${label}: ${cut(value, most)}`),
    ...powers,
    ...thread.map(({ label, text }) => `${label} ${cut(text, most)}`),
    state,
  ].join('\n');
