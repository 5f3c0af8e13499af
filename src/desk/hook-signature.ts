import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signatures of webhooks, both ways, as Standard Webhooks has them (github.com/standard-webhooks/standard-webhooks, spec): HMAC-SHA256 over
 * `id.timestamp.body`, in base64 behind `v1,`; several stand side by side with a space between, so that a secret can be changed.
 */

/** A secret as it is written: `whsec_` and the base64 of 24 to 64 bytes. */
export const hookSecret = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** How far a signature's time may be from ours, in ms. */
const signedForMs = 5 * 60_000;

/** The headers of one sending. */
export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** @param at epoch ms; @param secrets each signs: while a secret is changed there are two */
export function signed(secrets: readonly string[], id: string, at: number, body: string): SignedHeaders {
  const timestamp = String(Math.floor(at / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${macOf(secret, id, timestamp, body).toString('base64')}`).join(' '),
  };
}

/**
 * Whether a request was signed with one of the secrets, within five minutes of `now`. Every signature is compared with every secret in
 * constant time, whichever fits (R9).
 * @returns its id; null when it was not
 */
export function provedId(
  secrets: readonly string[],
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  now: number,
): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (id === undefined || timestamp === undefined || signatures === undefined) return null;
  if (!/^[\w.:-]{1,128}$/.test(id) || !/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - now) > signedForMs) return null;
  let fits = false;
  for (const secret of secrets) {
    const mac = macOf(secret, id, timestamp, body);
    for (const signature of signatures.split(' ').slice(0, mostSignatures)) {
      const given = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
      if (given.length === mac.length && timingSafeEqual(given, mac)) fits = true;
    }
  }
  return fits ? id : null;
}

const mostSignatures = 10;

const macOf = (secret: string, id: string, timestamp: string, body: string): Buffer =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest();
