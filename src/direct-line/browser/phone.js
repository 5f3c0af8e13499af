/**
 * The telephone of the page: it rings when Latchkey would have called, can be answered and keyed, and shows what it says.
 *
 * @typedef {import('./outbox.js').Parcel} Parcel
 * @typedef {import('./words.js').Words} Words
 * @typedef {{ says: string[], listens: string | null, keys: number, language: string }} Spoken
 * @typedef {{ parcel: Parcel, id: string, step: string | null, keys: number, isAnswered: boolean, isBusy: boolean }} Call
 */

const keypad = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
/** Calls that this tab has hung up: they do not ring again when the page is read anew. */
const memory = 'latchkey.calls-over';

export class Phone {
  /** @type {Call | null} */
  #call = null;
  /** @type {Parcel[]} */
  #waiting = [];
  #keyed = '';

  /**
   * @param {{ place: HTMLElement, words: Words }} parts
   */
  constructor({ place, words }) {
    this.place = place;
    this.words = words;
    this.state = part(place, '.state');
    this.said = part(place, '.said');
    this.shown = part(place, '.keyed');
    this.answer = part(place, '.answer');
    this.hangUp = part(place, '.hang-up');
    this.done = part(place, '.done');
    this.pad = part(place, '.keypad');
    for (const key of keypad) this.pad.append(this.#keyButton(key));
    this.answer.addEventListener('click', () => void this.#send(null, ''));
    this.hangUp.addEventListener('click', () => void this.#end());
    this.done.addEventListener('click', () => void this.#pressed());
    place.addEventListener('keydown', ({ key, ctrlKey, altKey, metaKey }) => {
      if (!ctrlKey && !altKey && !metaKey && keypad.includes(key)) this.#key(key);
    });
  }

  /** Calls that came in, newest last. @param {Parcel[]} parcels @returns whether one of them rings */
  ring(parcels) {
    const over = overCalls();
    const ringing = parcels.filter(({ kind, url }) => kind === 'call' && url !== undefined && !over.includes(url));
    this.#waiting.push(...ringing);
    if (this.#call === null || !this.#call.isAnswered || this.#call.step === null) this.#next();
    return ringing.length > 0;
  }

  /** The newest call rings; older ones that nobody answered have stopped. */
  #next() {
    const parcel = this.#waiting.pop();
    for (const { url } of [...this.#waiting.splice(0), ...(parcel !== undefined && this.#call ? [this.#call.parcel] : [])]) void end(url);
    if (parcel !== undefined) {
      this.#call = { parcel, id: crypto.randomUUID(), step: null, keys: 0, isAnswered: false, isBusy: false };
      this.said.replaceChildren();
      this.#keyed = '';
    }
    this.#draw();
  }

  #draw() {
    const call = this.#call;
    this.place.hidden = call === null;
    if (call === null) return;
    const { isAnswered, step } = call;
    this.place.classList.toggle('ringing', !isAnswered);
    this.words.on(
      this.state,
      isAnswered ? (step === null ? 'local-page.phone-over' : 'local-page.phone-in-call') : 'local-page.phone-ringing',
    );
    this.state.textContent = `${this.state.textContent} ${call.parcel.to}`;
    this.shown.textContent = this.#keyed === '' ? '–' : this.#keyed;
    this.answer.hidden = isAnswered;
    this.words.on(
      this.hangUp,
      isAnswered ? (step === null ? 'local-page.phone-close' : 'local-page.phone-hang-up') : 'local-page.phone-decline',
    );
    for (const each of [this.pad, this.shown, this.done]) each.hidden = step === null;
  }

  /** Another language: what the buttons say; what was said stays as it was said. */
  redraw() {
    this.#draw();
  }

  /** @param {string} key */
  #key(key) {
    const call = this.#call;
    if (call === null || call.step === null || call.isBusy || this.#keyed.length >= call.keys) return;
    this.#keyed += key;
    this.#draw();
    if (this.#keyed.length === call.keys) void this.#pressed();
  }

  /** What was keyed goes on its way: all the keys that are waited for, or fewer, as when no more come. */
  async #pressed() {
    const call = this.#call;
    if (call !== null && call.step !== null) await this.#send(call.step, this.#keyed);
  }

  /**
   * @param {string | null} step
   * @param {string} keys
   */
  async #send(step, keys) {
    const call = this.#call;
    if (call === null || call.isBusy) return;
    call.isBusy = true;
    if (keys !== '') this.#say(keys, 'own');
    try {
      const spoken = await post(call.parcel.url ?? '', { call: call.id, step, keys });
      call.isAnswered = true;
      call.step = spoken.listens;
      call.keys = spoken.keys;
      this.#keyed = '';
      for (const sentence of spoken.says) this.#say(sentence, 'theirs', spoken.language);
    } catch {
      this.#say(this.words.say('local-page.phone-away'), 'away');
    }
    call.isBusy = false;
    const hadFocus = document.activeElement === this.answer;
    this.#draw();
    if (call.step === null && call.isAnswered) forget(call.parcel.url);
    if (hadFocus && this.answer.hidden) (this.pad.hidden ? this.hangUp : part(this.pad, 'button')).focus();
  }

  /**
   * @param {string} text
   * @param {'own' | 'theirs' | 'away'} who
   * @param {string} [language]
   */
  #say(text, who, language) {
    const line = document.createElement('li');
    line.className = who;
    line.textContent = text;
    if (language !== undefined) line.lang = language;
    this.said.append(line);
    line.scrollIntoView({ block: 'nearest' });
  }

  /** Hung up, or not taken. */
  async #end() {
    const call = this.#call;
    if (call === null) return;
    this.#call = null;
    forget(call.parcel.url);
    if (!call.isAnswered || call.step !== null) await end(call.parcel.url);
    this.#next();
  }

  /** @param {string} key */
  #keyButton(key) {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = key;
    if (key === '*') this.words.on(made, 'local-page.phone-star', 'label');
    if (key === '#') this.words.on(made, 'local-page.phone-hash', 'label');
    made.addEventListener('click', () => this.#key(key));
    return made;
  }
}

/**
 * @param {string} url
 * @param {object} body
 * @returns {Promise<Spoken>}
 */
async function post(url, body) {
  const { pathname, search } = new URL(url);
  const response = await fetch(`${pathname}${search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`the call answered ${response.status}`);
  return response.json();
}

/** Nobody is there any more. @param {string | undefined} url */
async function end(url) {
  if (url === undefined) return;
  forget(url);
  await fetch(`${new URL(url).pathname}/ended`, { method: 'POST' }).catch(() => {});
}

/** @returns {string[]} */
const overCalls = () => JSON.parse(sessionStorage.getItem(memory) ?? '[]');

/** @param {string | undefined} url */
function forget(url) {
  if (url !== undefined) sessionStorage.setItem(memory, JSON.stringify([...overCalls(), url].slice(-50)));
}

/**
 * @param {ParentNode} place
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(place, selector) {
  const found = place.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`the telephone has no ${selector}`);
  return found;
}
