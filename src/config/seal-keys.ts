import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../ports.ts';
import type { SealKey } from '../security/keys.ts';

/** The file of local mode's own seal key, in the data folder. */
export const sealKeyFile = 'seal-key';

export type SealKeysRead =
  | { readonly ok: true; readonly keys: readonly SealKey[] }
  | { readonly ok: false; readonly what: string; readonly remedy: string };

const how =
  'Write name:key[,name:key...], each key 32 random bytes in base64url; make one with "openssl rand -base64 32 | tr +/ -_ | tr -d =".';

/** Reads `name:base64url(32 bytes)[,...]`; the first seals, all open. What is wrong is said without a sign of any key. */
export function readSealKeys(text: string): SealKeysRead {
  const keys: SealKey[] = [];
  for (const [at, entry] of text.split(',').entries()) {
    const [, name, encoded] = /^([A-Za-z0-9][A-Za-z0-9_-]{0,31}):([A-Za-z0-9_-]{43})=?$/.exec(entry.trim()) ?? [];
    if (name === undefined || encoded === undefined)
      return { ok: false, what: `key ${at + 1} is not name:base64url(32 bytes)`, remedy: how };
    if (keys.some((key) => key.name === name))
      return { ok: false, what: `two keys are called "${name}"`, remedy: 'Give each key a name of its own.' };
    keys.push({ name, bytes: Buffer.from(encoded, 'base64url') });
  }
  return { ok: true, keys };
}

/**
 * Local mode's own key: made once, readable by its owner only, and kept, so that what it sealed opens after a restart.
 * @param folder the data folder; made when missing
 */
export function localSealKeys(folder: string, random: Random): SealKeysRead {
  const path = join(folder, sealKeyFile);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(path)) makeKey(path, random);
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      return {
        ok: false,
        what: `${path} can be read by others`,
        remedy: `Run "chmod 600 ${path}"; if others may have read it, delete the folder.`,
      };
    }
    const read = readSealKeys(readFileSync(path, 'utf8').trim());
    return read.ok
      ? read
      : { ok: false, what: `${path} holds no key`, remedy: `Delete the folder ${folder}: what was sealed with the key is lost.` };
  } catch (fault) {
    return {
      ok: false,
      what: `${path} cannot be read or made (${codeOf(fault)})`,
      remedy: `Let the server's user read and write ${folder}.`,
    };
  }
}

/** `wx`: of two servers that start at once one makes the key, and the other reads it. */
function makeKey(path: string, random: Random): void {
  try {
    writeFileSync(path, `local:${random.bytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (fault) {
    if (codeOf(fault) !== 'EEXIST') throw fault;
  }
}

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown');
