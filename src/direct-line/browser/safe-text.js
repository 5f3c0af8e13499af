/** Text of others made into parts of a page: nothing in it becomes markup, and a link leads to the web, in a tab of its own. */

const link = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]]/g;

/**
 * Text as text, its web addresses as links.
 * @param {string} text
 */
export function textWithLinks(text) {
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const found of text.matchAll(link)) {
    fragment.append(text.slice(at, found.index), anchor(found[0]));
    at = found.index + found[0].length;
  }
  fragment.append(text.slice(at));
  return fragment;
}

/** @param {string} url */
function anchor(url) {
  const element = document.createElement('a');
  element.href = url;
  element.target = '_blank';
  element.rel = 'noopener noreferrer';
  element.textContent = url;
  return element;
}

/**
 * The part of Markdown that Teams shows in a card's text, as HTML: bold, italics, links, lists, line breaks. Everything else is escaped.
 * @param {string} text
 */
export function cardMarkdown(text) {
  return text
    .split(/\n{2,}/)
    .map((block) => listOf(block) ?? `<p>${block.split('\n').map(spans).join('<br>')}</p>`)
    .join('');
}

/** @param {string} block */
function listOf(block) {
  const lines = block.split('\n');
  const kind = [
    ['ul', /^\s*[-*]\s+/],
    ['ol', /^\s*\d{1,2}[.)]\s+/],
  ].find(([, mark]) => mark instanceof RegExp && lines.every((line) => mark.test(line)));
  const [tag, mark] = kind ?? [];
  if (typeof tag !== 'string' || mark === undefined) return null;
  return `<${tag}>${lines.map((line) => `<li>${spans(line.replace(mark, ''))}</li>`).join('')}</${tag}>`;
}

/**
 * Signs after a backslash are meant as they stand; they are set aside as private-use characters while the marks are read.
 * @param {string} line
 */
function spans(line) {
  const setAside = line
    .replaceAll(/[\uE000-\uE0FF]/g, '')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, (_, sign) => String.fromCharCode(0xe000 + sign.charCodeAt(0)));
  return escaped(setAside)
    .replaceAll(
      /\[([^\]]+)\]\((https?:[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)/g,
      '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>',
    )
    .replaceAll(/\*\*(?=\S)(.+?)(?<=\S)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])/g, '<em>$1</em>')
    .replaceAll(/[\uE000-\uE0FF]/g, (sign) => escaped(String.fromCharCode(sign.charCodeAt(0) - 0xe000)));
}

/** @param {string} text */
const escaped = (text) => text.replaceAll(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
