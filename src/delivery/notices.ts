import type { MethodKind } from '../../dialogs/methods.ts';
import { happenedWhats, type HappenedWhat } from '../../dialogs/views.ts';
import type { Language } from '../config/policy.ts';
import { inboxParts, type InboxValue } from '../conversation/inbox.ts';
import type { Door } from '../conversation/port.ts';
import type { Sentences } from '../locales/sentences.ts';
import type { Keys } from '../security/keys.ts';
import { keys } from '../store/keys.ts';
import type { Commit, Key } from '../store/port.ts';
import { happenedId, happenedParts, type Happened } from './happened.ts';
import { writeMail } from './mail-layout.ts';
import { notMeAddress } from './not-me.ts';
import { joined, outboxRow } from './outbox.ts';

/** What happened to an account and must be told (I19). */
export type NoticeWhat = HappenedWhat | 'method-suspended' | 'key-suspended' | 'methods-seen-by-administrator';

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
export type NoticeParts = Required<Pick<Commit, 'put' | 'until' | 'due' | 'append'>>;

/**
 * The notices that an act owes (I19): a row of its own for the work mailbox and for every place, so that one that fails does not stop the
 * others. A notice says what, when and from which door, and whom to call when "this was not me"; it names neither number, address nor
 * user ID, for some of its readers may be somebody else. Of what somebody did (I17), a mail has a link to say that it was not oneself, and
 * what happened is remembered for as long as that can be said.
 */
export function noticeParts(seals: Keys, sentences: Sentences, notice: Notice): NoticeParts {
  const rows = placesOf(notice).map((place, index) => {
    const parcel =
      place.kind === 'sms'
        ? ({ kind: 'sms', to: place.to, text: say(sentences, notice, `${notice.what}.sms`) } as const)
        : ({ kind: 'mail', to: place.to, ...mailOf(seals, sentences, notice) } as const);
    return outboxRow(seals, notice.account, `${notice.id}-${index + 1}`, { kind: 'notice', parcel }, notice.at);
  });
  const { put, due } = joined(rows);
  const happened = happenedOf(notice);
  const kept = happened === null ? { put: {}, until: {}, append: [] } : happenedParts(happened);
  const chat =
    notice.chat === undefined
      ? { append: [], due: [] }
      : inboxParts(notice.chat, `notice-${notice.id}`, saidInChat(notice, happened), notice.at);
  return { put: { ...put, ...kept.put }, until: kept.until, due: [...due, ...chat.due], append: [...kept.append, ...chat.append] };
}

/** What somebody did that its owner may not have done (I17); null for a notice of another kind. */
function happenedOf({ id, what, account, at, door, method, language }: Notice): Happened | null {
  const known = happenedWhats.find((each) => each === what);
  return known === undefined
    ? null
    : { id: happenedId(account, id), account, what: known, at, door, method: method ?? null, language, used: false };
}

/** What somebody did elsewhere is news for the menu, which then offers to say that it was not oneself. */
function saidInChat({ what, at, door, method }: Notice, happened: Happened | null): InboxValue {
  if (happened !== null) return { event: { type: 'account.happened', what: happened.what, at, door, kind: method ?? null } };
  return { notice: `notice.${what}.chat`, params: { at, ...(method !== undefined && { kind: method }) } };
}

/** The chat of the account's own in Teams, where what was done at another door is told too. */
export const chatOfOwner = (act: { readonly door: Door; readonly tenant: string; readonly accountId: string }): Pick<Notice, 'chat'> =>
  act.door === 'teams' ? {} : { chat: keys.stack(act.tenant, act.accountId) };

/** The work mailbox first, then the places; each once. */
function placesOf({ workMail, places }: Notice): Notice['places'] {
  const all = [...(workMail === null ? [] : [{ kind: 'mail', to: workMail } as const]), ...places];
  return [...new Map(all.map((place) => [`${place.kind} ${place.to.toLowerCase()}`, place])).values()];
}

function mailOf(seals: Keys, sentences: Sentences, notice: Notice): ReturnType<typeof writeMail> {
  const line = (id: string): string => say(sentences, notice, id);
  const happened = happenedOf(notice);
  return writeMail({
    language: notice.language,
    subject: line(`${notice.what}.subject`),
    paragraphs: [line(`${notice.what}.text`), line('was-you')],
    facts: [
      { label: line('when.label'), value: line('when.value') },
      { label: line('door.label'), value: line(`door.${notice.door}`) },
    ],
    warning: line('not-you'),
    ...(happened !== null && { link: { label: line('not-me.label'), url: notMeLink(seals, sentences, happened) } }),
    footer: line('footer'),
  });
}

const notMeLink = (seals: Keys, sentences: Sentences, happened: Happened): string =>
  sentences.say(happened.language, 'notice.not-me.link', { address: notMeAddress(seals, happened) });

function say(sentences: Sentences, { language, at, door, method }: Notice, id: string): string {
  const params = {
    at,
    door: sentences.say(language, `notice.door.${door}`),
    method: method === undefined ? null : sentences.say(language, `notice.method.${method}`),
  };
  return sentences.say(language, `notice.${id}`, params);
}
