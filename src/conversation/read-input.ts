import type { Present, StackEvent } from '../../dialogs/stack.ts';
import type { AnswerForm } from '../../dialogs/prompts.ts';
import type { Wish } from '../../dialogs/dialog-table.ts';
import type { Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { choiceLabel } from './choice-words.ts';
import { folded, type Command } from './commands.ts';
import type { Conversation } from './document.ts';
import type { Input } from './port.ts';
import type { Recogniser } from './recogniser.ts';

/** What an input means in the light of the present prompt. */
export type Reading =
  | {
      readonly kind: 'event';
      readonly event: StackEvent;
      /** The card that was pressed. */ readonly spent: { readonly prompt: string; readonly chosen: string } | null;
    }
  | { readonly kind: 'notice'; readonly notice: string; /** A language to change to. */ readonly language?: Language }
  /** The text names a user ID; whose it is must be looked up. */
  | { readonly kind: 'user-id'; readonly userId: string };

export interface ReadingRooms {
  readonly sentences: Sentences;
  readonly command: (text: string) => Command | null;
  readonly recogniser: Recogniser;
  /** The company's own mail domains. */
  readonly domains: readonly string[];
}

/** The most a person may write at once; more is told so and read no further. */
const longestText = 4_000;

/**
 * Reads an input, first match wins: card data of the present showing; a command; a choice of this prompt by id, number or name; an answer,
 * where the prompt takes one and the text has its form; a sentence; else "not understood".
 */
export function readInput(input: Input, conversation: Conversation, present: Present | null, rooms: ReadingRooms): Reading {
  const { said } = input;
  if (said.kind === 'hello') return { kind: 'event', event: { type: 'open' }, spent: null };
  if (said.kind === 'card') return readCard(said, conversation, present);
  if (said.text.length > longestText) return { kind: 'notice', notice: 'runner.too-long' };
  return readText(said.text, conversation.language, present, rooms);
}

/** Card data proves nothing: only the token of the present showing and a choice that is offered now are taken. */
function readCard(said: Extract<Input['said'], { kind: 'card' }>, conversation: Conversation, present: Present | null): Reading {
  const { showing } = conversation;
  if (showing === null || present === null || said.step !== showing.step) return { kind: 'notice', notice: 'runner.step-is-over' };
  const spent = { prompt: present.prompt, chosen: said.choose ?? '' };
  if (said.choose === 'answer' && present.shape.input !== undefined) {
    const answer = (said.answer ?? '').slice(0, longestText).trim();
    if (answer === '') return { kind: 'notice', notice: 'runner.nothing-typed' };
    return { kind: 'event', event: { type: 'answer', text: answer }, spent };
  }
  if (said.choose === 'cancel') return { kind: 'event', event: { type: 'cancel' }, spent };
  const choice = present.shape.choices.find((offered) => offered.id === said.choose);
  if (choice === undefined) return { kind: 'notice', notice: 'runner.step-is-over' };
  return { kind: 'event', event: { type: 'choose', choice: choice.id }, spent };
}

function readText(text: string, language: Language, present: Present | null, rooms: ReadingRooms): Reading {
  const command = rooms.command(text);
  if (command !== null) return readCommand(command);
  const event = (event: StackEvent): Reading => ({ kind: 'event', event, spent: null });
  const number = callNumberIn(text, present, rooms.command);
  if (number !== null) return event({ type: 'call-number', text: number });

  if (present !== null) {
    const choice = chosen(text, present, language, rooms.sentences);
    if (choice !== null) return event({ type: 'choose', choice });
  }
  const recognised = rooms.recogniser.recognise(text);
  const input = present?.shape.input;
  // A name may be any words: more than a few of them that mean something are a wish.
  const isWish = input === 'name' && recognised !== null && text.trim().split(/\s+/u).length > 3;
  if (input !== undefined && !isWish && hasForm(text, input)) return event({ type: 'answer', text: text.trim() });
  if (recognised !== null) {
    if (recognised.meaning.startsWith('topic.')) return event({ type: 'topic', notice: `runner.${recognised.meaning}` });
    if (recognised.meaning.startsWith('how.'))
      return event({ type: 'topic', notice: `register-${recognised.meaning.slice('how.'.length)}.how` });
    return event({ type: 'wish', wish: recognised.meaning as Wish });
  }
  const userId = workAddressIn(text, rooms.domains);
  if (userId !== null) return { kind: 'user-id', userId };
  return { kind: 'notice', notice: present?.shape.input === undefined ? 'runner.not-understood' : `runner.not-a-${present.shape.input}` };
}

/** The number of a call (I15): six digits at the menu, where no other code is asked for, or behind the words for it anywhere. */
function callNumberIn(text: string, present: Present | null, command: ReadingRooms['command']): string | null {
  const [, words = '', number = ''] = /^(.*?)[\s:]*(\d{3}[\s-]?\d{3})$/u.exec(text.normalize('NFKC').trim()) ?? [];
  if (number === '') return null;
  if (words === '') return present?.prompt === 'home.menu' || present?.prompt === 'front-door.menu' ? number : null;
  const said = command(words);
  return said?.command === 'wish' && said.wish === 'caller' ? number : null;
}

function readCommand(command: Command): Reading {
  switch (command.command) {
    case 'help':
      return { kind: 'notice', notice: 'runner.help' };
    case 'language':
      return { kind: 'notice', notice: 'runner.language' };
    case 'speak':
      return { kind: 'notice', notice: 'runner.language-changed', language: command.language };
    case 'cancel':
      return { kind: 'event', event: { type: 'cancel' }, spent: null };
    case 'start-over':
      return { kind: 'event', event: { type: 'start-over' }, spent: null };
    case 'wish':
      return { kind: 'event', event: { type: 'wish', wish: command.wish }, spent: null };
  }
}

/**
 * A choice by its number in the list, its id, its name as shown, or a part of it that names one thing ("...67", "Work phone"); "yes" is enough
 * for "Yes, contact an administrator". A six-digit code is never a number in a list.
 */
function chosen(text: string, present: Present, language: Language, sentences: Sentences): string | null {
  const wanted = folded(text);
  const { choices } = present.shape;
  const byNumber = /^\d{1,2}$/u.test(wanted) ? choices[Number(wanted) - 1] : undefined;
  if (byNumber !== undefined) return byNumber.id;
  const named = choices.map((choice) => ({ id: choice.id, name: folded(choiceLabel(present, choice, language, sentences)) }));
  const whole = named.find(({ id, name }) => wanted === folded(id) || wanted === name);
  if (whole !== undefined) return whole.id;
  return (
    only(choices.filter(({ words = [] }) => words.some((word) => folded(word) === wanted))) ??
    only(named.filter(({ name }) => name.includes(',') && name.slice(0, name.indexOf(',')) === wanted))
  );
}

/** The id of the one there is; null where there are several, or none. */
const only = (found: readonly { readonly id: string }[]): string | null => (found.length === 1 ? (found[0]?.id ?? null) : null);

/** Whether a text has the form an answer must have; what is right is for the method to say. */
function hasForm(text: string, form: AnswerForm): boolean {
  const compact = text.normalize('NFKC').replace(/[\s-]/gu, '');
  switch (form) {
    case 'code':
      return /^\d{4,10}$/u.test(compact);
    case 'recovery-code':
      // Four groups of four as they were given; with a digit in it also what was typed too short or too long, which is then told so.
      return /^([a-z\d]{4}[\s\p{Pd}]*){4}$/iu.test(text.normalize('NFKC').trim()) || /^(?=\D*\d)[a-z\d]{8,24}$/iu.test(compact);
    case 'start-code':
      return /^([a-z\d]{5}[\s\p{Pd}]*){2}$/iu.test(text.normalize('NFKC').trim()) || /^(?=\D*\d)[a-z\d]{4,14}$/iu.test(compact);
    case 'phone-number':
      return /\d{3}/u.test(compact) && /^[+\d().\s/-]+$/u.test(text.normalize('NFKC').trim());
    case 'email-address':
    case 'user-id':
      return /^\S+@\S+$/u.test(text.trim());
    case 'message':
      return text.trim() !== '';
    case 'name':
      return text.trim() !== '' && text.trim().length <= 200;
  }
}

/** A user ID or work address of the company named in a text. */
function workAddressIn(text: string, domains: readonly string[]): string | null {
  for (const [address, domain] of text.toLowerCase().matchAll(/[^\s<>()[\]",;:]+@([\p{L}\p{N}.-]+\p{L})/gu)) {
    if (domain !== undefined && domains.some((own) => domain === own || domain.endsWith(`.${own}`))) return address;
  }
  return null;
}
