import type { Language, Policy } from '../config/policy.ts';
import { writeMail, type WrittenMail } from '../delivery/mail-layout.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Json } from '../ports.ts';
import type { Chase } from './case-clock.ts';
import { unchangeable } from './case-copies.ts';
import type { CaseRecord } from './case-record.ts';
import { caseWords } from './case-words.ts';
import { plainCard } from './plain-card.ts';

/** Why a case is brought up again: nobody took it up, or Teams did not take its card. */
const whyOf = ({ queued }: CaseRecord): 'undelivered' | 'unclaimed' =>
  queued === null || queued.shownAt === null ? 'undelivered' : 'unclaimed';

const paramsOf = (record: CaseRecord) => ({ number: record.number, since: record.queued?.since ?? record.openedAt });

/** The mail by which a case is brought up again. It opens nothing and asks for nothing, like the first (I13). */
export function chaseMail(
  sentences: Sentences,
  policy: Pick<Policy, 'contacts'>,
  record: CaseRecord,
  way: Extract<Chase, 'mail' | 'on-call'>,
  now: number,
): WrittenMail {
  const { language } = policy.contacts.desk;
  const { requester, facts } = caseWords(sentences, language, record, now);
  const say = (key: string): string => sentences.say(language, `desk-delivery.${key}`, paramsOf(record));
  return writeMail({
    language,
    subject: say(`${way}.subject`),
    paragraphs: [requester, say(way === 'mail' ? whyOf(record) : way)],
    facts,
    warning: sentences.say(language, 'desk.mail.where'),
    footer: sentences.say(language, 'desk.mail.footer'),
  });
}

/** The text message to who is on call. It names nobody: a telephone lies on tables. */
export const chaseText = (sentences: Sentences, language: Language, record: CaseRecord): string =>
  sentences.say(language, 'desk-delivery.on-call.text', paramsOf(record));

/** What the other conversation gets: the case in words, and nothing to press. It is handled where its card is. */
export function secondCard(sentences: Sentences, policy: Pick<Policy, 'contacts'>, record: CaseRecord, now: number): Json {
  const { language } = policy.contacts.desk;
  const { requester, title, facts } = caseWords(sentences, language, record, now);
  const say = (key: string): string => sentences.say(language, `desk-delivery.${key}`, paramsOf(record));
  return plainCard(language, [say(whyOf(record)), requester, title, ...facts.map(({ label, value }) => `${label}: ${value}`)]);
}

/** What stands in the place of an older card of a case: that there is a newer one, and where, if it can be linked. */
export function movedCard(sentences: Sentences, policy: Pick<Policy, 'contacts' | 'organisation'>, record: CaseRecord): Json {
  const { language, conversation } = policy.contacts.desk;
  const say = (key: string): string => sentences.say(language, `desk-delivery.${key}`, paramsOf(record));
  const link = messageLink(conversation, record.activity, policy.organisation.tenants[0]);
  return plainCard(language, [say('moved')], link === null ? null : { title: say('moved.open'), url: link });
}

/** Teams' link to a message of a channel (Microsoft's page on deep links); null where the ids are not Teams'. */
function messageLink(conversation: string, activity: string | null, tenant: string | undefined): string | null {
  const isMessage = activity !== null && activity !== unchangeable && /^\d{10,16}$/u.test(activity);
  if (!isMessage || tenant === undefined || !/^19:[^;]+@thread\.\w+/u.test(conversation)) return null;
  const channel = conversation.split(';')[0] ?? '';
  return `https://teams.microsoft.com/l/message/${encodeURIComponent(channel)}/${activity}?tenantId=${encodeURIComponent(tenant)}`;
}
