import { z } from 'zod';
import type { Policy } from '../config/policy.ts';
import type { CaseBrought } from '../delivery/dispatcher.ts';
import { outboxRow } from '../delivery/outbox.ts';
import { LatchkeyError } from '../errors.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Clock, Json } from '../ports.ts';
import { updateAudited } from '../security/audit-update.ts';
import type { Keys } from '../security/keys.ts';
import { deskItself, keys } from '../store/keys.ts';
import type { Store } from '../store/port.ts';
import { outcomeOf, type DeskPost } from './desk-post.ts';

/** What the helpdesk should look at now (R35). */
const alarmKinds = [
  'accounts-blocked',
  'many-resets',
  'many-registrations',
  'number-shared',
  'agent-pace',
  'telephony-stopped',
  'not-delivered',
  'audit-broken',
] as const;

const alarmShape = z.strictObject({
  kind: z.enum(alarmKinds),
  /** How many, where it is a number of something. */
  count: z.int().default(1),
  /** Since when, epoch ms. */
  since: z.int().nonnegative(),
  /** How many are usual. */
  usual: z.number().optional(),
  /** Whose account it is about; the helpdesk's own name for it stands beside it, where the caller knows it. */
  account: z.string().optional(),
  name: z.string().optional(),
  /** A country's or a parcel's kind: a name of the code's. */
  what: z.string().optional(),
});
export type Alarm = Readonly<z.input<typeof alarmShape>>;

/** No alarm of a kind comes twice within this, in ms: what is on anyway is not shouted. */
const quietMs = 60 * 60_000;

const raisedSchema = z.strictObject({
  alarms: z.array(z.strictObject({ of: z.string(), at: z.int().nonnegative(), more: z.int().nonnegative() })).readonly(),
});

export interface AlarmNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly seals: Keys;
}

/**
 * Tells the helpdesk, in its conversation: at most once an hour for a kind, and for an agent of whom it tells. The alarm, its audit entry
 * and the card that is owed are one commit; those that come within the hour are counted, and told with the next.
 * @returns whether it is told now
 */
export function raiseAlarm({ store, clock, seals }: AlarmNeeds, alarm: Alarm): Promise<boolean> {
  const of = alarm.kind === 'agent-pace' ? `${alarm.kind}/${alarm.account ?? ''}` : alarm.kind;
  return updateAudited<boolean>(store, seals, clock, keys.alarms, (row) => {
    const now = clock.now();
    const alarms = readRaised(row?.value ?? null);
    const last = alarms.find((each) => each.of === of);
    const others = alarms.filter((each) => each.of !== of && each.at > now - 2 * quietMs);
    const put = (raised: { at: number; more: number }) => ({ [keys.alarms]: { alarms: [...others, { of, ...raised }] } });
    if (last !== undefined && last.at > now - quietMs)
      return { commit: { put: put({ at: last.at, more: last.more + 1 }) }, result: false, entries: [] };
    const told = { ...alarmShape.parse(alarm), more: last?.more ?? 0 };
    const card = outboxRow(seals, deskItself, `alarm-${of}-${now}`, { kind: 'alarm', what: JSON.stringify(told) }, now);
    const entry = {
      at: now,
      actor: 'system',
      account: alarm.account ?? null,
      act: 'desk.alarm',
      verdict: 'allowed',
      reason: alarm.kind,
      proofs: [],
      door: 'system',
      reference: null,
    } as const;
    return { commit: { put: { ...card.put, ...put({ at: now, more: 0 }) }, due: card.due }, result: true, entries: [entry] };
  });
}

function readRaised(value: Json | null): z.infer<typeof raisedSchema>['alarms'] {
  if (value === null) return [];
  const read = raisedSchema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'the stored alarms have another shape', read.error);
  return read.data.alarms;
}

export interface AlarmWords {
  readonly sentences: Sentences;
  readonly policy: Pick<Policy, 'contacts'>;
  /** What people call an account; null where the directory does not say. Never throws. */
  readonly nameOf: (account: string) => Promise<string | null>;
}

/** Puts an alarm's card into the helpdesk's conversation. */
export const bringAlarm =
  ({ sentences, policy, nameOf }: AlarmWords, desk: DeskPost) =>
  async (what: string): Promise<CaseBrought> => {
    const read = alarmShape.extend({ more: z.int() }).parse(JSON.parse(what));
    const name = read.name ?? (read.account === undefined ? null : await nameOf(read.account));
    const alarm = name === null ? read : { ...read, name };
    const posted = await desk.post(alarmCard(sentences, policy, alarm));
    return posted.ok ? { ok: true, providerId: posted.activityId } : outcomeOf(posted);
  };

/** What, since when, how many, and what to do: a card without buttons (Adaptive Card 1.5). */
function alarmCard(
  sentences: Sentences,
  { contacts }: Pick<Policy, 'contacts'>,
  { kind, count, since, usual, account, name, what, more }: z.infer<typeof alarmShape> & { readonly more: number },
): Json {
  const { language } = contacts.desk;
  const params = { count, since, usual: usual ?? 0, who: name ?? account ?? '', what: what ?? '', more };
  const say = (key: string): string => sentences.say(language, `alarm.${key}`, params);
  const lines = [say(`${kind}.what`), say(`${kind}.do`), ...(more > 0 ? [say('more')] : [])];
  const title = say('title');
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: language,
    fallbackText: [title, ...lines].join('\n'),
    body: [
      {
        type: 'Container',
        style: 'attention',
        bleed: true,
        items: [{ type: 'TextBlock', text: title, size: 'Medium', weight: 'Bolder', style: 'heading', wrap: true }],
      },
      ...lines.map((text) => ({ type: 'RichTextBlock', spacing: 'Small', inlines: [{ type: 'TextRun', text }] })),
    ],
    actions: [],
    msteams: { width: 'Full' },
  };
}
