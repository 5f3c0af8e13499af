import type { Vouching } from '../desk/vouching.ts';
import type { AccountState, Directory } from './port.ts';

/**
 * Whom the directory names as an account's manager, read live (I18): an enabled person, never the account itself, whose own methods count for an
 * approval. Null where there is none.
 */
export const managerOf =
  (needs: { readonly directory: Pick<Directory, 'find'>; readonly vouching: Pick<Vouching, 'canPass'> }) =>
  async ({ id, managerId }: AccountState): Promise<{ readonly id: string; readonly name: string } | null> => {
    const manager = managerId === null || managerId === id ? null : await needs.directory.find(managerId);
    if (manager?.enabled !== true || manager.kind !== 'person' || !(await needs.vouching.canPass(manager.id, 'agent'))) return null;
    return { id: manager.id, name: manager.name };
  };
