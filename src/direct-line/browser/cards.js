import { cardMarkdown } from './safe-text.js';

/**
 * Adaptive Cards by Microsoft's renderer, which the page loads before us as a classic script.
 *
 * @typedef {import('adaptivecards').Action} Action
 * @typedef {{ type: 'execute', verb: string, id: string | undefined, data: unknown } | { type: 'submit', data: unknown }} Pressed
 */

/** @type {typeof import('adaptivecards')} */
const renderer = Reflect.get(globalThis, 'AdaptiveCards');

renderer.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = cardMarkdown(text);
  result.didProcess = true;
};

export const cardType = 'application/vnd.microsoft.card.adaptive';

/** @param {string} name a custom property of the page's theme */
const paint = (name) => ({ default: `var(--${name})`, subtle: 'var(--quiet)' });

const colours = {
  default: paint('ink'),
  dark: paint('ink'),
  light: paint('quiet'),
  accent: paint('act'),
  good: paint('good'),
  warning: paint('warn'),
  attention: paint('wrong'),
};

/** One configuration for every theme: its colours are the page's custom properties, so a card follows the theme while it stands. */
const hostConfig = new renderer.HostConfig({
  fontFamily: 'inherit',
  fontSizes: { small: 13, default: 15, medium: 16, large: 19, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 650 },
  spacing: { small: 4, default: 10, medium: 16, large: 22, extraLarge: 30, padding: 16 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  supportsInteractivity: true,
  containerStyles: {
    default: { backgroundColor: 'transparent', foregroundColors: colours },
    emphasis: { backgroundColor: 'var(--soft)', foregroundColors: colours },
    accent: { backgroundColor: 'var(--soft)', foregroundColors: colours },
    good: { backgroundColor: 'var(--good-ground)', foregroundColors: colours },
    warning: { backgroundColor: 'var(--warn-ground)', foregroundColors: colours },
    attention: { backgroundColor: 'var(--wrong-ground)', foregroundColors: colours },
  },
  actions: {
    maxActions: 12,
    spacing: 'medium',
    buttonSpacing: 8,
    actionsOrientation: 'vertical',
    actionAlignment: 'stretch',
    allowTitleToWrap: true,
  },
  inputs: {
    label: { inputSpacing: 'small', requiredInputs: { weight: 'bolder' }, optionalInputs: { weight: 'bolder' } },
    errorMessage: { color: 'attention', weight: 'bolder' },
  },
  factSet: { title: { weight: 'default', isSubtle: true, wrap: true, maxWidth: 140 }, value: { wrap: true }, spacing: 16 },
  textBlock: { headingLevel: 3 },
});
// A card asks for one thing, so a mark for "required" says nothing. The renderer reads this from no configuration, its own star wins.
hostConfig.inputs.label.requiredInputs.suffix = '';

/**
 * Draws a card. In `submit` mode the renderer does not know Action.Execute, as older hosts do not, and takes each action's fallback.
 * @param {unknown} json
 * @param {'execute' | 'submit'} mode
 * @param {(pressed: Pressed) => void} onPressed
 * @returns {HTMLElement | null} null when it is no card
 */
export function drawCard(json, mode, onPressed) {
  const card = new renderer.AdaptiveCard();
  card.hostConfig = hostConfig;
  card.onExecuteAction = (action) => {
    if (action instanceof renderer.ExecuteAction) onPressed({ type: 'execute', verb: action.verb, id: action.id, data: action.data });
    else if (action instanceof renderer.SubmitAction) onPressed({ type: 'submit', data: action.data });
    else if (action instanceof renderer.OpenUrlAction) openInTab(action.url ?? '');
  };
  card.onAnchorClicked = (_, anchor) => {
    openInTab(anchor.href);
    return true;
  };
  try {
    card.parse(json, contextOf(mode));
    const drawn = card.render();
    // The renderer makes a stop for the keyboard of the whole card and names it by what it speaks; the live region reads its text anyway.
    drawn?.removeAttribute('tabindex');
    drawn?.removeAttribute('aria-label');
    return drawn ?? null;
  } catch {
    return null;
  }
}

/** @param {'execute' | 'submit'} mode */
function contextOf(mode) {
  const context = new renderer.SerializationContext(renderer.Versions.v1_5);
  /** @type {import('adaptivecards').CardObjectRegistry<Action>} */
  const actions = new renderer.CardObjectRegistry();
  renderer.GlobalRegistry.populateWithDefaultActions(actions);
  if (mode === 'submit') actions.unregister(renderer.ExecuteAction.JsonTypeName);
  context.setActionRegistry(actions);
  return context;
}

/** Only where a person can look or be called; never a script. @param {string} url */
function openInTab(url) {
  const scheme = URL.canParse(url) ? new URL(url).protocol : '';
  if (['http:', 'https:', 'mailto:', 'tel:'].includes(scheme)) window.open(url, '_blank', 'noopener,noreferrer');
}
