import { html } from '../html.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

/** What the browser says of a key by itself: nothing of it was sent, and no try was counted. */
const failures = ['cancelled', 'address', 'failed'] as const;

/** The key was right; the chat has heard so. */
export const doorKeyDonePage = (words: PageWords): Layout => ({
  title: words.say('door-key.done.title'),
  body: html`<p>${words.say('door-key.done.text')}</p>`,
});

/** A button that asks a key, and no word on any account. Only a script can: without one the page says so. */
export const doorKeyPage = (
  words: PageWords,
  view: { readonly csrf: string; readonly options: string; readonly wrong: string | null },
): Layout => {
  const own = (key: string): string => words.say(`use-security-key.${key}`);
  const shared = (key: string): string => words.say(`security-key.${key}`);
  return {
    title: own('title'),
    libraries: ['webauthn.js'],
    scripts: ['key-ceremony.js'],
    body: html`<ol class="steps">
        <li>${own('press')}</li>
        <li>${shared('touch')}</li>
      </ol>
      <p class="problem" id="no-script">${shared('no-script')}</p>
      <p class="problem" id="unsupported" role="alert" hidden>${shared('unsupported')}</p>
      <form method="post" id="ceremony" data-options="${view.options}" data-act="get">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        <input type="hidden" name="answer" value="" />
        ${problem(view.wrong)}
        ${failures.map((name) => html`<p class="problem" data-failure="${name}" role="alert" hidden>${name === 'cancelled' ? own(name) : shared(name)}</p>`)}
        <p class="small" id="waiting" role="status" hidden>${shared('waiting')}</p>
        <button type="submit" id="ask" autofocus hidden>${own('submit')}</button>
      </form>`,
  };
};
