import type { Present } from '../../dialogs/stack.ts';
import type { Language } from '../config/policy.ts';
import type { Sentences } from '../locales/sentences.ts';
import { choiceLabel, named, splitPrompt } from './choice-words.ts';
import type { Conversation, Said } from './document.ts';
import type { Answer, PageLinks, PromptView, ShownCodes, Spent } from './port.ts';

/** What an answer is made with. */
export interface AnswerRooms {
  readonly sentences: Sentences;
  readonly links: PageLinks;
  readonly codes: ShownCodes;
}

/** The notices of a turn in order, below them the prompt of the state it stopped in, in the person's language. */
export function makeAnswer(
  said: readonly Said[],
  present: Present | null,
  step: string,
  { language, stack }: Pick<Conversation, 'language' | 'stack'>,
  rooms: AnswerRooms,
): Answer {
  return {
    language,
    notices: noticesOf(said, language, rooms.sentences, rooms.codes),
    prompt: present === null ? null : promptView(present, step, language, rooms, stack.home === undefined),
  };
}

const noticesOf = (said: readonly Said[], language: Language, sentences: Sentences, codes: ShownCodes | null): readonly string[] =>
  said.map(({ notice, params }) =>
    sentences.say(language, noticeId(notice, language, sentences), named(withDigits(params, codes), language, sentences)),
  );

/** A notice that shows a code names it alone: the digits are made when it is said, and are on no spent card. */
const withDigits = (params: Said['params'], codes: ShownCodes | null): Said['params'] =>
  typeof params['shownCode'] === 'string' ? { ...params, digits: codes?.of(params['shownCode']) ?? '······' } : params;

/**
 * What stands in the place of a pressed card: what it said, the prompt's words and what was chosen. A case's number, or what to do next, is
 * still read there tomorrow.
 */
export function makeSpent(
  spent: { readonly prompt: string; readonly chosen: string },
  present: Present,
  { language, showing }: Pick<Conversation, 'language' | 'showing'>,
  sentences: Sentences,
): Spent {
  const view = [...noticesOf(showing?.said ?? [], language, sentences, null), textOf(present, language, sentences)].join('\n');
  const choice = present.shape.choices.find((offered) => offered.id === spent.chosen);
  const chosen =
    choice === undefined
      ? sentences.say(language, spent.chosen === 'cancel' ? 'runner.chosen-cancel' : 'runner.chosen-answer')
      : choiceLabel(present, choice, language, sentences);
  return { language, prompt: spent.prompt, text: view, chosen };
}

/** A dialog's notice `verify.wrong` is the sentence `verify.notice.wrong`; every other room names its sentence as it stands. */
function noticeId(notice: string, language: Language, sentences: Sentences): string {
  const [dialog, name] = splitPrompt(notice);
  const ofDialog = `${dialog}.notice.${name}`;
  return sentences.has(language, ofDialog) ? ofDialog : notice;
}

/** @param numbered whether a page is opened with its number: at the front door the conversation's own cookie takes its place (I21) */
function promptView(present: Present, step: string, language: Language, rooms: AnswerRooms, numbered: boolean): PromptView {
  const { sentences } = rooms;
  const [dialog, name] = splitPrompt(present.prompt);
  const id = (part: string): string => `${dialog}.${name}.${part}`;
  const params = named(present.shape.params ?? {}, language, sentences);
  const page = present.shape.page === undefined ? null : rooms.links.of(present.shape.page);
  return {
    id: present.prompt,
    step,
    title: sentences.has(language, id('title')) ? sentences.say(language, id('title'), params) : null,
    text: textOf(present, language, sentences),
    choices: present.shape.choices.map((choice) => ({ id: choice.id, label: choiceLabel(present, choice, language, sentences) })),
    input:
      present.shape.input === undefined
        ? null
        : {
            form: present.shape.input,
            label: sentences.say(language, id('label'), params),
            error: sentences.say(language, id('error'), params),
          },
    shownCode: shownCode(present.shape, rooms.codes),
    page:
      page === null
        ? null
        : {
            url: page.url,
            label: sentences.say(language, id('link'), params),
            number: numbered ? page.number : '',
            numberText: numbered ? sentences.say(language, 'runner.page-number', { number: page.number }) : '',
          },
  };
}

function shownCode({ shownCode: challenge, shownHalf }: Present['shape'], codes: ShownCodes): string | null {
  if (shownHalf !== undefined) return codes.half(shownHalf.code, shownHalf.half);
  return challenge === undefined ? null : codes.of(challenge);
}

const textOf = (present: Present, language: Language, sentences: Sentences): string => {
  const [dialog, name] = splitPrompt(present.prompt);
  return sentences.say(language, `${dialog}.${name}.text`, named(present.shape.params ?? {}, language, sentences));
};
