import { html, type Html } from '../html.ts';
import type { PageRecord } from '../page-record.ts';
import { facts, stopLine } from './facts.ts';
import type { Layout } from './layout.ts';
import type { PageWords } from './words.ts';

interface Enrolment {
  readonly userId: string;
  /** The QR code as inline SVG, always dark on white. */
  readonly image: Html;
  /** Base32, as apps take it. */
  readonly secret: string;
  readonly otpauth: string;
}

/** The QR code and the key to type by hand. The app's first code is typed in the chat: it is worthless a moment later. */
export const enrolAuthenticatorAppPage = (words: PageWords, page: PageRecord, view: Enrolment): Layout => {
  const say = (key: string): string => words.say(`enrol-authenticator-app.${key}`);
  return {
    title: say('title'),
    body: html`${facts(words, page, view.userId)}
      <ol class="steps">
        <li>${say('open')}</li>
        <li>
          ${say('scan')}
          <div class="code" role="img" aria-label="${say('image')}">${view.image}</div>
          <h2 id="key">${say('key')}</h2>
          <p class="secret" aria-labelledby="key">${inFours(view.secret)}</p>
          <p class="small">${say('key.hint')}</p>
          <p><a href="${view.otpauth}">${say('link')}</a></p>
        </li>
        <li><strong>${say('type')}</strong></li>
      </ol>
      <p class="small">${say('secret')}</p>
      ${stopLine(words, page)}`,
  };
};

/** Groups of four, so that a person does not lose their place. */
const inFours = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? secret;
