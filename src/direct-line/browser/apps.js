import { copyButton } from './copy-button.js';
import { codeAt, readApp } from './totp.js';

/**
 * The authenticator apps of the demo people, each with its running code.
 *
 * @typedef {import('./accounts.js').Account} Account
 * @typedef {import('./words.js').Words} Words
 * @typedef {{ element: HTMLElement, tick: (now: number) => Promise<void> }} ShownApp
 */

export class Apps {
  /** @type {Map<string, ShownApp>} */
  #shown = new Map();

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} empty what stands there when nobody has an app
   * @param {Words} words
   */
  constructor(list, empty, words) {
    this.list = list;
    this.empty = empty;
    this.words = words;
    setInterval(() => void this.tick(), 1000);
  }

  /**
   * Shows one row for each app; those of the people at hand come first.
   * @param {readonly Account[]} accounts
   * @param {readonly string[]} first ids
   */
  async show(accounts, first) {
    const withApp = accounts.filter((account) => account.otpauth !== undefined);
    const ordered = [...withApp].sort((a, b) => rank(b, first) - rank(a, first));
    const rows = new Map();
    for (const account of ordered) {
      const key = `${account.id} ${account.otpauth}`;
      rows.set(key, this.#shown.get(key) ?? (await this.#row(account)));
    }
    this.#shown = rows;
    const elements = [...rows.values()].map((row) => row.element);
    // Put back only when something moved: a button that has the focus keeps it.
    if (elements.some((element, index) => this.list.children[index] !== element) || this.list.children.length !== elements.length)
      this.list.replaceChildren(...elements);
    this.empty.hidden = elements.length > 0;
    await this.tick();
  }

  async tick() {
    const now = Date.now();
    await Promise.all([...this.#shown.values()].map((row) => row.tick(now)));
  }

  /**
   * @param {Account} account
   * @returns {Promise<ShownApp>}
   */
  async #row(account) {
    const app = await readApp(account.otpauth ?? '');
    const element = document.createElement('li');
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = account.name;
    const code = document.createElement('span');
    code.className = 'code';
    const left = document.createElement('span');
    left.className = 'left';
    let current = '';
    const copy = copyButton(
      this.words,
      () => current,
      () => this.words.say('local-page.copy-app-code', { name: account.name }),
    );
    element.append(name, code, left, copy);
    const tick = async (/** @type {number} */ now) => {
      const running = await codeAt(app, now);
      current = running.code;
      code.textContent = grouped(running.code);
      left.textContent = this.words.say('local-page.seconds', { seconds: running.secondsLeft });
      element.classList.toggle('ending', running.secondsLeft <= 5);
    };
    return { element, tick };
  }
}

/**
 * @param {Account} account
 * @param {readonly string[]} first
 */
const rank = (account, first) => (first.includes(account.id) ? 1 : 0);

/** Two halves, as phones show it. @param {string} code */
const grouped = (code) => `${code.slice(0, code.length / 2)} ${code.slice(code.length / 2)}`;
