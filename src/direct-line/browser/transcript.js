import { cardType } from './cards.js';
import { textWithLinks } from './safe-text.js';
import { isShowing, showCard } from './shown-card.js';

/**
 * What was said in a conversation, in a live region: each activity once, replaced where it stands when it comes again.
 *
 * @typedef {import('./direct-line.js').Activity} Activity
 *
 * @typedef {object} TranscriptParts
 * @property {import('./words.js').Words} words
 * @property {string} label
 * @property {'execute' | 'submit'} mode
 * @property {() => string} self the id of the one who reads
 * @property {(card: import('./shown-card.js').ShownCard, pressed: import('./cards.js').Pressed) => void} onPressed
 * @property {(id: string, text: string) => void} onResend
 * @property {() => void} [onNews]
 */

/** A sign that the bot writes stands no longer than this. */
const typingMs = 15_000;

export class Transcript {
  /** @type {Map<string, HTMLElement>} */
  #turns = new Map();
  /** @type {HTMLElement | null} */
  #typing = null;
  /** Whether the end was in sight when last somebody scrolled: then it stays there, whatever grows or shrinks. */
  #atEnd = true;

  /** @param {TranscriptParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.element = document.createElement('div');
    this.element.className = 'transcript';
    this.element.setAttribute('role', 'log');
    this.element.setAttribute('aria-live', 'polite');
    this.element.tabIndex = 0;
    parts.words.on(this.element, parts.label, 'label');
    // The second half of a double click would press whatever came to stand there in between.
    const once = (/** @type {MouseEvent} */ event) => {
      if (event.detail < 2) return;
      event.preventDefault();
      event.stopPropagation();
    };
    this.element.addEventListener('click', once, { capture: true });
    this.element.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < 80;
    });
    new ResizeObserver(() => this.#stayAtEnd()).observe(this.element);
  }

  /** @param {Activity} activity */
  show(activity) {
    if (activity.type === 'typing') return this.#showTyping();
    const id = activity.channelData?.clientActivityID ?? activity.id;
    const known = this.#turns.get(id);
    if (activity.type === 'messageDelete') {
      known?.remove();
      return;
    }
    if (activity.type !== 'message') return;
    const isOwn = activity.from?.id === this.parts.self();
    // A pressed card was answered with what comes again here, for everybody else in the conversation.
    if (known !== undefined && !activity.text && isShowing(known.querySelector('.said > .card'), activity.attachments?.[0]?.content))
      return;
    const content = this.#contentOf(activity);
    if (known !== undefined) {
      // Our own words come back as they were; their state beside them stays.
      if (!isOwn) known.querySelector('.said')?.replaceChildren(...content);
      this.#stayAtEnd();
      return;
    }
    if (content.length === 0) return;
    if (!isOwn) this.#endTyping();
    this.#append(id, this.#turn(activity, isOwn, content), isOwn);
    if (!isOwn) this.parts.onNews?.();
  }

  /**
   * What the reader wrote, before it has arrived.
   * @param {string} id
   * @param {string} text
   */
  showOwn(id, text) {
    const known = this.#turns.get(id);
    const turn = known ?? this.#turn({ type: 'message', id, text, timestamp: new Date().toISOString() }, true, [textBlock(text)]);
    turn.dataset['state'] = 'sending';
    turn.dataset['text'] = text;
    turn.querySelector('.delivery')?.replaceChildren(this.parts.words.on(document.createElement('span'), 'chat.sending'));
    if (known === undefined) this.#append(id, turn, true);
  }

  /**
   * @param {string} id
   * @param {'sent' | 'not-sent'} state
   */
  settle(id, state) {
    const turn = this.#turns.get(id);
    if (turn === undefined) return;
    turn.dataset['state'] = state;
    const delivery = turn.querySelector('.delivery');
    if (state === 'sent') {
      delivery?.replaceChildren();
      return;
    }
    const resend = this.parts.words.on(document.createElement('button'), 'chat.resend');
    resend.type = 'button';
    resend.addEventListener('click', () => this.parts.onResend(id, turn.dataset['text'] ?? ''));
    delivery?.replaceChildren(this.parts.words.on(document.createElement('span'), 'chat.not-sent'), resend);
    this.#stayAtEnd();
  }

  /** Forgets what was said: another conversation begins. */
  clear() {
    this.#turns.clear();
    this.#typing = null;
    this.element.replaceChildren();
  }

  /**
   * A line across, with a sentence.
   * @param {string} word
   */
  divide(word) {
    const line = this.parts.words.on(document.createElement('p'), word);
    line.className = 'divide';
    this.element.append(line);
    this.#stayAtEnd();
  }

  /**
   * @param {Activity} activity
   * @returns {HTMLElement[]}
   */
  #contentOf(activity) {
    const cards = (activity.attachments ?? []).filter(({ contentType }) => contentType === cardType);
    return [
      ...(activity.text ? [textBlock(activity.text)] : []),
      ...cards.map(({ content }) => showCard(this.parts, activity.id, content)),
    ];
  }

  /**
   * @param {Activity} activity
   * @param {boolean} isOwn
   * @param {readonly HTMLElement[]} content
   */
  #turn(activity, isOwn, content) {
    const turn = document.createElement('article');
    turn.className = isOwn ? 'turn own' : 'turn';
    turn.dataset['activity'] = activity.id;
    turn.dataset['from'] = isOwn ? this.parts.self() : (activity.from?.id ?? '');
    if (activity.label) turn.dataset['prompt'] = activity.label;
    const head = document.createElement('p');
    head.className = 'who';
    const name = document.createElement('span');
    if (isOwn) this.parts.words.on(name, 'chat.you');
    else name.textContent = activity.from?.name ?? 'Latchkey';
    head.append(name, timeOf(activity.timestamp, this.parts.words.locale));
    const said = document.createElement('div');
    said.className = 'said';
    if (activity.locale) said.lang = activity.locale;
    said.append(...content);
    const delivery = document.createElement('p');
    delivery.className = 'delivery';
    turn.append(head, said, delivery);
    return turn;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} turn
   * @param {boolean} follow go to the end even from far above
   */
  #append(id, turn, follow) {
    const before = this.#typing === null ? this.element.lastElementChild : this.#typing.previousElementSibling;
    if (before instanceof HTMLElement && before.dataset['from'] === turn.dataset['from']) turn.classList.add('follows');
    this.#turns.set(id, turn);
    if (this.#typing === null) this.element.append(turn);
    else this.#typing.before(turn);
    if (follow) this.#scrollToEnd();
    else this.#stayAtEnd();
  }

  #showTyping() {
    this.#endTyping();
    const sign = this.parts.words.on(document.createElement('p'), 'chat.typing');
    sign.className = 'typing';
    this.#typing = sign;
    this.element.append(sign);
    this.#stayAtEnd();
    setTimeout(() => this.#typing === sign && this.#endTyping(), typingMs);
  }

  #endTyping() {
    this.#typing?.remove();
    this.#typing = null;
  }

  #stayAtEnd() {
    if (this.#atEnd) this.#scrollToEnd();
  }

  #scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }
}

/** @param {string} text */
function textBlock(text) {
  const block = document.createElement('div');
  block.className = 'text';
  block.append(textWithLinks(text));
  return block;
}

/**
 * @param {string | undefined} at
 * @param {string} locale
 */
function timeOf(at, locale) {
  const time = document.createElement('time');
  const moment = at === undefined ? new Date() : new Date(at);
  time.dateTime = moment.toISOString();
  time.textContent = moment.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  return time;
}
