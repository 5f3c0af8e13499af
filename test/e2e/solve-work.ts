import { hash } from 'node:crypto';
import type { Challenge } from 'altcha-lib';

/**
 * The door's proof of work, done in one go: the library's own solver gives way to others again and again, and takes ten times as long where many visitors work
 * side by side in one process.
 */
export function solveWork({ parameters: { salt, nonce, keyPrefix } }: Challenge): {
  readonly counter: number;
  readonly derivedKey: string;
} {
  const data = Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(nonce, 'hex'), Buffer.alloc(4)]);
  for (let counter = 0; ; counter += 1) {
    data.writeUInt32BE(counter, data.length - 4);
    const derivedKey = hash('sha256', data, 'hex');
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}
