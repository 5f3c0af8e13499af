import { ResultCodeError } from 'ldapts';
import { LatchkeyError } from '../../errors.ts';
import { doubtful, Forbidden, unreachable } from '../faults.ts';

/** Result codes of RFC 4511 that are told apart here. */
const code = {
  referral: 10,
  constraintViolation: 19,
  noSuchObject: 32,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
} as const;

/** What our own account lacks, by name; `src/directory/README.md` says how to grant each. */
export type Grant = 'read-accounts' | 'reset-password' | 'write-lockout-time' | 'temporary-password' | 'writable-controller';

const whatToGrant: Record<Grant, string> = {
  'read-accounts': 'let the service account read all properties of the accounts under LDAP_BASE',
  'reset-password':
    'grant the service account "Reset password" on the accounts under LDAP_BASE; a protected account is to stay out of its reach',
  'write-lockout-time': 'grant the service account "Write lockoutTime" on the accounts under LDAP_BASE',
  'temporary-password':
    'grant the service account "Reset password" and "Write pwdLastSet" on the accounts under LDAP_BASE; a protected account is to stay out of its reach',
  'writable-controller': 'name a writable domain controller in LDAP_URL: a read-only one takes no change',
};

/** Our own account may not; the message says what to grant. */
export const forbidden = (grant: Grant, cause?: unknown): LatchkeyError => new Forbidden(grant, whatToGrant[grant], cause);

/** The controller refused our own name or password: asked again and again, it would lock our account. */
export const notOurselves = (cause: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_directory_credentials', 'unavailable', 'the directory refuses LDAP_BIND_DN or LDAP_BIND_PASSWORD', cause);

const codeOf = (fault: unknown): number | null => (fault instanceof ResultCodeError ? fault.code : null);

/** Whether the controller answered at all, with a code that is its word on the question and not on itself. */
export const isAnswer = (fault: unknown): boolean => {
  const answered = codeOf(fault);
  return answered !== null && answered !== code.busy && answered !== code.unavailable;
};

export const isBadCredentials = (fault: unknown): boolean => codeOf(fault) === code.invalidCredentials;
export const isNoSuchObject = (fault: unknown): boolean => codeOf(fault) === code.noSuchObject;

/** A read that went wrong: no permission, or no answer. */
export function readFault(fault: unknown): LatchkeyError {
  if (fault instanceof LatchkeyError) return fault;
  return codeOf(fault) === code.insufficientAccessRights
    ? forbidden('read-accounts', fault)
    : unreachable('the directory gave no answer', fault);
}

/** A write that was sent and went wrong: a code says that nothing happened; silence says nothing. */
export function writeFault(fault: unknown, grant: Grant): LatchkeyError {
  if (fault instanceof LatchkeyError) return fault;
  const answered = codeOf(fault);
  if (answered === null) return doubtful('the directory did not say whether it did it', fault);
  if (answered === code.busy || answered === code.unavailable) return unreachable('the directory is busy', fault);
  if (answered === code.insufficientAccessRights) return forbidden(grant, fault);
  if (answered === code.referral) return forbidden('writable-controller', fault);
  return new LatchkeyError('latchkey_directory_refused', 'refused', `the directory refused with result code ${answered}`, fault);
}

/** ERROR_PASSWORD_RESTRICTION: the new password broke a rule. Active Directory says no more than that. */
export function isPasswordRestriction(fault: unknown): boolean {
  const answered = codeOf(fault);
  const mayBe = answered === code.constraintViolation || answered === code.unwillingToPerform;
  return mayBe && fault instanceof Error && /^0000052D/iu.test(fault.message);
}

/** What a refused bind says of the password, by the Windows error in its text ("data 52e"). */
export type BindRefusal = 'wrong' | 'locked' | 'disabled' | 'right';

const bindRefusals: Readonly<Record<string, BindRefusal>> = {
  '525': 'wrong',
  '52e': 'wrong',
  '533': 'disabled',
  '701': 'disabled',
  '775': 'locked',
  // These are said to whoever knows the password only: not at this hour, not at this place, expired, must be changed first.
  '530': 'right',
  '531': 'right',
  '532': 'right',
  '773': 'right',
};

/** Null: the refusal is none that is known. */
export function readBindRefusal(fault: unknown): BindRefusal | null {
  const data = fault instanceof Error ? /\bdata ([0-9a-f]+),/iu.exec(fault.message)?.[1] : undefined;
  return data === undefined ? null : (bindRefusals[data.toLowerCase()] ?? null);
}
