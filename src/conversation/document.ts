import { emptyDoorStack, emptyStack, restore, type OwedEffect, type Stack } from '../../dialogs/stack.ts';
import { effects } from '../../dialogs/effects.ts';
import { languages, type Language } from '../config/policy.ts';
import type { Json } from '../ports.ts';
import type { Door, Spent } from './port.ts';

/** A notice on its way to the person: its sentence's id and what fills it. */
export interface Said {
  readonly notice: string;
  readonly params: Readonly<Record<string, string | number | readonly string[] | null>>;
}

/** An effect that is owed: committed before it is carried out. */
export interface Owed {
  readonly id: string;
  readonly effect: OwedEffect;
  /** Set in a commit of its own before the call of a `once` effect. */
  readonly started: boolean;
  /** How often somebody resumed it; one that fails every time must not hold a person up for ever. */
  readonly resumed: number;
}

/** A person's stack and all that the runner keeps with it; one row of the store. */
export interface Conversation {
  readonly stack: Stack;
  readonly language: Language;
  /** The person chose it: the activity's language no longer changes it. */
  readonly languageChosen: boolean;
  /** The prompt that stands in the chat, and the token its buttons carry. */
  readonly showing: { readonly prompt: string; readonly step: string; /** What stands above it. */ readonly said: readonly Said[] } | null;
  /** The last activity ids taken in, newest last. */
  readonly seen: readonly string[];
  /** What the last activity was answered with: its redelivery gets the same. */
  readonly last: { readonly activityId: string; readonly said: readonly Said[]; readonly spent: Spent | null } | null;
  readonly owed: readonly Owed[];
  /** Notices that nobody is known to have seen yet. */
  readonly unsaid: readonly Said[];
  /** How often an answer could not be sent, in a row. */
  readonly unsent: number;
  /** Addresses the next thing the bot says; null when the chat is gone. */
  readonly reference: Json;
  /** When the person last spoke, epoch ms. */
  readonly spokeAt: number;
  /** When something from outside last led on in the dialogs, epoch ms; 0 for never: who is asked something has as long to answer as after a word of their own. */
  readonly askedAt: number;
  /** A case was opened here at the front door, and its answer is to come here (I13). */
  readonly keepsCase: boolean;
}

/** After so long without a word a conversation at the front door is over, ms: whoever sits at that browser next may be somebody else. */
export const doorIdleMs = 15 * 60_000;

/** How long one with a case of its own is kept, ms. */
const doorCaseMs = 90 * 24 * 3_600_000;

/** For how long a row of the front door outlives its time, ms: a turn that began within it finds all of it when it ends. */
const doorGraceMs = 60_000;

/** When a row of the front door is forgotten that something was last heard of at `since`; both epoch ms. */
export const doorRowUntil = (since: number, keepsCase: boolean): number => since + (keepsCase ? doorCaseMs : doorIdleMs) + doorGraceMs;

/** When something was last said or asked, epoch ms: silence is counted from here. */
export const stirredAt = ({ spokeAt, askedAt }: Pick<Conversation, 'spokeAt' | 'askedAt'>): number => Math.max(spokeAt, askedAt);

/**
 * When a row of the front door is forgotten, epoch ms; null for one that is kept: everybody else's, and one that owes something, however late whoever finishes it comes
 * back.
 */
export function forgottenAt(conversation: Pick<Conversation, 'stack' | 'spokeAt' | 'askedAt' | 'keepsCase' | 'owed'>): number | null {
  if (conversation.stack.home !== 'front-door' || conversation.owed.length > 0) return null;
  return doorRowUntil(stirredAt(conversation), conversation.keepsCase);
}

/** How many activity ids a stack remembers. */
const remembered = 50;

/** A conversation nobody has spoken in. */
export const newConversation = (language: Language, now: number, door: Door = 'teams'): Conversation => ({
  stack: stackAt(door),
  language,
  languageChosen: false,
  showing: null,
  seen: [],
  last: null,
  owed: [],
  unsaid: [],
  unsent: 0,
  reference: null,
  spokeAt: now,
  askedAt: 0,
  keepsCase: false,
});

const stackAt = (door: Door): Stack => (door === 'front-door' ? emptyDoorStack : emptyStack);

/** The conversation with one more activity taken in. */
export const withSeen = (conversation: Conversation, activityId: string): Conversation => ({
  ...conversation,
  seen: [...conversation.seen, activityId].slice(-remembered),
});

/** The conversation as the store keeps it. */
export const toJson = (conversation: Conversation): Json => conversation as unknown as Json;

export type Restored =
  | { readonly ok: true; readonly conversation: Conversation }
  /** The stored dialogs are no longer known: the person starts over, with an apology. What else could be read is kept. */
  | { readonly ok: false; readonly reason: 'unreadable' | 'unknown-version'; readonly conversation: Conversation };

/** Reads a stored row; every part is checked before use, since it may come from an older release. */
export function fromJson(value: Json, now: number, door: Door = 'teams'): Restored {
  const row = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {};
  const language = languages.find((known) => known === row['language']) ?? 'en';
  const kept: Conversation = {
    ...newConversation(language, now, door),
    languageChosen: row['languageChosen'] === true,
    seen: Array.isArray(row['seen']) ? row['seen'].map(String) : [],
    reference: row['reference'] ?? null,
    unsaid: readSaid(row['unsaid']),
    spokeAt: typeof row['spokeAt'] === 'number' ? row['spokeAt'] : now,
    askedAt: typeof row['askedAt'] === 'number' ? row['askedAt'] : 0,
    keepsCase: row['keepsCase'] === true,
  };
  const restored = restore(row['stack']);
  if (!restored.ok) {
    // Frames' ids name sessions (I4): they go on from where they were.
    return { ok: false, reason: restored.reason, conversation: { ...kept, stack: { ...stackAt(door), next: readNext(row['stack']) } } };
  }
  return {
    ok: true,
    conversation: {
      ...kept,
      stack: restored.stack,
      showing: readShowing(row['showing']),
      last: (row['last'] ?? null) as Conversation['last'],
      owed: readOwed(row['owed']),
      unsent: typeof row['unsent'] === 'number' ? row['unsent'] : 0,
    },
  };
}

function readNext(stack: Json | undefined): number {
  const next = typeof stack === 'object' && stack !== null && 'next' in stack ? stack['next'] : undefined;
  return typeof next === 'number' && Number.isSafeInteger(next) && next > 0 ? next : emptyStack.next;
}

function readShowing(value: Json | undefined): Conversation['showing'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { prompt, step, said } = value as Readonly<Record<string, Json>>;
  return typeof prompt === 'string' && typeof step === 'string' ? { prompt, step, said: readSaid(said) } : null;
}

const readSaid = (value: Json | undefined): readonly Said[] =>
  Array.isArray(value) ? (value as unknown as readonly Said[]).filter((said) => typeof said.notice === 'string') : [];

/** An effect whose name this release does not know cannot be carried out: it is left out, and its dialog waits for `cancel`. */
const readOwed = (value: Json | undefined): readonly Owed[] =>
  Array.isArray(value) ? (value as unknown as readonly Owed[]).filter((owed) => Object.hasOwn(effects, owed.effect.type)) : [];
