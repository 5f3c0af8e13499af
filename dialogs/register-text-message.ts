import { registerByCode } from './register-by-code.ts';

/** Registers a mobile number for text messages. */
export const registerTextMessage = registerByCode({
  kind: 'text-message',
  dialog: 'register-text-message',
  where: 'register-text-message.number',
  form: 'phone-number',
});
