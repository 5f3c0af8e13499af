import type { DialogName } from './dialog-table.ts';
import versions from './versions.json' with { type: 'json' };

/** The version of a dialog's shape. It is raised when the shape changes; a test compares the hashes in versions.json. */
export function versionOf(dialog: DialogName): number {
  return versions[dialog].version;
}
