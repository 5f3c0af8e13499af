import { hasLeaked, type BreachedPasswords } from './breached-passwords.ts';
import { directoryWith } from './directory-with.ts';
import type { Directory } from './port.ts';

/**
 * A directory that takes no password that leaked. The list is asked before the directory, and only when that would be asked at all. Where
 * the list does not answer the password goes to the directory all the same: who proved who they are is not to be locked out by a list, and
 * every other rule holds. `onSilent` is told then, so that somebody looks.
 */
export function withBreachedList(directory: Directory, list: BreachedPasswords | null, onSilent: (fault: unknown) => void): Directory {
  if (list === null) return directory;
  const leaked = (password: string): Promise<boolean> =>
    hasLeaked(list, password).catch((fault: unknown) => {
      onSilent(fault);
      return false;
    });
  return directoryWith(directory, {
    async passwordRules(id) {
      const rules = await directory.passwordRules(id);
      const at = rules.findIndex((rule) => rule.id === 'not-common') + 1;
      return rules.toSpliced(at === 0 ? rules.length : at, 0, { id: 'not-leaked' });
    },
    async setPassword(id, password, present) {
      if (await leaked(password)) return { ok: false, reason: 'policy', rule: 'not-leaked' };
      return directory.setPassword(id, password, present);
    },
  });
}
