import type { SentenceParams } from '../../locales/sentences.ts';
import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import type { PageWords } from './words.ts';

/** Which account, what for and when: a page that somebody else asked for can be told by it. */
export const facts = (words: PageWords, page: PageRecord, userId: string, purpose: SentenceParams = {}): Html =>
  html`<dl class="facts">
    <div>
      <dt>${words.say('fact.account')}</dt>
      <dd>${userId}</dd>
    </div>
    <div>
      <dt>${words.say('fact.purpose')}</dt>
      <dd>${words.say(`${page.kind}.purpose`, purpose)}</dd>
    </div>
    <div>
      <dt>${words.say('fact.asked')}</dt>
      <dd>${words.say('fact.asked.at', { at: page.createdAt })}</dd>
    </div>
    <div>
      <dt>${words.say('fact.until')}</dt>
      <dd>${words.say('fact.until.at', { at: page.expiresAt })}</dd>
    </div>
  </dl>`;

/** What to do about a page one did not ask for, in the words of its chat. */
export const stopLine = (words: PageWords, page: PageRecord): Html => html`<p class="small">${words.say(`${page.kind}.stop`)}</p>`;
