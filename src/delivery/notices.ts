import type { MethodKind } from '../../dialogs/methods.ts';
import type { Language } from '../config/policy.ts';
import { inboxParts } from '../conversation/inbox.ts';
import type { Door } from '../conversation/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Keys } from '../security/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { writeMail } from './mail-layout.ts';
import { joined, outboxRow } from './outbox.ts';

/** What happened to an account and must be told (I19). */
export type NoticeWhat =
  | 'password-set'
  | 'first-password-set'
  | 'unlocked'
  | 'method-added'
  | 'method-replaced'
  | 'method-changed'
  | 'method-removed'
  | 'method-suspended'
  | 'key-suspended'
  | 'methods-seen-by-administrator';

export interface Notice {
  /** The act that did it: the same act owes the same notices. */
  readonly id: string;
  readonly what: NoticeWhat;
  readonly account: string;
  /** The work mailbox; null where there is none. */
  readonly workMail: string | null;
  /** Every registered number and address, whole; one that was just removed among them, which is told one last time. */
  readonly places: readonly { readonly kind: 'sms' | 'mail'; readonly to: string }[];
  /** Epoch ms. */
  readonly at: number;
  /** `operator`: nobody did it, a telephone operator said so. */
  readonly door: Door | 'administrator' | 'operator';
  readonly language: Language;
  /** The kind of method that was added, replaced, removed or suspended. */
  readonly method?: MethodKind;
  /** The stack to be told in chat; left out where the dialog says it by itself. */
  readonly chat?: Key;
}

/** Commit parts for the commit of what they tell of. */
export type NoticeParts = Required<Pick<Commit, 'put' | 'due' | 'append'>>;

/**
 * The notices that an act owes (I19): a row of its own for the work mailbox and for every place, so that one that fails does not stop the
 * others. A notice says what, when and from which door, and whom to call when "this was not me"; it names neither number, address nor
 * user ID, for some of its readers may be somebody else.
 */
export function noticeParts(seals: Keys, sentences: Sentences, notice: Notice): NoticeParts {
  const rows = placesOf(notice).map((place, index) => {
    const parcel =
      place.kind === 'sms'
        ? ({ kind: 'sms', to: place.to, text: say(sentences, notice, `${notice.what}.sms`) } as const)
        : ({ kind: 'mail', to: place.to, ...mailOf(sentences, notice) } as const);
    return outboxRow(seals, notice.account, `${notice.id}-${index + 1}`, { kind: 'notice', parcel }, notice.at);
  });
  const { put, due } = joined(rows);
  if (notice.chat === undefined) return { put, due, append: [] };
  const params = { at: notice.at, ...(notice.method !== undefined && { kind: notice.method }) };
  const said = { notice: `notice.${notice.what}.chat`, params };
  const chat = inboxParts(notice.chat, `notice-${notice.id}`, said, notice.at);
  return { put, due: [...due, ...chat.due], append: chat.append };
}

/** The work mailbox first, then the places; each once. */
function placesOf({ workMail, places }: Notice): Notice['places'] {
  const all = [...(workMail === null ? [] : [{ kind: 'mail', to: workMail } as const]), ...places];
  return [...new Map(all.map((place) => [`${place.kind} ${place.to.toLowerCase()}`, place])).values()];
}

function mailOf(sentences: Sentences, notice: Notice): ReturnType<typeof writeMail> {
  const line = (id: string): string => say(sentences, notice, id);
  return writeMail({
    language: notice.language,
    subject: line(`${notice.what}.subject`),
    paragraphs: [line(`${notice.what}.text`), line('was-you')],
    facts: [
      { label: line('when.label'), value: line('when.value') },
      { label: line('door.label'), value: line(`door.${notice.door}`) },
    ],
    warning: line('not-you'),
    footer: line('footer'),
  });
}

function say(sentences: Sentences, { language, at, door, method }: Notice, id: string): string {
  const params = {
    at,
    door: sentences.say(language, `notice.door.${door}`),
    method: method === undefined ? null : sentences.say(language, `notice.method.${method}`),
  };
  return sentences.say(language, `notice.${id}`, params);
}
