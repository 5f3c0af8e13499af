import { Chat } from './chat-client.js';
import { Work } from './door-work.js';
import { Words } from './words.js';

/** The front door: one chat, full screen. Who it is for, nobody knows; a cookie that no script can read holds the conversation. */

const language = document.documentElement.lang;
const words = new Words();
words.set(language, await (await fetch(`start/assets/words/${language}`)).json());
words.fillAll(document);

const work = new Work('start/work');
const visitor = { id: 'visitor', aadObjectId: '', name: '' };
const place = document.getElementById('chat');
if (place === null) throw new Error('the page has no place for a chat');

const chat = new Chat({
  place,
  words,
  label: 'door.log',
  person: () => visitor,
  mode: 'execute',
  base: 'start/v3/directline/conversations',
  headers: async () => ({ 'x-latchkey-work': await work.take() }),
  // What stands here may be somebody else's: the conversation ended because nobody spoke for long.
  onBeganAnew() {
    chat.transcript.clear();
    chat.transcript.divide('door.began-anew');
  },
});
chat.open();
// On a telephone the chat takes the room; what to have at hand is one touch away, and the first words say it too.
const hand = document.querySelector('details.hand');
if (hand instanceof HTMLDetailsElement && !matchMedia('(min-width: 48rem)').matches) hand.open = false;

for (const link of document.querySelectorAll('[data-language]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    if (link instanceof HTMLAnchorElement && link.lang !== language) void speak(link);
  });
}

/**
 * The bot goes on in that language, and the page with it.
 * @param {HTMLAnchorElement} link
 */
async function speak(link) {
  await chat.speak(link.dataset['command'] ?? '').catch(() => undefined);
  location.href = link.href;
}
