import { z } from 'zod';
import { LatchkeyError } from '../../errors.ts';
import { Forbidden } from '../faults.ts';

/** What Graph says when it says no: `{error: {code, message, innerError}}`. */
export interface GraphRefusal {
  readonly status: number;
  /** Graph's own word (`Request_ResourceNotFound`); empty where it gave none. */
  readonly code: string;
  /** For developers; never shown to people. */
  readonly message: string;
}

const errorShape = z.object({ error: z.object({ code: z.string(), message: z.string().catch('') }) });

/** Reads an error body; what is none has an empty code. */
export function readRefusal(status: number, body: unknown): GraphRefusal {
  const parsed = errorShape.safeParse(body);
  return { status, code: '', message: '', ...parsed.data?.error };
}

/** What our application lacks, by name; `src/directory/README.md` says how to grant each. */
export type Grant =
  | 'User.Read.All'
  | 'GroupMember.Read.All'
  | 'Domain.Read.All'
  | 'RoleManagement.Read.Directory'
  | 'PrivilegedEligibilitySchedule.Read.AzureADGroup'
  | 'MailboxSettings.Read'
  | 'User-PasswordProfile.ReadWrite.All'
  | 'User.RevokeSessions.All'
  | 'UserAuthMethod-TAP.ReadWrite.All'
  | 'UserAuthMethod-Phone.Read.All'
  | 'UserAuthMethod-Email.Read.All';

/** Entra took our application for nobody: its secret, certificate or identity is wrong or over. Nothing happened. */
export const notOurselves = (cause?: unknown): LatchkeyError =>
  new LatchkeyError('latchkey_directory_credentials', 'unavailable', 'Entra does not take the credentials of ENTRA_CLIENT_ID', cause);

/** Our application may not; the message says what to grant. The cause is Graph's own word. */
export const forbidden = (grant: Grant, { code }: Pick<GraphRefusal, 'code'>): LatchkeyError =>
  new Forbidden(
    grant,
    grant === 'User-PasswordProfile.ReadWrite.All'
      ? `grant the application ${grant}, and a role that may reset these passwords (User Administrator); an administrator's account is to stay out of its reach (${code})`
      : `grant the application ${grant} and give admin consent (${code})`,
    code,
  );

/** Graph said no to something we had no reason to expect a no to. The cause is Graph's own word. */
export const refused = ({ status, code }: GraphRefusal): LatchkeyError =>
  new LatchkeyError('latchkey_directory_refused', 'refused', `Graph refused with ${status} ${code}`, code);
