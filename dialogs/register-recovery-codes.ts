import { registerOnPage } from './register-on-page.ts';

/** Registers recovery codes: shown once on a page, and there when the person has confirmed that they keep them. */
export const registerRecoveryCodes = registerOnPage({ kind: 'recovery-codes', page: 'show-recovery-codes', anew: 'new-codes' });
