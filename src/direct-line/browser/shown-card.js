import { cardType, drawCard } from './cards.js';
import { newActivityId } from './direct-line.js';
import { textWithLinks } from './safe-text.js';

/**
 * A card in a conversation: drawn, pressed, and replaced by what the bot answers.
 *
 * @typedef {import('./direct-line.js').Said} Said
 *
 * @typedef {object} ShownCard
 * @property {HTMLElement} element
 * @property {string} activityId
 * @property {(said: Said) => string} idFor the same thing pressed again after a failure keeps its id
 * @property {(busy: boolean) => void} busy
 * @property {(body: unknown) => void} answered shows the card or the words that the bot answered an invoke with
 * @property {() => void} failed
 *
 * @typedef {object} CardParts
 * @property {import('./words.js').Words} words
 * @property {'execute' | 'submit'} mode
 * @property {(card: ShownCard, pressed: import('./cards.js').Pressed) => void} onPressed
 */

/** What each card on the page shows, as JSON. @type {WeakMap<Element, string>} */
const shows = new WeakMap();

/**
 * Whether a card shows this already: then it stays as it is, with what is being typed into it.
 * @param {Element | null | undefined} element
 * @param {unknown} json
 */
export const isShowing = (element, json) => element !== null && element !== undefined && shows.get(element) === JSON.stringify(json);

/**
 * @param {CardParts} parts
 * @param {string} activityId
 * @param {unknown} json
 * @returns {HTMLElement}
 */
export function showCard({ words, mode, onPressed }, activityId, json) {
  const element = document.createElement('div');
  element.className = 'card';
  const note = document.createElement('p');
  note.className = 'card-note';
  /** @type {{ said: string, id: string } | null} */
  let last = null;
  /** @param {unknown} content */
  const draw = (content) => {
    const drawn = drawCard(content, mode, (pressed) => {
      if (element.ariaBusy !== 'true') onPressed(card, pressed);
    });
    note.replaceChildren();
    shows.set(element, JSON.stringify(content));
    element.replaceChildren(drawn ?? words.on(document.createElement('p'), 'chat.unreadable'), note);
  };
  /** @type {ShownCard} */
  const card = {
    element,
    activityId,
    idFor(said) {
      const now = JSON.stringify(said);
      if (last?.said !== now) last = { said: now, id: newActivityId() };
      return last.id;
    },
    busy(busy) {
      element.ariaBusy = String(busy);
    },
    answered(body) {
      last = null;
      const { type, value } = answerOf(body);
      if (type === cardType) draw(value);
      else if (typeof value === 'string') note.replaceChildren(textWithLinks(value));
      else if (type === 'application/vnd.microsoft.error') card.failed();
    },
    failed() {
      note.replaceChildren(words.on(document.createElement('span'), 'chat.press-again'));
      note.scrollIntoView({ block: 'nearest' });
    },
  };
  // Enter in a field does what its card puts foremost, as in any form.
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    const foremost = element.querySelector('.ac-pushButton.style-positive');
    if (foremost instanceof HTMLElement) foremost.click();
  });
  draw(json);
  return element;
}

/**
 * The body that a bot answers an invoke with.
 * @param {unknown} body
 * @returns {{ type?: unknown, value?: unknown }}
 */
const answerOf = (body) => (typeof body === 'object' && body !== null ? body : {});
