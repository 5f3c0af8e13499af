import type { Policy } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import { tame } from './tame.ts';
import type { StopAct } from './step-stop.ts';
import type { Stop, StopAgent } from './stop-record.ts';

/** What a stop card's buttons bring back as `case`: what tells a stop from a case. It proves nothing. */
const prefix = 'stop-';

/** The stop that a pressed card is of; null where it is another card. */
export const stopOfCard = (cardCase: unknown): string | null =>
  typeof cardCase === 'string' && cardCase.startsWith(prefix) ? cardCase.slice(prefix.length) : null;

/**
 * The card of a stop (Adaptive Card 1.5), in the desk's language: what is stopped and for whom, who asked and who confirmed, until when, and
 * what stays open. It has one question at a time. `fallbackText` says the same where no card shows.
 */
export function stopCard(sentences: Sentences, { contacts }: Pick<Policy, 'contacts'>, stop: Stop): Json {
  const { language } = contacts.desk;
  const say = (key: string, params = {}): string => sentences.say(language, `stop.${key}`, params);
  const title = say('title', {
    what: selectable(stop.what),
    whom: stop.group === null ? 'everyone' : 'group',
    group: stop.group?.name ?? '',
  });
  const lines = linesOf(stop).map(([key, params]) => say(key, params));
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: language,
    fallbackText: [title, ...lines].join('\n'),
    body: [
      {
        type: 'Container',
        style: stop.ended === null ? (stop.inForce === null ? 'warning' : 'attention') : 'default',
        bleed: true,
        items: [{ type: 'TextBlock', text: title, size: 'Medium', weight: 'Bolder', style: 'heading', wrap: true }],
      },
      ...lines.map((text) => ({ type: 'RichTextBlock', spacing: 'Small', inlines: [{ type: 'TextRun', text }] })),
    ],
    actions: actsOf(stop).map((act) => button(say(`act.${act}`, { what: stop.wish?.what ?? 'start' }), stop, act)),
    msteams: { width: 'Full' },
  };
}

type Line = readonly [key: string, params?: Record<string, string | number>];

function linesOf({ wish, inForce, ended }: Stop): readonly Line[] {
  const [first, second] = (inForce?.by ?? []).map(nameOf);
  const held: readonly Line[] =
    inForce === null ? [] : [['in-force', { from: inForce.from, until: inForce.until, first: first ?? '', second: second ?? '' }]];
  if (ended !== null) {
    const by = ended.by.map(nameOf);
    return [...held, [`ended.${ended.how}`, { at: ended.at, first: by[0] ?? '', second: by[1] ?? '' }]];
  }
  const asked: readonly Line[] = wish === null ? [] : [[`asked.${wish.what}`, { by: nameOf(wish.by), at: wish.at }], ['second']];
  return [...held, ...asked, ['open']];
}

/** One question: whether to do what was asked, or else what may be asked. */
function actsOf({ wish, inForce, ended }: Stop): readonly StopAct[] {
  if (ended !== null) return [];
  if (wish !== null) return ['confirm', 'withdraw'];
  return inForce === null ? [] : ['ask-renew', 'ask-lift'];
}

const nameOf = ({ id, name }: StopAgent): string => tame(name) ?? id;

/** ICU's `select` takes no hyphens. */
const selectable = (id: string): string => id.replaceAll('-', '_');

/** `Action.Execute`, and `Action.Submit` with the same data for clients that do not know it. */
function button(title: string, { id, revision }: Stop, act: StopAct): Json {
  const data = { case: `${prefix}${id}`, act, version: revision };
  return { type: 'Action.Execute', title, verb: 'case', data, fallback: { type: 'Action.Submit', title, data } };
}
