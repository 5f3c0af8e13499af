import { DirectLine, newActivityId } from './direct-line.js';
import { Transcript } from './transcript.js';

/**
 * A chat with the bot: what was said above, a line to write in below. It knows one conversation and no page: a page gives it a place, a
 * person and words, and may show several.
 *
 * @typedef {import('./direct-line.js').Person} Person
 * @typedef {import('./direct-line.js').Said} Said
 * @typedef {import('./words.js').Words} Words
 * @typedef {import('./cards.js').Pressed} Pressed
 *
 * @typedef {object} ChatParts
 * @property {Element} place an empty element
 * @property {Words} words
 * @property {string} label the id of the sentence that names this chat
 * @property {() => Person} person who speaks; asked each time
 * @property {'execute' | 'submit'} mode how buttons are pressed
 * @property {string} [fixed]
 * @property {{ read(): string | null, write(id: string): void }} [memory]
 * @property {string} [channelId]
 * @property {string} [base]
 * @property {() => Promise<Readonly<Record<string, string>>>} [headers]
 * @property {() => void} [onBeganAnew] another conversation goes on; left out, a line says so
 * @property {() => void} [onNews] somebody else said something
 */

export class Chat {
  #closed = false;

  /** @param {ChatParts} parts */
  constructor(parts) {
    const { place, words } = parts;
    this.parts = parts;
    this.transcript = new Transcript({
      words,
      label: parts.label,
      mode: parts.mode,
      self: () => parts.person().id,
      onPressed: (card, pressed) => void this.#press(card, pressed),
      onResend: (id, text) => void this.#send(id, text),
      ...(parts.onNews ? { onNews: parts.onNews } : {}),
    });
    this.status = document.createElement('p');
    this.status.className = 'chat-status';
    this.status.setAttribute('role', 'status');
    place.replaceChildren(this.transcript.element, this.status, this.#composer());
    this.line = new DirectLine({
      person: parts.person,
      locale: () => words.locale,
      ...(parts.fixed === undefined ? {} : { fixed: parts.fixed }),
      ...(parts.memory === undefined ? {} : { memory: parts.memory }),
      ...(parts.channelId === undefined ? {} : { channelId: parts.channelId }),
      ...(parts.base === undefined ? {} : { base: parts.base }),
      ...(parts.headers === undefined ? {} : { headers: parts.headers }),
      onActivity: (activity) => this.transcript.show(activity),
      onAway: (away) => this.#sayAway(away),
      onBeganAnew: parts.onBeganAnew ?? (() => this.transcript.divide('chat.began-anew')),
    });
  }

  /** Goes on with the conversation, or begins it; what is said from now on is shown. */
  open() {
    this.line.start();
  }

  /**
   * Says something that is not shown. @throws when it did not arrive
   * @param {string} text
   */
  async speak(text) {
    await this.line.post({ type: 'message', text }, newActivityId());
  }

  /** Ends the polling; what is on its way still arrives. */
  close() {
    this.#closed = true;
    this.line.stop();
  }

  #composer() {
    const { words } = this.parts;
    const form = document.createElement('form');
    form.className = 'composer';
    const field = document.createElement('textarea');
    field.rows = 1;
    field.autocomplete = 'off';
    field.enterKeyHint = 'send';
    words.on(field, 'chat.write', 'label');
    words.on(field, 'chat.write', 'placeholder');
    const button = words.on(document.createElement('button'), 'chat.send');
    button.type = 'submit';
    form.append(field, button);
    field.addEventListener('keydown', (event) => {
      // While an input method composes, Enter chooses a word; it sends nothing.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = field.value.trim();
      field.focus();
      if (text === '') return;
      field.value = '';
      void this.#send(newActivityId(), text);
    });
    this.field = field;
    return form;
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async #send(id, text) {
    this.transcript.showOwn(id, text);
    try {
      await this.line.post({ type: 'message', text }, id);
      this.transcript.settle(id, 'sent');
    } catch {
      this.transcript.settle(id, 'not-sent');
    }
  }

  /**
   * @param {import('./shown-card.js').ShownCard} card
   * @param {Pressed} pressed
   */
  async #press(card, pressed) {
    const hadFocus = card.element.contains(document.activeElement);
    const said = saidBy(pressed, card.activityId);
    card.busy(true);
    try {
      const accepted = await this.line.post(said, card.idFor(said));
      if (said.type === 'invoke') card.answered(accepted.body);
    } catch {
      card.failed();
    } finally {
      card.busy(false);
    }
    // The button that had the focus is gone with its card: the keyboard goes on in the line below, one step from the next card.
    if (hadFocus && !this.#closed && !card.element.contains(document.activeElement)) this.field?.focus({ preventScroll: true });
  }

  /** @param {boolean} away */
  #sayAway(away) {
    const id = away ? 'chat.away' : null;
    if ((this.status.getAttribute('data-word') ?? null) === id) return;
    this.status.removeAttribute('data-word');
    this.status.textContent = '';
    if (id !== null) this.parts.words.on(this.status, id);
  }
}

/**
 * A pressed button as Teams sends it: Action.Execute as an invoke, Action.Submit as a message that holds a value and no text.
 * @param {Pressed} pressed
 * @param {string} replyToId
 * @returns {Said}
 */
function saidBy(pressed, replyToId) {
  if (pressed.type === 'submit') return { type: 'message', value: pressed.data ?? {}, replyToId };
  const action = { type: 'Action.Execute', verb: pressed.verb, data: pressed.data ?? {}, ...(pressed.id ? { id: pressed.id } : {}) };
  return { type: 'invoke', name: 'adaptiveCard/action', value: { action, trigger: 'manual' }, replyToId };
}
