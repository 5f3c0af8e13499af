import type { Language, Policy } from '../config/policy.ts';
import { writeMail, type WrittenMail } from '../delivery/mail-layout.ts';
import type { Sentences } from '../locales/sentences.ts';
import { powerLines } from './case-powers.ts';
import type { CaseMessage, CaseRecord } from './case-record.ts';
import { tame } from './tame.ts';
import { channelLink } from './teams-links.ts';

/** What card and mail say of a case, as plain text in the desk's language. */
export interface CaseWords {
  /** How the requester is known: always the first line. */
  readonly requester: string;
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** What was given for it, and what stands against it: a line each. */
  readonly powers: readonly string[];
  /** What was said about it, oldest first: the latest of it. */
  readonly thread: readonly { readonly label: string; readonly text: string }[];
  /** Where it stands, with whom, and since when. */
  readonly state: string;
}

/** How many of the latest messages are shown. */
const mostShown = 6;

/** Words a case in the language of the desk. Names and user IDs are labels of the directory: plain text that is never mark-up. */
export function caseWords(sentences: Sentences, language: Language, record: CaseRecord, now: number): CaseWords {
  const say = (key: string, params = {}): string => sentences.say(language, `desk.${key}`, params);
  const { requester, number, openedAt, deadline, priority, tried } = record;
  const reason = sentences.has(language, `desk.reason.${record.code}`) ? `reason.${record.code}` : 'reason.other';
  const kinds = record.methods.map(({ kind, since }) => say('method', { kind: say(`method.${kind}`), since }));
  const fact = (label: string, value: string): CaseWords['facts'][number] => ({ label: say(`fact.${label}`), value });
  return {
    requester: say(`requester.${requester.how}`, requester.how === 'proved' ? { gates: requester.gates } : {}),
    title: say('card.title', { number, wish: say(`wish.${record.wish}`) }),
    facts: [
      fact('name', tame(record.name) ?? say('name.unknown')),
      fact('userId', tame(record.userId) ?? record.account),
      fact('reason', say('reason', { words: say(reason), code: record.code })),
      fact('methods', kinds.length === 0 ? say('methods.none') : kinds.join(', ')),
      ...(tried === undefined ? [] : [fact('tried', say('tried', tried))]),
      fact('opened', say('opened', { openedAt })),
      ...(priority === 'normal' ? [] : [fact('priority', say(`priority.${priority}`))]),
      ...(deadline === null || record.state === 'waiting'
        ? []
        : [fact('deadline', say('deadline', { deadline, late: now > deadline ? 'yes' : 'no' }))]),
      fact('reference', record.reference),
      ...(record.freeze === undefined ? [] : [fact('freeze', say('freeze', freezeParams(record.freeze)))]),
      ...(record.ticket === undefined ? [] : [{ label: sentences.say(language, 'hook.ticket'), value: record.ticket }]),
    ],
    powers: powerLines.flatMap((line) => line(record, say, now)),
    thread: record.thread.slice(-mostShown).map((message) => ({
      label: say(`message.${message.kind}`, { at: message.at, name: nameOf(message) ?? say('message.system') }),
      text: message.text,
    })),
    state: say(`state.${record.state}`, { agent: tame((record.resolved ?? record.claimed)?.name ?? null) ?? '', since: record.since }),
  };
}

const freezeParams = ({ since, suspended, sessions, thawed }: NonNullable<CaseRecord['freeze']>) => ({
  since,
  suspended,
  sessions: sessions ?? 'not-yet',
  thawed: thawed === null ? 'no' : 'yes',
  agent: tame(thawed?.name ?? null) ?? '',
  at: thawed?.at ?? 0,
});

/** Null where the requester wrote, or another system of the organisation's. */
const nameOf = ({ name }: CaseMessage): string | null => tame(name);

/**
 * The mail to the administrators' address: what the card says, for those who live in mail. It opens nothing and asks for nothing: a case number alone
 * opens nothing (I13), and its one link leads to the helpdesk's conversation, where Teams asks who it is.
 */
export function caseMail(
  sentences: Sentences,
  policy: Pick<Policy, 'contacts' | 'organisation'>,
  record: CaseRecord,
  now: number,
): WrittenMail {
  const { language } = policy.contacts.desk;
  const { requester, facts, state, thread, powers } = caseWords(sentences, language, record, now);
  const say = (key: string, params = {}): string => sentences.say(language, `desk.${key}`, params);
  const url = channelLink(policy);
  return writeMail({
    language,
    subject: say('mail.subject', { number: record.number, wish: say(`wish.${record.wish}`) }),
    paragraphs: [requester, say('mail.intro')],
    facts: [...facts, ...thread.map(({ label, text }) => ({ label, value: text }))],
    warning: [say('mail.where'), state, ...powers].join(' '),
    ...(url === null ? {} : { link: { label: say('mail.link'), url } }),
    footer: say('mail.footer'),
  });
}
