import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Input, Visit } from '../conversation/port.ts';
import type { Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import type { CaseClick } from './port.ts';
import type { Reference } from './reference.ts';
import { tenantsOf } from './tenant.ts';
import { frontDoorChannel } from './visit-identity.ts';

/** What an activity is to us. */
export type Reading =
  | { readonly kind: 'turn'; readonly input: Input; readonly pressed: Pressed | null; readonly conversationId: string }
  | { readonly kind: 'case'; readonly click: CaseClick; readonly pressed: Pressed; readonly locale: string | null }
  /** Somebody speaks of whom the channel proves no object id. */
  | { readonly kind: 'nobody'; readonly reference: Reference; readonly locale: string | null; readonly isInvoke: boolean }
  /** A card that its client refreshes by itself: nobody pressed anything. */
  | { readonly kind: 'refresh' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown-invoke' };

/** How a button was pressed: `execute` is answered in the response, `submit` by changing the card. */
type Pressed = { readonly by: 'execute' } | { readonly by: 'submit'; readonly cardId: string | null };

const id = z.string().min(1).max(1024);
/** Becomes part of the store's keys, whose parts are told apart by slashes. */
const objectId = z.string().regex(/^[\w.@-]{1,128}$/u);
const nullable = <T extends z.ZodType>(inner: T) => inner.nullish().catch(null);
const shape = z.object({
  type: id,
  id: nullable(id),
  channelId: id,
  serviceUrl: id,
  name: nullable(z.string()),
  text: nullable(z.string()),
  value: z.unknown().optional(),
  action: nullable(z.string()),
  locale: nullable(z.string().max(35)),
  replyToId: nullable(id),
  from: z.object({ id, aadObjectId: nullable(objectId), name: nullable(z.string().max(256)) }),
  recipient: nullable(z.object({ id, name: nullable(z.string().max(256)) })),
  conversation: z.object({ id, conversationType: nullable(z.string()), isGroup: nullable(z.boolean()) }),
  membersAdded: nullable(z.array(z.object({ id }))),
  entities: nullable(z.array(z.unknown())),
});
type Known = z.infer<typeof shape>;

const record = z.record(z.string(), z.unknown());
/** Beside what our buttons carry stand the inputs of their card. */
const caseData = z
  .object({ case: z.string().min(1).max(64), act: z.string().min(1).max(64), version: z.coerce.number().int().min(0) })
  .catchall(z.union([z.string().max(20_000), z.number(), z.boolean(), z.null()]));
/** No card of ours has more. */
const mostInputs = 10;
const mention = z.object({ type: z.literal('mention'), text: z.string().min(1), mentioned: z.object({ id }) });
const action = z.object({ action: z.object({ data: z.unknown() }), trigger: z.unknown().optional() });

export interface ReadingRooms {
  readonly config: Pick<Config, 'mode' | 'policy'>;
  readonly random: Random;
  /** Set where a visitor speaks at the front door: then who speaks is this, and nothing the activity says. */
  readonly visit?: Visit;
}

/** Says what an activity is. Whoever sent it is proved; what it says is not (R43). */
export function readActivity(activity: object, rooms: ReadingRooms): Reading {
  const read = shape.safeParse(activity);
  if (!read.success) return { kind: 'malformed' };
  const known = read.data;
  switch (known.type) {
    case 'message':
      return readMessage(known, activity, rooms);
    case 'invoke':
      return readInvoke(known, activity, rooms);
    case 'installationUpdate':
      // An upgrade (`add-upgrade`) is no reason to greet anybody again.
      return known.action === 'add' ? hello(known, activity, rooms) : { kind: 'nothing' };
    case 'conversationUpdate':
      return known.membersAdded?.some((member) => member.id === known.recipient?.id) === true
        ? hello(known, activity, rooms)
        : { kind: 'nothing' };
    default:
      return { kind: 'nothing' };
  }
}

function readMessage(known: Known, activity: object, rooms: ReadingRooms): Reading {
  const data = record.safeParse(known.value);
  const text = said(known);
  const isCard = data.success && (text === '' || ['case', 'choose', 'step'].some((field) => Object.hasOwn(data.data, field)));
  if (isCard) return pressedCard(known, activity, data.data, { by: 'submit', cardId: known.replyToId ?? null }, rooms);
  if (known.value !== undefined && known.value !== null && text === '') return { kind: 'malformed' };
  // An attachment without a word is no answer to anything, but deserves one.
  return turn(known, activity, { kind: 'text', text }, null, rooms);
}

function readInvoke(known: Known, activity: object, rooms: ReadingRooms): Reading {
  if (known.name !== 'adaptiveCard/action') return { kind: 'unknown-invoke' };
  const value = action.safeParse(known.value);
  const data = record.safeParse(value.data?.action.data);
  if (!value.success || !data.success) return { kind: 'malformed' };
  if (value.data.trigger === 'automatic') return { kind: 'refresh' };
  return pressedCard(known, activity, data.data, { by: 'execute' }, rooms);
}

function pressedCard(known: Known, activity: object, data: Record<string, unknown>, pressed: Pressed, rooms: ReadingRooms): Reading {
  if (!Object.hasOwn(data, 'case')) {
    const { choose, step, answer } = data;
    return turn(known, activity, { kind: 'card', choose: short(choose), step: short(step), answer: typed(answer) }, pressed, rooms);
  }
  const click = caseData.safeParse(data);
  // Nobody at the front door works on cases (I11).
  if (!click.success || rooms.visit !== undefined) return { kind: 'malformed' };
  const person = who(known, activity, rooms);
  if (person === null) return nobody(known);
  const { case: caseId, act, version, ...inputs } = click.data;
  if (Object.keys(inputs).length > mostInputs) return { kind: 'malformed' };
  return {
    kind: 'case',
    pressed,
    locale: known.locale ?? null,
    click: {
      case: caseId,
      act,
      version,
      ...person,
      name: known.from.name ?? null,
      place: placeOf(known, rooms),
      conversationId: known.conversation.id,
      reference: referenceOf(known),
      typed: Object.fromEntries(
        Object.entries(inputs).flatMap(([name, value]) => (typeof value === 'string' ? [[name, normal(value)]] : [])),
      ),
      cardActivity: known.replyToId ?? null,
    },
  };
}

function hello(known: Known, activity: object, rooms: ReadingRooms): Reading {
  const reading = turn(known, activity, { kind: 'hello' }, null, rooms);
  // Nobody spoke, so nobody waits for a refusal.
  return reading.kind === 'nobody' ? { kind: 'nothing' } : reading;
}

function turn(known: Known, activity: object, said: Input['said'], pressed: Pressed | null, rooms: ReadingRooms): Reading {
  const person = who(known, activity, rooms);
  if (person === null) return nobody(known);
  const input: Input = {
    activityId: known.id ?? newId(rooms.random),
    ...person,
    place: placeOf(known, rooms),
    locale: known.locale ?? null,
    said,
    reference: referenceOf(known),
  };
  return { kind: 'turn', input, pressed, conversationId: known.conversation.id };
}

/** I1: the object id is believed of Teams alone; in local mode of any client on loopback, and there is one company. */
function who(
  known: Known,
  activity: object,
  { config, visit }: ReadingRooms,
): { tenant: string; aadObjectId: string; visit?: Visit } | null {
  const { aadObjectId } = known.from;
  if (visit !== undefined) {
    const [tenant] = config.policy.organisation.tenants;
    return known.channelId === frontDoorChannel && tenant !== undefined ? { tenant: tenant.toLowerCase(), aadObjectId: '', visit } : null;
  }
  const isLocal = config.mode === 'local';
  const tenant = isLocal ? config.policy.organisation.tenants[0]?.toLowerCase() : tenantsOf(activity)[0];
  if (typeof aadObjectId !== 'string' || tenant === undefined) return null;
  return isLocal || known.channelId === 'msteams' ? { tenant, aadObjectId } : null;
}

const nobody = (known: Known): Reading => ({
  kind: 'nobody',
  reference: referenceOf(known),
  locale: known.locale ?? null,
  isInvoke: known.type === 'invoke',
});

function placeOf({ conversation }: Known, { config }: Pick<ReadingRooms, 'config'>): Input['place'] {
  if (conversation.conversationType === 'channel') return 'channel';
  if (conversation.conversationType === 'personal') return 'personal';
  // Teams always says which kind it is; the channels that local mode believes need not.
  const isUnsaid = (conversation.conversationType ?? '') === '' && conversation.isGroup !== true;
  if (isUnsaid && config.mode === 'local') return 'personal';
  // A kind of conversation we do not know is treated as one that others read.
  return 'group';
}

const referenceOf = (known: Known): Reference => ({
  channelId: known.channelId,
  serviceUrl: known.serviceUrl,
  conversation: known.conversation.id,
  bot: { id: known.recipient?.id ?? 'latchkey', ...(typeof known.recipient?.name === 'string' && { name: known.recipient.name }) },
  user: known.from.id,
});

/** The text without the bot's own mention. The library's way changes the activity, takes one mention only, and throws where there is no text. */
function said(known: Known): string {
  let text = known.text ?? '';
  for (const entity of known.entities ?? []) {
    const found = mention.safeParse(entity);
    if (found.success && found.data.mentioned.id === known.recipient?.id) text = text.replaceAll(found.data.text, ' ');
  }
  return normal(text);
}

/** Full-width digits become digits, the spaces that clients put in become spaces. */
const normal = (text: string): string => text.normalize('NFKC').trim();

const short = (value: unknown): string | null => (typeof value === 'string' && value.length <= 200 ? value : null);

const typed = (value: unknown): string | null => (typeof value === 'string' ? normal(value) : null);
