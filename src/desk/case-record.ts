import { z } from 'zod';
import { caseStates, isEnded } from '../../dialogs/case.ts';
import { wishes } from '../../dialogs/dialog-table.ts';
import { methodKinds } from '../../dialogs/methods.ts';
import { languages } from '../config/policy.ts';
import { LatchkeyError } from '../errors.ts';
import type { Json, Random } from '../ports.ts';
import { newId } from '../security/ids.ts';
import { partitionOf } from '../store/keys.ts';
import { clockFields } from './case-clock.ts';
import { copyFields } from './case-copies.ts';
import { isNotMe } from './is-not-me.ts';
import { powerFields } from './case-powers.ts';

/**
 * How the requester is known (I13), and nothing more than that: proved by so many independent gates of a reset or unlock in that
 * conversation; signed in to Teams, which proves nothing (I1); nobody proved, as at the front door; or no person asked, but the system did.
 */
const requesterSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('proved'), gates: z.int().positive() }),
  z.strictObject({ how: z.literal('signed-in') }),
  z.strictObject({ how: z.literal('nobody') }),
  z.strictObject({ how: z.literal('system') }),
]);
export type Requester = Readonly<z.infer<typeof requesterSchema>>;

/** The queue's order. `highest` is a freeze's (I17). */
const priorities = ['highest', 'high', 'normal'] as const;
export type Priority = (typeof priorities)[number];

const time = z.int().nonnegative();
const agent = z.strictObject({ at: time, by: z.string(), name: z.string() });

/** One message of the talk between helpdesk and requester, or a note of the helpdesk's own. Plain text that passed the relay filter. */
const messageSchema = z.strictObject({
  /** What brought it: the same again is not kept twice. Left out where the case's version says so already. */
  id: z.string().optional(),
  at: time,
  /** `question` waits for a reply; `note` is never relayed; `resolution` is what it was resolved with. */
  kind: z.enum(['question', 'answer', 'reply', 'note', 'resolution']),
  /** The agent's name; null for the requester, and for a system of the organisation's. */
  name: z.string().nullable(),
  text: z.string(),
});
export type CaseMessage = Readonly<z.infer<typeof messageSchema>>;

const caseSchema = z.strictObject({
  id: z.string(),
  /** As people quote it: `LK-1001`. */
  number: z.string(),
  account: z.string(),
  /** Labels as they were when the case was opened (I9); null when the directory could not be read. */
  name: z.string().nullable(),
  userId: z.string().nullable(),
  requester: requesterSchema,
  /** The reason: `SSPR_...` or `LK_...`. */
  code: z.string(),
  wish: z.enum(wishes),
  /** The reference of the turn that opened it. */
  reference: z.string(),
  /** Kinds only: no number, no address. */
  methods: z.array(z.strictObject({ kind: z.enum(methodKinds), since: time })).readonly(),
  /** How self-service went in the 24 h before: failed verifications, codes sent, whether a door was closed. */
  tried: z.strictObject({ failures: z.int().nonnegative(), sends: z.int().nonnegative(), closed: z.enum(['yes', 'no']) }).optional(),
  /** The stack that opened it: word of it goes there and nowhere else; null where no conversation did. */
  stack: z.string().nullable(),
  language: z.enum(languages),
  openedAt: time,
  priority: z.enum(priorities).default('normal'),
  /** By when somebody is to take it up; null while somebody has it, and for cases of before there were deadlines. */
  deadline: time.nullable().default(null),
  // A case of before there was a queue was `open` until its card was posted.
  state: z.preprocess((state) => (state === 'open' ? 'new' : state), z.enum(caseStates)),
  /** Who has it; null in the queue and at an end. */
  claimed: agent.nullable().default(null),
  /** Grows with whatever an agent would see; a card of an older one changes nothing. */
  revision: z.int().positive(),
  /** The card in the helpdesk's conversation; null until its post was acknowledged. */
  activity: z.string().nullable(),
  /** What was said about it, oldest first. */
  thread: z.array(messageSchema).readonly().default([]),
  /** When the state was reached that the case is in. */
  since: time.default(0),
  resolved: agent.nullable(),
  ...clockFields,
  ...copyFields,
  /** What the requester did last with it: the same again finds it done. */
  lastAct: z.string().optional(),
  ...powerFields,
});

