/**
 * Shows, while one types, how hard the new password is to guess, and that both fields agree. Advice only: nothing leaves the browser, and the
 * directory decides when the form is sent. The page works without this.
 */

/** Long enough after a key that a slow phone keeps up and a screen reader is not interrupted. */
const pauseMs = 250;
/** What is beyond is not weighed: it is strong by its length, and weighing it would take long. */
const mostWeighed = 100;

const password = field('password');
const again = field('again');
const strength = document.getElementById('strength');
const words = document.getElementById('strength-words');
const meter = strength?.querySelector('meter');
const same = document.getElementById('same');
const { known = '[]', same: sameWords = '' } = password.form?.dataset ?? {};

const { ZxcvbnFactory } = zxcvbnts.core;
const { adjacencyGraphs, dictionary } = zxcvbnts['language-common'];
const weigher = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary, maxLength: mostWeighed });
/** @type {string[]} */
const easyToKnow = JSON.parse(known);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
for (const each of [password, again]) {
  each.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, pauseMs);
  });
}

function show() {
  if (strength === null || words === null || !meter) return;
  strength.hidden = password.value === '';
  if (password.value !== '') {
    const { score } = weigher.check(password.value.normalize('NFC').slice(0, mostWeighed), easyToKnow);
    meter.value = score + 1;
    say(words, strength.getAttribute(`data-score-${score}`) ?? '');
  }
  if (same !== null) say(same, again.value !== '' && again.value === password.value ? sameWords : '');
}

/** @param {HTMLElement} element @param {string} text said again only when it changes */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {string} id @returns {HTMLInputElement} */
function field(id) {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLInputElement)) throw new Error(`no field ${id}`);
  return found;
}
