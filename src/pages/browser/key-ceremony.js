/**
 * Asks the security key, when the button is pressed, and sends what it answered with the form. What the browser says by itself (the person
 * cancelled, no key came, no WebAuthn here) is shown and sent nowhere: it costs no try.
 */

const { browserSupportsWebAuthn, startAuthentication, startRegistration, WebAuthnAbortService } = SimpleWebAuthnBrowser;

const form = found('ceremony', HTMLFormElement);
const button = found('ask', HTMLButtonElement);
const busy = found('waiting', HTMLElement);
const answer = form.elements.namedItem('answer');
const { options: optionsText = '{}', act } = form.dataset;

found('no-script', HTMLElement).hidden = true;
if (browserSupportsWebAuthn()) {
  button.hidden = false;
  button.focus();
} else found('unsupported', HTMLElement).hidden = false;

let isAsking = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!isAsking) void ask();
});

async function ask() {
  isAsking = true;
  show(null);
  busy.hidden = false;
  button.setAttribute('aria-busy', 'true');
  try {
    const optionsJSON = JSON.parse(optionsText);
    const given = act === 'create' ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON });
    if (!(answer instanceof HTMLInputElement)) return;
    answer.value = JSON.stringify(given);
    // It stays busy: an answer is good once.
    form.submit();
  } catch (fault) {
    isAsking = false;
    busy.hidden = true;
    button.removeAttribute('aria-busy');
    show(failureOf(fault));
    button.focus();
  }
}

/** @param {unknown} fault @returns {string} which sentence says it */
function failureOf(fault) {
  const { name = '', code = '' } = /** @type {{name?: string, code?: string}} */ (fault ?? {});
  if (name === 'InvalidStateError' || code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'known-here';
  if (name === 'SecurityError' || code === 'ERROR_INVALID_DOMAIN' || code === 'ERROR_INVALID_RP_ID') return 'address';
  // Cancelled, timed out, and a key that is not the account's: the browser tells nobody which (WebAuthn, 14.5).
  if (name === 'NotAllowedError' || name === 'AbortError') return 'cancelled';
  return 'failed';
}

/** @param {string | null} failure */
function show(failure) {
  document.getElementById('problem')?.remove();
  for (const element of form.querySelectorAll('[data-failure]')) {
    if (element instanceof HTMLElement) element.hidden = element.dataset.failure !== failure;
  }
}

// Back to this page by the browser's own button: it may be asked again.
window.addEventListener('pageshow', () => {
  isAsking = false;
  busy.hidden = true;
  button.removeAttribute('aria-busy');
});
window.addEventListener('pagehide', () => WebAuthnAbortService.cancelCeremony());

/**
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
function found(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`no element ${id}`);
  return element;
}
