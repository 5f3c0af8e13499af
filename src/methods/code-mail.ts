import type { Language } from '../config/policy.ts';
import { writeMail, type WrittenMail } from '../delivery/mail-layout.ts';
import type { Sentences } from '../locales/sentences.ts';

/**
 * The mail that carries a code, as plain text and as HTML. It begins with the code; the subject has the mark and not the code (I7).
 * @param filled.why what the code is for, as a sentence takes it
 * @param filled.minutes how long it is good for
 * @param notAsked the address of the link by which its reader says that they had not asked for it; null for none
 */
export function codeMail(
  sentences: Sentences,
  language: Language,
  filled: { readonly code: string; readonly mark: string; readonly minutes: number; readonly why: string },
  notAsked: string | null,
): WrittenMail {
  const line = (id: string): string => sentences.say(language, `message.mail.${id}`, filled);
  return writeMail({
    language,
    subject: line('subject'),
    code: filled.code,
    paragraphs: [line('text')],
    facts: [],
    warning: line('warning'),
    ...(notAsked !== null && {
      link: { label: line('not-asked'), url: sentences.say(language, 'notice.not-me.link', { address: notAsked }) },
    }),
    footer: line('footer'),
  });
}
