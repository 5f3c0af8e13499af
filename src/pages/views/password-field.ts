import { html, type Html } from '../html.ts';
import type { PageWords } from './words.ts';

export const passwordScripts = ['password.js'] as const;

/** Lets a password manager know whose password this is. Not shown: the facts above say it. */
export const userIdField = (userId: string): Html =>
  html`<input
    class="unseen"
    type="text"
    name="user"
    value="${userId}"
    autocomplete="username"
    readonly
    tabindex="-1"
    aria-hidden="true"
  />`;

interface PasswordField {
  readonly id: string;
  readonly label: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly invalid: boolean;
  readonly focused: boolean;
  readonly describedBy: string | null;
}

/** A password field with a button that shows what was typed; the button appears only where its script runs. Pasting is allowed. */
export const passwordField = (words: PageWords, field: PasswordField): Html =>
  html`<label for="${field.id}">${field.label}</label>
    <div class="password">
      <input
        id="${field.id}"
        name="${field.id}"
        type="password"
        autocomplete="${field.autocomplete}"
        autocapitalize="none"
        autocorrect="off"
        spellcheck="false"
        required
        ${field.focused && html`autofocus`}
        ${field.invalid && html`aria-invalid="true"`}
        ${field.describedBy !== null && html`aria-describedby="${field.describedBy}"`}
      />
      <button
        type="button"
        class="show"
        hidden
        data-shows="${field.id}"
        data-show="${words.say('password.show')}"
        data-hide="${words.say('password.hide')}"
        data-label="${field.label}"
        aria-label="${words.say('password.show')}: ${field.label}"
      >
        ${words.say('password.show')}
      </button>
    </div>`;
