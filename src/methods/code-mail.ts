import type { Language } from '../config/policy.ts';
import { writeMail, type WrittenMail } from '../delivery/mail-layout.ts';
import type { Sentences } from '../locales/sentences.ts';

/**
 * The mail that carries a code, as plain text and as HTML. It begins with the code; the subject has the mark and not the code (I7).
 * @param filled.why what the code is for, as a sentence takes it
 * @param filled.minutes how long it is good for
 */
export function codeMail(
  sentences: Sentences,
  language: Language,
  filled: { readonly code: string; readonly mark: string; readonly minutes: number; readonly why: string },
): WrittenMail {
  const line = (id: string): string => sentences.say(language, `message.mail.${id}`, filled);
  return writeMail({
    language,
    subject: line('subject'),
    code: filled.code,
    paragraphs: [line('text')],
    facts: [],
    warning: line('warning'),
    footer: line('footer'),
  });
}
