import { aboutPerson, fetchAccounts, PersonChoice } from './accounts.js';
import { Apps } from './apps.js';
import { Chat } from './chat-client.js';
import { Outbox } from './outbox.js';
import { Phone } from './phone.js';
import { Words } from './words.js';

/**
 * The page at `/` of local mode: an employee's chat, the helpdesk's channel and the outbox side by side.
 *
 * @typedef {import('./accounts.js').Account} Account
 */

const words = new Words();
const query = new URLSearchParams(location.search);
/** `?submit`: buttons as hosts without Action.Execute press them; `?plain`: a channel that shows no cards. */
const mode = query.has('submit') ? 'submit' : 'execute';
const channelId = query.has('plain') ? 'sms' : undefined;

const employee = new PersonChoice(element('employee-who', HTMLSelectElement), 'latchkey.employee', words);
const agent = new PersonChoice(element('desk-who', HTMLSelectElement), 'latchkey.agent', words);
const apps = new Apps(element('apps'), element('apps-empty'), words);
const phone = new Phone({ place: element('phone'), words });
const outbox = new Outbox({
  list: element('parcels'),
  empty: element('outbox-empty'),
  away: element('outbox-away'),
  words,
  onFresh: (parcels) => void (phone.ring(parcels) && markNews('outbox', 'local-page.rings')),
  onNews: () => markNews('outbox'),
});
/** @type {Chat | null} */
let chat = null;

await speak(chosenLanguage());
const { organisation, deskConversation } = await (await fetch('/local/page')).json();
element('organisation').textContent = organisation;
offerPeople(await fetchAccounts());
openChat();
const deskChat = new Chat({
  place: element('desk-chat'),
  words,
  label: 'local-page.desk-log',
  person: () => personOf(agent.chosen),
  mode,
  fixed: deskConversation,
  onNews() {
    element('desk-empty').hidden = true;
    markNews('desk');
  },
});
deskChat.open();
showPane('employee');
every(1000, () => outbox.refresh());
every(3000, async () => {
  const accounts = await fetchAccounts();
  const before = JSON.stringify(employee.chosen);
  employee.know(accounts);
  if (JSON.stringify(employee.chosen) !== before) showAbout();
  await apps.show(accounts, [employee.chosen.id, agent.chosen.id]);
});

employee.select.addEventListener('change', openChat);
for (const button of document.querySelectorAll('[data-pane]'))
  button.addEventListener('click', () => showPane(button.getAttribute('data-pane') ?? ''));
for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => void changeLanguage(button.getAttribute('data-language') ?? 'en'));

/** The employee's chat begins, or goes on where this person left it. */
function openChat() {
  chat?.close();
  const account = employee.chosen;
  const memory = `latchkey.conversation.${account.id}`;
  showAbout();
  chat = new Chat({
    place: element('employee-chat'),
    words,
    label: 'local-page.employee-log',
    person: () => personOf(account),
    mode,
    memory: { read: () => localStorage.getItem(memory), write: (id) => localStorage.setItem(memory, id) },
    ...(channelId === undefined ? {} : { channelId }),
    onNews: () => markNews('employee'),
  });
  chat.open();
}

/** @param {Account[]} accounts */
function offerPeople(accounts) {
  employee.offer(accounts);
  agent.offer(accounts.filter(({ story }) => story === 'agent'));
}

/** @param {Account} account */
function personOf({ id, name }) {
  return { id, aadObjectId: id, name };
}

function showAbout() {
  element('employee-about').replaceChildren(aboutPerson(employee.chosen, words));
}

/** Everything on the page is said anew; what was said in the chats stays as it was said. @param {string} language */
async function changeLanguage(language) {
  localStorage.setItem('latchkey.language', language);
  await speak(language);
  offerPeople(await fetchAccounts());
  showAbout();
  phone.redraw();
  outbox.redraw();
  await outbox.refresh();
}

/** @param {string} language */
async function speak(language) {
  words.set(language, await (await fetch(`/assets/words/${language}`)).json());
  document.documentElement.lang = language;
  document.title = words.say('local-page.title');
  words.fillAll(document);
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.getAttribute('data-language') === language));
}

/** What was chosen before, else what the browser asks for. */
function chosenLanguage() {
  const wanted = [localStorage.getItem('latchkey.language') ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.find((language) => language === 'sv' || language === 'en') ?? 'en';
}

/** On a narrow screen one pane is shown at a time. @param {string} pane */
function showPane(pane) {
  document.body.dataset['pane'] = pane;
  for (const button of document.querySelectorAll('[data-pane]')) {
    const isShown = button.getAttribute('data-pane') === pane;
    if (isShown) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    if (isShown) button.querySelector('.news')?.remove();
  }
}

/**
 * Something came in a pane that is not shown.
 * @param {string} pane
 * @param {string} word
 */
function markNews(pane, word = 'local-page.news') {
  if (document.body.dataset['pane'] === pane) return;
  const button = document.querySelector(`[data-pane="${pane}"]`);
  if (button === null || button.querySelector('.news') !== null) return;
  const mark = words.on(document.createElement('span'), word);
  mark.className = 'news';
  button.append(mark);
}

/**
 * Does something again and again, each time after the last has ended; what fails is tried at the next time.
 * @param {number} ms
 * @param {() => Promise<void>} task
 */
function every(ms, task) {
  const again = () =>
    void task()
      .catch(() => {})
      .then(() => setTimeout(again, ms));
  again();
}

/**
 * An element the page is sure to have.
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} [kind]
 * @returns {E}
 */
function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`the page has no ${id}`);
  return /** @type {E} */ (found);
}
