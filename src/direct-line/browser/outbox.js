import { copyButton } from './copy-button.js';
import { textWithLinks } from './safe-text.js';

/**
 * What Latchkey would have sent, newest on top.
 *
 * @typedef {{ at: string | number, kind: 'sms' | 'call' | 'mail', to: string, text: string, url?: string }} Parcel
 * @typedef {import('./words.js').Words} Words
 */

export class Outbox {
  /** @type {string[]} */
  #shown = [];
  #isFirst = true;
  #isRedrawn = false;

  /**
   * @param {{ list: HTMLElement, empty: HTMLElement, away: HTMLElement, words: Words, onFresh: (parcels: Parcel[]) => void, onNews: () => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
  }

  async refresh() {
    const { away, words } = this.parts;
    try {
      const response = await fetch('/local/outbox', { cache: 'no-store' });
      if (!response.ok) throw new Error(`outbox answered ${response.status}`);
      this.#show(await response.json());
      away.removeAttribute('data-word');
      away.textContent = '';
    } catch {
      if (!away.hasAttribute('data-word')) words.on(away, 'local-page.outbox-away');
    }
  }

  /** Another language: everything is drawn anew. */
  redraw() {
    this.#shown = [];
    this.#isFirst = true;
    this.#isRedrawn = true;
    this.parts.list.replaceChildren();
  }

  /** @param {Parcel[]} parcels newest last */
  #show(parcels) {
    const { list, empty, onFresh, onNews } = this.parts;
    const keys = parcels.map((parcel) => JSON.stringify(parcel));
    // The list only grows at its end, unless the server began anew or dropped the oldest.
    const continues = this.#shown.every((key, index) => keys[index] === key);
    if (!continues) {
      list.replaceChildren();
      this.#shown = [];
    }
    const fresh = parcels.slice(this.#shown.length);
    for (const parcel of fresh) list.prepend(this.#card(parcel));
    this.#shown = keys;
    if (fresh.length > 0 && !this.#isRedrawn) onFresh(fresh);
    this.#isRedrawn = false;
    empty.hidden = parcels.length > 0;
    if (fresh.length > 0 && !this.#isFirst) onNews();
    this.#isFirst = false;
  }

  /** @param {Parcel} parcel */
  #card(parcel) {
    const { words } = this.parts;
    const card = document.createElement('li');
    card.className = `parcel ${parcel.kind}`;
    const head = document.createElement('p');
    head.className = 'head';
    const kind = words.on(document.createElement('strong'), `local-page.${parcel.kind}`);
    const to = document.createElement('span');
    to.textContent = words.say('local-page.to', { to: parcel.to });
    const time = document.createElement('time');
    const moment = new Date(parcel.at);
    time.dateTime = moment.toISOString();
    time.textContent = moment.toLocaleTimeString(words.locale);
    head.append(kind, to, time);
    const { subject, text } = split(parcel);
    card.append(head);
    if (subject !== null) {
      const line = document.createElement('p');
      line.className = 'subject';
      line.append(textWithLinks(subject));
      card.append(line);
    }
    const body = document.createElement('div');
    body.className = 'text';
    body.append(textWithLinks(text));
    card.append(body);
    const code = /(?:^|\n)\s*(\d{6})\b/.exec(parcel.text)?.[1];
    if (code !== undefined) {
      const label = () => words.say('local-page.copy-code-of', { code });
      card.append(copyButton(words, () => code, label, 'local-page.copy-code'));
    }
    if (parcel.kind !== 'call' && parcel.url !== undefined && /^https?:/.test(parcel.url)) {
      const link = words.on(document.createElement('a'), 'local-page.open-link');
      link.href = parcel.url;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      card.append(link);
    }
    return card;
  }
}

/**
 * A mail's subject stands above its text.
 * @param {Parcel} parcel
 * @returns {{ subject: string | null, text: string }}
 */
function split({ kind, text }) {
  const end = text.indexOf('\n\n');
  return kind === 'mail' && end > 0 ? { subject: text.slice(0, end), text: text.slice(end + 2) } : { subject: null, text };
}
