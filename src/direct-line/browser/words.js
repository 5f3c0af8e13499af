/**
 * The page's own words, and their change of language while it stands: elements name their sentence, and are filled anew.
 *
 * @typedef {Readonly<Record<string, string>>} Texts
 */

export class Words {
  /** @type {Texts} */
  #texts = {};
  language = 'en';

  /**
   * @param {string} language
   * @param {Texts} texts
   */
  set(language, texts) {
    this.language = language;
    this.#texts = texts;
  }

  /** Language and region, as activities and dates carry it. */
  get locale() {
    return this.language === 'sv' ? 'sv-SE' : 'en-GB';
  }

  /**
   * @param {string} id
   * @param {Readonly<Record<string, string | number>>} [params]
   */
  say(id, params = {}) {
    return (this.#texts[id] ?? id).replaceAll(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
  }

  /**
   * Names the sentence of an element and fills it.
   * @template {Element} E
   * @param {E} element
   * @param {string} id
   * @param {'text' | 'label' | 'placeholder'} [part]
   */
  on(element, id, part = 'text') {
    element.setAttribute(attributeOf[part], id);
    this.fill(element);
    return element;
  }

  /**
   * Fills everything below that names its sentence.
   * @param {ParentNode} root
   */
  fillAll(root) {
    for (const element of root.querySelectorAll('[data-word], [data-word-label], [data-word-placeholder]')) this.fill(element);
  }

  /** @param {Element} element */
  fill(element) {
    const text = element.getAttribute(attributeOf.text);
    const label = element.getAttribute(attributeOf.label);
    const placeholder = element.getAttribute(attributeOf.placeholder);
    if (text !== null) element.textContent = this.say(text);
    if (label !== null) element.setAttribute('aria-label', this.say(label));
    if (placeholder !== null) element.setAttribute('placeholder', this.say(placeholder));
  }
}

const attributeOf = { text: 'data-word', label: 'data-word-label', placeholder: 'data-word-placeholder' };
