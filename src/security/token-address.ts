import { timingSafeEqual } from 'node:crypto';
import type { Keys } from './keys.ts';

const addressForm = /^(p(?:0\d|1[0-5])-[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22})$/;

/** What an address says once its token was proved. */
export interface ProvedToken {
  readonly id: string;
  /** The sealing key the token was made with. */
  readonly key: string;
}

/** `<id>.<token of 128 bits>`. The token is made of the id whenever it is needed, and stored nowhere. */
export const tokenAddress = (seals: Keys, use: string, id: string): string => `${id}.${token(seals, use, id).toString('base64url')}`;

/** Reads an address; null unless the token is the id's own, under any sealing key (R9: compared in constant time). */
export function proveAddress(seals: Keys, use: string, address: string): ProvedToken | null {
  const [, id, text] = addressForm.exec(address) ?? [];
  if (id === undefined || text === undefined) return null;
  const given = Buffer.from(text, 'base64url');
  // 22 signs hold four bits more than the token: one address, not sixteen.
  if (given.toString('base64url') !== text) return null;
  const key = seals.names.find((name) => timingSafeEqual(token(seals, use, id, name), given));
  return key === undefined ? null : { id, key };
}

const token = (seals: Keys, use: string, id: string, key?: string): Buffer => seals.derived(use, id, key).bytes.subarray(0, 16);
