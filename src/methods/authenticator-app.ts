import { generateURI, verifySync } from 'otplib';
import { LatchkeyError } from '../errors.ts';
import type { Random } from '../ports.ts';
import type { ComputingMethod } from './method.ts';

/** RFC 6238's default, which every app understands. */
const period = 30;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Codes of an authenticator app: TOTP (RFC 6238), SHA-1, six digits, 30 s. The previous and the current step are accepted, each once
 * (R4-R6).
 */
export const authenticatorApp: ComputingMethod = {
  kind: 'authenticator-app',
  sends: false,
  take(_answer, { random, policy, labels }) {
    return { ok: true, secret: newSeed(random), masked: freeName(policy.organisation.name, labels) };
  },
  check(secret, code, lastStep, now) {
    const result = verifySync({ secret, token: code, epoch: Math.floor(now / 1000), period, epochTolerance: [period, 0] });
    if (!result.valid) return { match: 'wrong' };
    if (!('timeStep' in result)) throw new LatchkeyError('latchkey_methods_totp', 'defect', 'a code was accepted without its time step');
    return lastStep !== null && result.timeStep <= lastStep ? { match: 'used' } : { match: 'right', step: result.timeStep };
  },
};

/** Apps list what they hold by the issuer; the second one of an account is told apart by its number, the first that is free. */
function freeName(organisation: string, labels: readonly string[]): string {
  let name = organisation;
  for (let n = 2; labels.includes(name); n += 1) name = `${organisation} ${n}`;
  return name;
}

/** The address a QR code carries (Key URI Format): an app that reads it shows the issuer and the user ID. */
export const otpauthUri = (issuer: string, userId: string, secret: string): string =>
  generateURI({ issuer, label: userId, secret, period });

/** A seed of 160 bits (RFC 4226's recommendation) in base32: 20 bytes are 32 letters. */
export function newSeed(random: Random): string {
  let bits = 0;
  let held = 0;
  let seed = '';
  for (const byte of random.bytes(20)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      seed += base32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return seed;
}
