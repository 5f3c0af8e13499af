import { copyButton } from './copy-button.js';

/**
 * The demo people, and the choice of one.
 *
 * @typedef {{ id: string, userId: string, name: string, story: string, password?: string, otpauth?: string }} Account
 * @typedef {import('./words.js').Words} Words
 */

/** @returns {Promise<Account[]>} */
export async function fetchAccounts() {
  const response = await fetch('/local/accounts', { cache: 'no-store' });
  if (!response.ok) throw new Error(`accounts answered ${response.status}`);
  return response.json();
}

/** A choice of one person, remembered by the browser. */
export class PersonChoice {
  /** @type {readonly Account[]} */
  #accounts = [];

  /**
   * @param {HTMLSelectElement} select
   * @param {string} memory where the choice is remembered
   * @param {Words} words
   */
  constructor(select, memory, words) {
    this.select = select;
    this.memory = memory;
    this.words = words;
    select.addEventListener('change', () => localStorage.setItem(memory, select.value));
  }

  /**
   * Offers these people; who was chosen stays chosen.
   * @param {readonly Account[]} accounts
   */
  offer(accounts) {
    const chosen = this.select.value || localStorage.getItem(this.memory);
    this.#accounts = accounts;
    this.select.replaceChildren(...accounts.map((account) => this.#option(account)));
    if (accounts.some(({ id }) => id === chosen)) this.select.value = chosen ?? '';
  }

  /**
   * What is known of the people offered, read anew; an open list stays as it stands.
   * @param {readonly Account[]} accounts
   */
  know(accounts) {
    this.#accounts = accounts;
  }

  /** @returns {Account} */
  get chosen() {
    const account = this.#accounts.find(({ id }) => id === this.select.value);
    if (account === undefined) throw new Error('nobody is chosen');
    return account;
  }

  /** @param {Account} account */
  #option(account) {
    const option = document.createElement('option');
    option.value = account.id;
    option.textContent = `${account.name} · ${this.words.say(`local-page.story.${account.story}`)}`;
    return option;
  }
}

/**
 * What to know of a person: their story, their user ID, and the password they had when the demo began.
 * @param {Account} account
 * @param {Words} words
 */
export function aboutPerson(account, words) {
  const story = words.on(document.createElement('p'), `local-page.story.${account.story}.text`);
  const facts = document.createElement('dl');
  const none = account.story === 'no-password' ? 'local-page.no-password' : 'local-page.password-changed';
  facts.append(...fact(words, 'local-page.user-id', account.userId, none), ...fact(words, 'local-page.password', account.password, none));
  const about = document.createElement('details');
  about.open = matchMedia('(min-width: 64rem)').matches;
  about.append(words.on(document.createElement('summary'), 'local-page.about'), story, facts);
  return about;
}

/**
 * @param {Words} words
 * @param {string} word
 * @param {string | undefined} value
 * @param {string} none what is said where there is no value
 */
function fact(words, word, value, none) {
  const term = words.on(document.createElement('dt'), word);
  const detail = document.createElement('dd');
  const shown = document.createElement('span');
  detail.append(shown);
  if (value === undefined) words.on(shown, none);
  else {
    shown.textContent = value;
    detail.append(
      copyButton(
        words,
        () => value,
        () => `${words.say('local-page.copy')}: ${words.say(word)}`,
      ),
    );
  }
  return [term, detail];
}