/** An escalation to the helpdesk, as it is stored. */
export type CaseRecord = Readonly<z.infer<typeof caseSchema>>;

const listSchema = z.strictObject({
  cases: z
    .array(
      z.strictObject({
        id: z.string(),
        number: z.string(),
        /** Reason and kind of requester: one case may be open for each (I13). */
        slot: z.string(),
        /** The effect that opened it. */
        act: z.string(),
        open: z.boolean(),
        /** When it was opened; left out by earlier releases. */
        at: time.optional(),
      }),
    )
    .readonly(),
});

/** The cases of one account, newest first: all that are open, and the latest of the others. */
export type CaseList = Readonly<z.infer<typeof listSchema>>;

const caseId = /^p(?:0\d|1[0-5])-[\w-]{22}$/;

/** A new case's id; it begins with the account's partition, because a card brings nothing else. */
export const newCaseId = (random: Random, account: string): string => `${partitionOf(account)}-${newId(random)}`;

/** Whether a text from outside has the form of a case's id. */
export const isCaseId = (text: unknown): text is string => typeof text === 'string' && caseId.test(text);

/** Reads a case's row, also one that an earlier release wrote. @throws LatchkeyError `latchkey_desk_unreadable` */
export const readCase = (value: Json): CaseRecord => parsed(caseSchema, value);

/** Reads an account's list of cases; an account without one has none. @throws LatchkeyError `latchkey_desk_unreadable` */
export const readCaseList = (value: Json | null): CaseList => (value === null ? { cases: [] } : parsed(listSchema, value));

/** What names the slot of a case. */
type Slotted = Pick<CaseRecord, 'code' | 'requester' | 'wish'>;

/**
 * What one case is open for at a time. A freeze has one, whoever signed in asks about it (I17); a stranger who asks for help in that name finds
 * nothing of it, and a freeze is not put into what a stranger opened. Nor does such a stranger find what Latchkey noted of a report (I20).
 */
export function slotOf(wanted: Slotted): string {
  const { code, requester } = wanted;
  if (code === 'LK_FROZEN' && (requester.how !== 'nobody' || isNotMe(wanted))) return code;
  return code === 'LK_REPORTED' && isNotMe(wanted) ? `${code}/${requester.how}/noted` : `${code}/${requester.how}`;
}

/** Whether another case is open for the same. */
export const isSlotTaken = ({ cases }: CaseList, record: Slotted & Pick<CaseRecord, 'id'>): boolean =>
  cases.some((each) => each.open && each.id !== record.id && each.slot === slotOf(record));

/** How many ended cases an account's list remembers. */
const remembered = 20;

/** The list with a case put first; what is open is never forgotten. */
export function withCase({ cases }: CaseList, added: CaseList['cases'][number]): CaseList {
  const all = [added, ...cases];
  return { cases: all.filter(({ open }, index) => open || index < remembered) };
}

/** The list after a case changed: whether it is open. */
export const withState = ({ cases }: CaseList, { id, state }: Pick<CaseRecord, 'id' | 'state'>): CaseList => ({
  cases: cases.map((each) => (each.id === id ? { ...each, open: !isEnded(state) } : each)),
});

/** Its place in the queue: by priority, then by deadline, which within a priority is the order of age. */
export const queuePlace = ({ priority, deadline, openedAt }: CaseRecord): number =>
  priorities.indexOf(priority) * 1e14 + (deadline ?? openedAt);

/** Its place in the line of those whose card is not posted yet: by priority, then by number, which is the order they came in. */
export const linePlace = ({ priority, number }: CaseRecord): number =>
  priorities.indexOf(priority) * 1e14 + Number(number.replace(/^\D+/u, ''));

function parsed<T>(schema: z.ZodType<T>, value: Json): T {
  const read = schema.safeParse(value);
  if (!read.success) throw new LatchkeyError('latchkey_desk_unreadable', 'defect', 'a stored case has another shape', read.error);
  return read.data;
}
