/**
 * A button that copies, and says so for a moment.
 * @param {import('./words.js').Words} words
 * @param {() => string} text what to copy
 * @param {() => string} label what the button does, in full
 * @param {string} [word] what it says
 */
export function copyButton(words, text, label, word = 'local-page.copy') {
  const button = words.on(document.createElement('button'), word);
  button.type = 'button';
  button.className = 'copy';
  button.ariaLabel = label();
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    words.on(button, 'local-page.copied');
    button.ariaLabel = words.say('local-page.copied');
    setTimeout(() => {
      words.on(button, word);
      button.ariaLabel = label();
    }, 1500);
  };
  button.addEventListener('click', () => void copy());
  return button;
}
