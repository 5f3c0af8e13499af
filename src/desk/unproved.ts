import { inboxParts } from '../conversation/inbox.ts';
import type { Act } from '../conversation/port.ts';
import { writeMail } from '../delivery/mail-layout.ts';
import { joined, outboxRow } from '../delivery/outbox.ts';
import type { Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key, Store } from '../store/port.ts';
import { update } from '../store/update.ts';
import type { Clock } from '../ports.ts';
import type { CaseList, CaseRecord } from './case-record.ts';

/**
 * Cases that nobody proved anything for (I13): one a day for an account, ten an hour for a client, and its owner is told, so that a stranger who
 * asks for help in others' names reaches little and is seen.
 */

const hour = 3_600_000;
const day = 24 * hour;
const mostAnHour = 10;

/** Whom an agent has on the telephone: nobody proved anything, and no stranger asked. */
const onTelephone = 'LK_CALL/nobody';

/** Whether somebody asked for it whom nobody knows; of what is none of theirs nobody at a door is told (I20). */
export const isStrangers = (slot: string): boolean => slot.endsWith('/nobody') && slot !== onTelephone;

/** The case that was opened for an account without a proof in the last 24 h, whatever became of it. */
export const ofTheDay = ({ cases }: CaseList, now: number): CaseList['cases'][number] | null =>
  cases.find((each) => isStrangers(each.slot) && (each.at ?? 0) > now - day) ?? null;

interface ClientCases {
  readonly opened: readonly { readonly act: string; readonly at: number }[];
}

const readClient = (value: Json | null): ClientCases => (value === null ? { opened: [] } : (value as unknown as ClientCases));

/**
 * Counts one more case for the client of an act, before it is opened; the same act counts once.
 * @returns until when it may open no more, epoch ms; null when it may
 */
export function countForClient(
  needs: { readonly store: Store; readonly clock: Clock; readonly seals: Keys },
  act: Act,
): Promise<number | null> {
  // Where nobody says what the client is, each conversation is one.
  const key = keys.clientCases(needs.seals.mac('client', act.client ?? act.stack));
  return update<number | null>(needs.store, needs.clock, key, (row) => {
    const opened = readClient(row?.value ?? null).opened.filter(({ at }) => at > act.now - hour);
    if (opened.some((each) => each.act === act.id)) return { commit: null, result: null };
    const oldest = opened.at(-mostAnHour);
    if (oldest !== undefined) return { commit: null, result: oldest.at + hour };
    const after = { opened: [...opened, { act: act.id, at: act.now }] };
    return { commit: { put: { [key]: after }, until: { [key]: act.now + hour } }, result: null };
  });
}

/** Whom to tell that somebody asked for help in their name. */
export interface Owner {
  /** Their own chat in Teams. */
  readonly stack: Key;
  readonly workMail: string | null;
  readonly language: Language;
}

/** The commit parts that tell the account's owner. Nothing in it helps whoever reads it instead. */
export function ownerParts(
  { seals, sentences }: { readonly seals: Keys; readonly sentences: Sentences },
  { stack, workMail, language }: Owner,
  { id, account, number, code, openedAt }: Pick<CaseRecord, 'id' | 'account' | 'number' | 'code' | 'openedAt'>,
): Pick<Commit, 'put' | 'due' | 'append'> {
  const say = (key: string): string => sentences.say(language, `desk-unproved.${key}`, { number, at: openedAt });
  const chat = inboxParts(stack, `case-unproved-${id}`, { notice: 'desk-unproved.chat', params: { number, at: openedAt } }, openedAt);
  if (workMail === null) return chat;
  const mail = writeMail({
    language,
    subject: say('subject'),
    paragraphs: [say('text')],
    // Whoever can read the work mailbox may know why; nobody at the front door does (I20).
    facts: [{ label: say('reason'), value: code }],
    warning: say('not-you'),
    footer: say('footer'),
  });
  const owed = joined([
    outboxRow(seals, account, `case-unproved-${id}`, { kind: 'notice', parcel: { kind: 'mail', to: workMail, ...mail } }, openedAt),
  ]);
  return { put: owed.put, due: [...owed.due, ...chat.due], append: chat.append };
}
