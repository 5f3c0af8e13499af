import { registerByCode } from './register-by-code.ts';

/** Registers an alternate e-mail address. */
export const registerEmail = registerByCode({
  kind: 'email',
  dialog: 'register-email',
  where: 'register-email.address',
  form: 'email-address',
});
