import { registerOnPage } from './register-on-page.ts';

/** Registers security questions: chosen and answered on a page, never in the chat. */
export const registerSecurityQuestions = registerOnPage({
  kind: 'security-questions',
  page: 'choose-security-questions',
  anew: 'new-page',
});
