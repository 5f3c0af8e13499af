import type { Purpose } from '../../../dialogs/methods.ts';
import { html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import { problem, type Layout } from './layout.ts';
import type { PageWords } from './words.ts';

interface Ceremony {
  readonly userId: string;
  readonly csrf: string;
  /** WebAuthn's options, as JSON. */
  readonly options: string;
  readonly purpose: Purpose;
  readonly wrong: string | null;
}

/** What the browser says of a key by itself: nothing of it was sent, and no try was counted. */
const failures = ['cancelled', 'known-here', 'address', 'failed'] as const;

/** The account, what for and since when, and a button that asks the key. Only a script can: without one the page says so. */
export const keyCeremonyPage = (words: PageWords, page: PageRecord, view: Ceremony): Layout => {
  const own = (key: string): string => words.say(`${page.kind}.${key}`);
  const shared = (key: string): string => words.say(`security-key.${key}`);
  return {
    title: own('title'),
    libraries: ['webauthn.js'],
    scripts: ['key-ceremony.js'],
    body: html`${facts(words, page, view.userId, purposeOf(view.purpose))}
      <ol class="steps">
        <li>${own('press')}</li>
        <li>${shared('touch')}</li>
        <li>${shared('digits')}</li>
      </ol>
      <p class="problem" id="no-script">${shared('no-script')}</p>
      <p class="problem" id="unsupported" role="alert" hidden>${shared('unsupported')}</p>
      <form method="post" id="ceremony" data-options="${view.options}" data-act="${page.kind === 'enrol-security-key' ? 'create' : 'get'}">
        <input type="hidden" name="csrf" value="${view.csrf}" />
        <input type="hidden" name="answer" value="" />
        ${problem(view.wrong)}
        ${failures.map((name) => html`<p class="problem" data-failure="${name}" role="alert" hidden>${name === 'cancelled' ? own(name) : shared(name)}</p>`)}
        <p class="small" id="waiting" role="status" hidden>${shared('waiting')}</p>
        <button type="submit" id="ask" autofocus hidden>${own('submit')}</button>
      </form>
      ${stopLine(words, page)}`,
  };
};

/** The ceremony was right: the digits that carry it into the chat it was asked for in (I21). */
export const keyDigitsPage = (
  words: PageWords,
  page: PageRecord,
  view: { readonly userId: string; readonly digits: string | null },
): Layout => {
  const say = (key: string): string => words.say(`${view.digits === null ? page.kind : 'security-key'}.${key}`);
  if (view.digits === null) return { title: say('done.title'), body: html`<p>${say('done.text')}</p>` };
  return {
    title: say('right.title'),
    body: html`<p>${say('right.text')}</p>
      <p class="digits-shown"><strong>${view.digits.replace(/^(...)/, '$1 ')}</strong></p>
      <p class="small">${say('right.keep')}</p>
      ${stopLine(words, page)}`,
  };
};

/** As a sentence selects on it: ICU takes no hyphen there. */
const purposeOf = (purpose: Purpose): { readonly purpose: string } => ({ purpose: purpose.replace('-', '_') });
