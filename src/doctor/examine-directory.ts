import type { Policy } from '../config/policy.ts';
import { Forbidden } from '../directory/faults.ts';
import { isPrivileged } from '../directory/privileged.ts';
import type { AccountState, Directory } from '../directory/port.ts';
import { temporaryPassword } from '../directory/temporary-password.ts';
import type { Random } from '../ports.ts';
import { explained } from './explained.ts';
import { fails, notTried, tried, works, type Finding } from './finding.ts';

export interface DirectoryExam {
  readonly directory: Directory;
  readonly policy: Pick<Policy, 'password' | 'privileged' | 'agents'>;
  readonly random: Random;
  /** What the directory has not let us do so far, by name. */
  readonly forbidden: ReadonlySet<string>;
}

/** A name that nobody has. */
const nobody = 'latchkey-doctor-looks-for-nobody@invalid.example';

/** Reads the named account, or looks for one that is not there; then what we were not allowed on the way. */
export const examineReading = (exam: DirectoryExam, userId: string | null): Promise<Finding> =>
  tried('directory', 'an account was looked for', async () => {
    const account = await exam.directory.findByUserId(userId ?? nobody);
    const lacking = [...exam.forbidden];
    if (lacking.length > 0) {
      return fails(
        'directory',
        `it answers, and does not let us do all we must: ${lacking.join(', ')}`,
        'Grant these; src/directory/README.md says how, and what does not work without.',
      );
    }
    if (userId === null) {
      return account === null
        ? works('directory', 'it answers. Name a test account to have one read')
        : fails('directory', 'it found an account for a name that nobody has', 'Look at what LDAP_BASE and LDAP_USER_ID name.');
    }
    if (account === null) {
      return fails(
        'directory',
        `it answers, and knows no account ${userId}`,
        'Check its spelling; in Active Directory whether it stands under LDAP_BASE.',
      );
    }
    return works('directory', `it knows ${userId}: ${wordsOf(exam, account)}`);
  });

function wordsOf({ policy }: DirectoryExam, account: AccountState): string {
  const { kind, enabled, passwordManaged, locked } = account;
  return [
    `a ${kind}`,
    enabled ? 'enabled' : 'disabled',
    `password managed ${passwordManaged}`,
    ...(locked === null ? [] : ['locked']),
    ...(isPrivileged(policy, account) ? ['with extra protection'] : []),
    `${account.groups.length} groups`,
  ].join(', ');
}

/** Sets a random password for the test account, and sees that it is the password. It stays so: this account is nobody's. */
export const examineReset = (exam: DirectoryExam, userId: string | null): Promise<Finding> =>
  tried('reset', 'a password was to be set', async () => {
    const account = userId === null ? null : await exam.directory.findByUserId(userId);
    if (userId === null || account === null) return notTried('reset', 'there is no test account', 'Name one, and ask for it with --reset.');
    if (isPrivileged(exam.policy, account)) {
      return fails(
        'reset',
        `${userId} counts as privileged, so nobody gets a password for it here`,
        'Name an ordinary account; or something that decides who is privileged cannot be read: see the row above.',
      );
    }
    const password = await passwordFor(exam);
    const set = await exam.directory.setPassword(account.id, password);
    if (!set.ok) {
      const why = set.reason === 'policy' ? `the rule ${set.rule}` : set.reason;
      return fails(
        'reset',
        `no password was set for ${userId}: ${why}`,
        'Name an enabled account whose password is managed in this directory.',
      );
    }
    const proved = await exam.directory.provePassword(account.id, password);
    if (!proved.ok && proved.reason !== 'by-sign-in') {
      return fails(
        'reset',
        `a password was set for ${userId}, and it is not the password: ${proved.reason}`,
        'Look at the account in the directory.',
      );
    }
    const how = proved.ok ? 'it is the password' : 'the directory took it; sign in once to see that it is the password';
    return works('reset', `a random password was set for ${userId}, and ${how}`);
  });

/**
 * Tries to set the decoy's password as whoever takes Latchkey over would (I10): past all that we refuse ourselves. The directory must refuse it, by
 * what our account there may not do.
 */
export async function examineDecoy(exam: DirectoryExam, userId: string): Promise<Finding> {
  return tried('decoy', 'the decoy was looked for', async () => {
    const account = await exam.directory.findByUserId(userId);
    if (account === null) return fails('decoy', `there is no account ${userId}`, 'Name a privileged account that nobody uses.');
    if (!isPrivileged(exam.policy, account)) {
      return fails(
        'decoy',
        `${userId} is not seen as privileged`,
        'Name a member of a protected group or role; if it is one, what decides it cannot be read.',
      );
    }
    const password = await passwordFor(exam);
    try {
      const set = await exam.directory.setPassword(account.id, password);
      if (!set.ok) {
        return fails(
          'decoy',
          `whether the directory protects ${userId} cannot be told: ${set.reason}`,
          'Name a privileged account that is enabled and whose password is managed in this directory.',
        );
      }
      return fails(
        'decoy',
        `DANGER: the directory let us set the password of ${userId}. Whoever takes Latchkey over takes your administrators`,
        'Do not go live. Take from our account every right over protected accounts (src/directory/README.md), and give the decoy a new password: it has a random one now.',
      );
    } catch (fault) {
      if (fault instanceof Forbidden) return works('decoy', `the directory itself refuses a password for ${userId}`);
      const { why, remedy } = explained(fault);
      return fails('decoy', `whether the directory protects ${userId} cannot be told: ${why}`, remedy);
    }
  });
}

const passwordFor = ({ random, policy }: DirectoryExam): Promise<string> =>
  temporaryPassword(random, Math.max(policy.password.minimumLength, 20), async () => null);
