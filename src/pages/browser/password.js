/** Password fields: a button that shows what was typed, and one press that counts once. The page works without this. */

for (const button of document.querySelectorAll('button[data-shows]')) {
  const field = document.getElementById(button.getAttribute('data-shows') ?? '');
  if (!(button instanceof HTMLButtonElement) || !(field instanceof HTMLInputElement)) continue;
  const { show = '', hide = '', label = '' } = button.dataset;
  const set = (/** @type {boolean} */ isShown) => {
    field.type = isShown ? 'text' : 'password';
    button.textContent = isShown ? hide : show;
    button.setAttribute('aria-label', `${button.textContent}: ${label}`);
  };
  button.addEventListener('click', () => set(field.type === 'password'));
  // Browsers remember what stood in a text field, not in a password field.
  button.form?.addEventListener('submit', () => set(false));
  button.hidden = false;
}

for (const form of document.querySelectorAll('form')) {
  let isSent = false;
  form.addEventListener('submit', (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    form.querySelector('button[type="submit"]')?.setAttribute('aria-busy', 'true');
  });
  // Back to this page by the browser's own button: it may be sent again.
  window.addEventListener('pageshow', () => {
    isSent = false;
    form.querySelector('button[type="submit"]')?.removeAttribute('aria-busy');
  });
}
