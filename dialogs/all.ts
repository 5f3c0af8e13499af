import type { Dialog } from './dialog.ts';
import type { DialogName } from './dialog-table.ts';
import { caller } from './caller.ts';
import { approveManager } from './approve-manager.ts';
import { asked } from './asked.ts';
import { caseStatus } from './case-status.ts';
import { changePassword } from './change-password.ts';
import { confirm } from './confirm.ts';
import { doorContact } from './door-contact.ts';
import { escalate } from './escalate.ts';
import { firstProof } from './first-proof.ts';
import { firstProofCode } from './first-proof-code.ts';
import { frontDoor } from './front-door.ts';
import { home } from './home.ts';
import { leave } from './leave.ts';
import { letIn } from './let-in.ts';
import { methodDialog } from './method-dialog.ts';
import { methodsDialog } from './methods-dialog.ts';
import { proveAgent } from './prove-agent.ts';
import { register } from './register.ts';
import { registerAuthenticatorApp } from './register-authenticator-app.ts';
import { registerEmail } from './register-email.ts';
import { registerPhoneCall } from './register-phone-call.ts';
import { registerRecoveryCodes } from './register-recovery-codes.ts';
import { registerSecurityQuestions } from './register-security-questions.ts';
import { registerSecurityKey } from './register-security-key.ts';
import { registerTextMessage } from './register-text-message.ts';
import { notMe } from './not-me.ts';
import { reset } from './reset.ts';
import { signOut } from './sign-out.ts';
import { startCode } from './start-code.ts';
import { stepUp } from './step-up.ts';
import { temporaryPass } from './temporary-pass.ts';
import { unlock } from './unlock.ts';
import { verify } from './verify.ts';
import { verifyClaim } from './verify-claim.ts';
import { vouch } from './vouch.ts';

export type Dialogs = Readonly<Record<DialogName, Dialog>>;

/** Every dialog by its name. */
export const dialogs: Dialogs = {
  home,
  leave,
  reset,
  'change-password': changePassword,
  'sign-out': signOut,
  unlock,
  register,
  methods: methodsDialog,
  method: methodDialog,
  confirm,
  escalate,
  'case-status': caseStatus,
  'not-me': notMe,
  'prove-agent': proveAgent,
  caller,
  verify,
  'step-up': stepUp,
  'first-proof': firstProof,
  'first-proof-code': firstProofCode,
  'front-door': frontDoor,
  'let-in': letIn,
  'verify-claim': verifyClaim,
  'door-contact': doorContact,
  asked,
  vouch,
  'approve-manager': approveManager,
  'start-code': startCode,
  'temporary-pass': temporaryPass,
  'register-authenticator-app': registerAuthenticatorApp,
  'register-text-message': registerTextMessage,
  'register-phone-call': registerPhoneCall,
  'register-email': registerEmail,
  'register-recovery-codes': registerRecoveryCodes,
  'register-security-questions': registerSecurityQuestions,
  'register-security-key': registerSecurityKey,
};
