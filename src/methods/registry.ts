import type { MethodKind } from '../../dialogs/methods.ts';
import { authenticatorApp } from './authenticator-app.ts';
import { email } from './email.ts';
import type { Method } from './method.ts';
import { managerApproval } from './manager-approval.ts';
import { phoneCall } from './phone-call.ts';
import { recoveryCodes } from './recovery-codes.ts';
import { securityQuestions } from './security-questions.ts';
import { securityKey } from './security-key.ts';
import { textMessage } from './text-message.ts';

/** Every kind of method there is; `dialogs/methods.ts` says what each counts for. */
export const methodsByKind: { readonly [K in MethodKind]: Method & { readonly kind: MethodKind } } = {
  'authenticator-app': authenticatorApp,
  'text-message': textMessage,
  'phone-call': phoneCall,
  email,
  'recovery-codes': recoveryCodes,
  'security-questions': securityQuestions,
  'security-key': securityKey,
  'manager-approval': managerApproval,
};
