import type { Language, Policy } from '../config/policy.ts';
import { writeMail, type WrittenMail } from '../delivery/mail-layout.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { CaseRecord } from './case-record.ts';

/** What card and mail say of a case, as plain text in the desk's language. */
export interface CaseWords {
  /** How the requester is known: always the first line. */
  readonly requester: string;
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** Where it stands, with whom, and since when. */
  readonly state: string;
}

/** Words a case in the language of the desk. Names and user IDs are labels of the directory: plain text that is never mark-up. */
export function caseWords(sentences: Sentences, language: Language, record: CaseRecord): CaseWords {
  const say = (key: string, params = {}): string => sentences.say(language, `desk.${key}`, params);
  const { requester, number, openedAt } = record;
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
      fact('opened', say('opened', { openedAt })),
      fact('reference', record.reference),
      ...(record.freeze === undefined ? [] : [fact('freeze', say('freeze', freezeParams(record.freeze)))]),
    ],
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

/** The mail to the administrators' address. It opens nothing and asks for nothing: a case number alone opens nothing (I13). */
export function caseMail(sentences: Sentences, policy: Pick<Policy, 'contacts'>, record: CaseRecord): WrittenMail {
  const { language } = policy.contacts.desk;
  const { requester, facts } = caseWords(sentences, language, record);
  const say = (key: string, params = {}): string => sentences.say(language, `desk.${key}`, params);
  return writeMail({
    language,
    subject: say('mail.subject', { number: record.number, wish: say(`wish.${record.wish}`) }),
    paragraphs: [requester, say('mail.intro')],
    facts,
    warning: say('mail.where'),
    footer: say('mail.footer'),
  });
}

/** Longest label shown. */
const longest = 120;

/** A label without what could reorder or hide the text around it: control signs and the marks of writing direction (Unicode TR 36). */
export function tame(label: string | null): string | null {
  if (label === null) return null;
  const plain = label.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
